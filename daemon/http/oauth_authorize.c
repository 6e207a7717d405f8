/* SPDX-License-Identifier: Apache-2.0 */
/* The authorization endpoint. */
#include "daemon/http/form.h"
#include "daemon/http/login.h"
#include "daemon/http/oauth.h"

#define FIELD(name)                                                                                \
        { #name, offsetof(AuthorizeIn, name), OIDC_PARAMETER_MAX }

static const FormField authorize_fields[] = {
        FIELD(client_id),
        FIELD(redirect_uri),
        FIELD(response_type),
        FIELD(response_mode),
        FIELD(scope),
        FIELD(state),
        FIELD(nonce),
        FIELD(code_challenge),
        FIELD(code_challenge_method),
        FIELD(prompt),
        FIELD(max_age),
        FIELD(login_hint),
        FIELD(acr_values),
        FIELD(ui_locales),
        FIELD(request),
        FIELD(request_uri),
        { "id_token_hint", offsetof(AuthorizeIn, id_token_hint), HTTP_TARGET_MAX },
};

static int authorize(HttpRequest *request, const char *parameters, HttpReply *reply) {
        CLEANUP(secret_clear) Secret session = {};
        AuthorizeIn in = { .session = &session };
        AuthorizeOut out = {};
        Realm realm;
        int r;

        r = oauth_realm(request, &realm);
        if (r != 0)
                return r;
        r = form_read(request->arena, parameters, authorize_fields, ELEMENTSOF(authorize_fields),
                      &in, NULL);
        if (r != 0)
                return r;
        r = login_session_read(request, &realm, &session);
        if (r < 0)
                return r;
        r = login_device_read(request, &realm, &in.device);
        if (r < 0)
                return r;
        r = app_authorize(request->app, request->arena, &request->caller, &realm, &in, &out);
        if (r == 0)
                r = out.outcome == AUTHORIZE_LOGIN ? login_reply(request, &realm, &out.login, reply)
                                                   : oauth_reply_onward(request, &out.reply, reply);
        secret_clear(&out.login.handle);
        return r;
}

int oauth_authorize_get(HttpRequest *request, HttpReply *reply) {
        return authorize(request, request->query, reply);
}

/* OpenID Connect Core 3.1.2.1: parameters of a POST are in its body. */
int oauth_authorize_post(HttpRequest *request, HttpReply *reply) {
        const char *body;
        int r = oauth_body(request, &body);

        return r != 0 ? r : authorize(request, body, reply);
}
