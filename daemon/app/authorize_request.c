/* SPDX-License-Identifier: Apache-2.0 */
/* Reading an authorization request: RFC 6749 section 4.1.1, OpenID Connect Core 3.1.2.1. */
#include "daemon/app/authorize.h"
#include "daemon/core/pkce.h"
#include "daemon/core/scope.h"

#include "base/reason.h"

#include <string.h>

typedef struct ErrorCode {
        int reason;
        const char *code;
} ErrorCode;

/* RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6. */
static const ErrorCode error_codes[] = {
        { IAM_E_REQUEST_INVALID, "invalid_request" },
        { IAM_E_PKCE_REQUIRED, "invalid_request" },
        { IAM_E_RESPONSE_MODE, "invalid_request" },
        { IAM_E_RESPONSE_TYPE, "unsupported_response_type" },
        { IAM_E_SCOPE_INVALID, "invalid_scope" },
        { IAM_E_UNAUTHORIZED_CLIENT, "unauthorized_client" },
        { IAM_E_REQUEST_OBJECT, "request_not_supported" },
        { IAM_E_REQUEST_URI, "request_uri_not_supported" },
        { IAM_E_LOGIN_REQUIRED, "login_required" },
        { IAM_E_INTERACTION_REQUIRED, "interaction_required" },
        { IAM_E_BUSY, "temporarily_unavailable" },
};

static const char *error_code(int reason) {
        for (size_t i = 0; i < ELEMENTSOF(error_codes); i++)
                if (error_codes[i].reason == reason)
                        return error_codes[i].code;
        return reason > 0 ? "access_denied" : "server_error";
}

int authorize_reply_error(
                AuthorizeCall *call, int reason, const char *description, AuthorizeOut *ret) {
        const char *issuer = app_issuer(call->app, call->arena, call->realm);

        if (issuer == NULL)
                return -ENOMEM;
        *ret = (AuthorizeOut) {
                .outcome = AUTHORIZE_REPLY,
                .reply = {
                        .redirect_uri = call->in->redirect_uri,
                        .form_post = str_eq(call->in->response_mode, "form_post"),
                        .error = error_code(reason),
                        .error_description = description,
                        .state = call->in->state,
                        .iss = issuer,
                },
        };
        return 0;
}

static int refuse(int reason, const char *description, const char **ret_description) {
        *ret_description = description;
        return reason;
}

static int read_response(AuthorizeCall *call, const char **ret_description) {
        const AuthorizeIn *in = call->in;

        if (in->request != NULL)
                return refuse(IAM_E_REQUEST_OBJECT, "request objects are not supported",
                              ret_description);
        if (in->request_uri != NULL)
                return refuse(IAM_E_REQUEST_URI, "request_uri is not supported", ret_description);
        if (in->response_type == NULL)
                return refuse(IAM_E_REQUEST_INVALID, "response_type is missing", ret_description);
        if (!str_eq(in->response_type, "code"))
                return refuse(IAM_E_RESPONSE_TYPE, "only response_type=code is supported",
                              ret_description);
        if (in->response_mode != NULL && !str_eq(in->response_mode, "query") &&
            !str_eq(in->response_mode, "form_post"))
                return refuse(IAM_E_RESPONSE_MODE, "response_mode is query or form_post",
                              ret_description);
        return 0;
}

static int read_scope(AuthorizeCall *call, const char **ret_description) {
        const char *scope = str_or(call->in->scope, "openid");

        if (!scope_is_wellformed(scope))
                return refuse(IAM_E_SCOPE_INVALID, "scope is not a list of words", ret_description);
        call->request.scope = scope_supported(call->arena, scope);
        if (call->request.scope == NULL)
                return -ENOMEM;
        if (call->request.scope[0] == '\0')
                return refuse(IAM_E_SCOPE_INVALID, "no word of scope is known here",
                              ret_description);
        return 0;
}

static int read_challenge(AuthorizeCall *call, const char **ret_description) {
        const AuthorizeIn *in = call->in;

        if (in->code_challenge == NULL && in->code_challenge_method != NULL)
                return refuse(IAM_E_REQUEST_INVALID, "code_challenge is missing", ret_description);
        if (in->code_challenge == NULL) {
                if (call->client.require_pkce || call->client.kind == CLIENT_PUBLIC)
                        return refuse(IAM_E_PKCE_REQUIRED,
                                      "this client must send code_challenge with S256",
                                      ret_description);
                return 0;
        }
        /* An absent method means plain (RFC 7636 section 4.3), which is not offered. */
        if (!str_eq(in->code_challenge_method, "S256"))
                return refuse(IAM_E_REQUEST_INVALID, "code_challenge_method must be S256",
                              ret_description);
        if (!pkce_challenge_is_wellformed(in->code_challenge))
                return refuse(IAM_E_REQUEST_INVALID, "code_challenge is malformed",
                              ret_description);
        call->request.code_challenge = in->code_challenge;
        return 0;
}

/* Each of these lets the person act on a page that names the application, which is what a client
 * that asks for consent wants seen: clients are registered by administrators, there is no more to
 * it.
 */
static const char *const acting[] = { "login", "select_account", "consent" };

static int read_prompt(AuthorizeCall *call, const char **ret_description) {
        const char *prompt = call->in->prompt;

        if (prompt == NULL)
                return 0;
        for (const char *at = prompt; *at != '\0';) {
                size_t n = strcspn(at, " ");
                bool is_known = n == strlen("none") && memcmp(at, "none", n) == 0;

                call->prompt_none = call->prompt_none || is_known;
                for (size_t i = 0; i < ELEMENTSOF(acting) && !is_known; i++) {
                        is_known = n == strlen(acting[i]) && memcmp(at, acting[i], n) == 0;
                        call->prompt_login = call->prompt_login || is_known;
                }
                if (!is_known)
                        return refuse(IAM_E_REQUEST_INVALID,
                                      "prompt is none, login, select_account or consent",
                                      ret_description);
                at += n;
                at += strspn(at, " ");
        }
        if (call->prompt_none && call->prompt_login)
                return refuse(IAM_E_REQUEST_INVALID, "prompt=none stands alone", ret_description);
        call->request.prompt = prompt;
        return 0;
}

static int read_max_age(AuthorizeCall *call, const char **ret_description) {
        uint32_t seconds;

        call->request.max_age = -1;
        if (call->in->max_age == NULL)
                return 0;
        if (str_to_u32(call->in->max_age, &seconds) < 0)
                return refuse(IAM_E_REQUEST_INVALID, "max_age is not a number of seconds",
                              ret_description);
        call->request.max_age = seconds;
        return 0;
}

int authorize_read_request(AuthorizeCall *call, const char **ret_description) {
        static int (*const readers[])(AuthorizeCall *, const char **) = {
                read_response, read_scope, read_challenge, read_prompt, read_max_age,
        };
        const AuthorizeIn *in = call->in;

        call->request = (AuthRequest){
                .realm = call->realm->id,
                .client = call->client.id,
                .redirect_uri = in->redirect_uri,
                .state = in->state,
                .nonce = in->nonce,
                .response_mode = str_or(in->response_mode, "query"),
                .login_hint = in->login_hint,
                .acr_values = in->acr_values,
                .ui_locales = in->ui_locales,
                .created_at = call->now,
                .expires_at = call->now +
                              call->realm->settings.temporary_token_lifetime * USEC_PER_SEC,
        };
        for (size_t i = 0; i < ELEMENTSOF(readers); i++) {
                int r = readers[i](call, ret_description);

                if (r != 0)
                        return r;
        }
        return 0;
}
