/* SPDX-License-Identifier: Apache-2.0 */
/* What the handlers of the OAuth endpoints share. */
#include "daemon/http/oauth.h"

#include "base/encode.h"
#include "base/reason.h"
#include "base/secret_bytes.h"
#include "daemon/core/redirect_uri.h"
#include "daemon/http/pages.h"

#include <string.h>
#include <strings.h>

int oauth_realm(HttpRequest *request, Realm *ret) {
        int r = app_realm_open(request->app, request->arena, request->params[0], ret);

        /* A disabled realm looks like one that is not there. */
        return r == IAM_E_REALM_DISABLED ? IAM_E_NOT_FOUND : r;
}

int oauth_body(const HttpRequest *request, const char **ret_text) {
        static const char type[] = "application/x-www-form-urlencoded";
        const char *given = request->content_type;

        if (given == NULL || strncasecmp(given, type, strlen(type)) != 0)
                return IAM_E_REQUEST_INVALID;
        given += strlen(type);
        given += strspn(given, " ");
        if (*given != '\0' && *given != ';')
                return IAM_E_REQUEST_INVALID;
        *ret_text = request->body;
        return 0;
}

const char *oauth_session_cookie(const HttpRequest *request, const Realm *realm) {
        return arena_printf(request->arena, "iam-session-%s", realm->name);
}

int oauth_reply_onward(const HttpRequest *request, const AuthorizeReply *onward, HttpReply *reply) {
        const HttpHeader fields[] = {
                { "code", onward->code },
                { "error", onward->error },
                { "error_description", onward->error_description },
                { "state", onward->state },
                { "iss", onward->iss },
        };
        const char *location = onward->redirect_uri;

        if (onward->form_post)
                return page_form_post(
                                request, onward->redirect_uri, fields, ELEMENTSOF(fields), reply);
        for (size_t i = 0; i < ELEMENTSOF(fields) && location != NULL; i++)
                location = redirect_uri_with(
                                request->arena, location, fields[i].name, fields[i].value);
        return http_reply_see_other(reply, location);
}

int oauth_mark_make(
                const HttpRequest *request, const char *use, const Secret *bound_to,
                const char **ret) {
        const CryptoPort *crypto = &request->app->crypto;
        char *text = arena_alloc(request->arena, BASE64_SIZE(SHA256_SIZE));
        Sha256 hash;
        int r;

        if (text == NULL)
                return -ENOMEM;
        r = crypto->keyed_hash(crypto->self, use, secret_bytes(bound_to), bound_to->len, &hash);
        if (r < 0)
                return r;
        base64url_encode(hash.bytes, SHA256_SIZE, text);
        *ret = text;
        return 0;
}

int oauth_csrf_make(const HttpRequest *request, const Secret *bound_to, const char **ret) {
        return oauth_mark_make(request, "csrf", bound_to, ret);
}

/* "https://host:port" of the configured base URL. */
static bool origin_is_ours(const HttpRequest *request) {
        const char *base = request->app->config.base_url;
        const char *host = strstr(base, "://");
        size_t n;

        if (host == NULL || request->origin == NULL)
                return false;
        n = (size_t) (host - base) + 3 + strcspn(host + 3, "/");
        return strlen(request->origin) == n && memcmp(request->origin, base, n) == 0;
}

int oauth_csrf_check(const HttpRequest *request, const Secret *bound_to, const char *given) {
        const char *expected;
        int r;

        if (!origin_is_ours(request) || given == NULL)
                return IAM_E_CSRF;
        r = oauth_csrf_make(request, bound_to, &expected);
        if (r < 0)
                return r;
        return bytes_equal(expected, strlen(expected), given, strlen(given)) ? 0 : IAM_E_CSRF;
}
