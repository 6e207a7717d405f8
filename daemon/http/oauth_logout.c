/* SPDX-License-Identifier: Apache-2.0 */
/* The end-session endpoint: OpenID Connect RP-Initiated Logout 1.0. */
#include "daemon/http/cookie.h"
#include "daemon/http/form.h"
#include "daemon/http/oauth.h"
#include "daemon/http/pages.h"

#include "base/reason.h"
#include "daemon/core/redirect_uri.h"

#include <string.h>

typedef struct LogoutForm {
        LogoutIn in;
        const char *csrf;
        const char *confirm;
} LogoutForm;

#define FIELD(name)                                                                                \
        { #name, offsetof(LogoutForm, in.name), OIDC_PARAMETER_MAX }

static const FormField logout_fields[] = {
        { "id_token_hint", offsetof(LogoutForm, in.id_token_hint), HTTP_BODY_MAX },
        FIELD(client_id),
        FIELD(post_logout_redirect_uri),
        FIELD(state),
        { "csrf", offsetof(LogoutForm, csrf), 64 },
        { "confirm", offsetof(LogoutForm, confirm), 8 },
};

static const char *logout_url(const HttpRequest *request, const Realm *realm) {
        const char *issuer = app_issuer(request->app, request->arena, realm);

        if (issuer == NULL)
                return NULL;
        return arena_printf(request->arena, "%s/protocol/openid-connect/logout", issuer);
}

/* A form of another site comes without our SameSite cookie, so its POST cannot tell whether there
 * is a session: the same request as a GET brings the cookie along. */
static int
ask_with_cookie(const HttpRequest *request, const Realm *realm, const LogoutIn *in,
                HttpReply *reply) {
        const HttpHeader fields[] = {
                { "id_token_hint", in->id_token_hint },
                { "client_id", in->client_id },
                { "post_logout_redirect_uri", in->post_logout_redirect_uri },
                { "state", in->state },
        };
        const char *location = logout_url(request, realm);

        for (size_t i = 0; i < ELEMENTSOF(fields) && location != NULL; i++)
                location = redirect_uri_with(
                                request->arena, location, fields[i].name, fields[i].value);
        if (location != NULL && strlen(location) > HTTP_TARGET_MAX)
                return IAM_E_TOO_LARGE;
        return http_reply_see_other(reply, location);
}

static int ask(HttpRequest *request, const Realm *realm, const LogoutForm *form, HttpReply *reply) {
        LogoutPage page = {
                .realm = realm,
                .id_token_hint = form->in.id_token_hint,
                .client_id = form->in.client_id,
                .post_logout_redirect_uri = form->in.post_logout_redirect_uri,
                .state = form->in.state,
        };
        int r;

        page.action = logout_url(request, realm);
        if (page.action == NULL)
                return -ENOMEM;
        r = oauth_csrf_make(request, form->in.session, &page.csrf);
        if (r < 0)
                return r;
        return page_sign_out(request, &page, reply);
}

static int end_session(HttpRequest *request, const char *parameters, HttpReply *reply) {
        CLEANUP(secret_clear) Secret session = {};
        LogoutForm form = { .in = { .session = &session } };
        LogoutOut out = {};
        const char *cookie;
        Realm realm;
        int r;

        r = oauth_realm(request, &realm);
        if (r != 0)
                return r;
        r = form_read(request->arena, parameters, logout_fields, ELEMENTSOF(logout_fields), &form,
                      NULL);
        if (r != 0)
                return r;
        cookie = oauth_session_cookie(request, &realm);
        if (cookie == NULL)
                return -ENOMEM;
        r = cookie_read_secret(request, cookie, &session);
        if (r < 0)
                return r;
        if (request->method == HTTP_POST && secret_is_empty(&session) && form.confirm == NULL)
                return ask_with_cookie(request, &realm, &form.in, reply);
        /* The button of our own page, and nobody else's. */
        if (form.confirm != NULL && request->method == HTTP_POST) {
                r = oauth_csrf_check(request, &session, form.csrf);
                if (r != 0)
                        return r;
                form.in.confirmed = true;
        }
        r = app_logout(request->app, request->arena, &request->caller, &realm, &form.in, &out);
        if (r != 0)
                return r;
        if (out.ask)
                return ask(request, &realm, &form, reply);
        r = cookie_delete(request, reply, cookie);
        if (r < 0)
                return r;
        return out.location != NULL ? http_reply_see_other(reply, out.location)
                                    : page_signed_out(request, &realm, reply);
}

int oauth_logout_get(HttpRequest *request, HttpReply *reply) {
        return end_session(request, request->query, reply);
}

int oauth_logout_post(HttpRequest *request, HttpReply *reply) {
        const char *body;
        int r = oauth_body(request, &body);

        return r != 0 ? r : end_session(request, body, reply);
}
