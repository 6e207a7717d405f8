/* SPDX-License-Identifier: Apache-2.0 */
/* A client shows a token: introspection (RFC 7662) and revocation (RFC 7009). */
#include "daemon/http/form.h"
#include "daemon/http/oauth.h"

typedef struct ShownForm {
        ShownToken in;
        ClientForm client;
} ShownForm;

/* token_type_hint says nothing that the token does not, and is ignored as any unknown field. */
static const FormField shown_fields[] = {
        { "token", offsetof(ShownForm, in.token), HTTP_BODY_MAX },
        CLIENT_FORM_FIELDS(ShownForm, client),
};

static int read_shown(HttpRequest *request, Realm *realm, ShownForm *form, Secret *secret) {
        const char *body;
        int r;

        r = oauth_realm(request, realm);
        if (r == 0)
                r = oauth_body(request, &body);
        if (r == 0)
                r = form_read(request->arena, body, shown_fields, ELEMENTSOF(shown_fields), form,
                              NULL);
        return r != 0 ? r : oauth_client_read(request, &form->client, &form->in.client, secret);
}

int oauth_introspect(HttpRequest *request, HttpReply *reply) {
        CLEANUP(secret_clear) Secret secret = {};
        ShownForm form = {};
        const char *json;
        Realm realm;
        int r;

        r = read_shown(request, &realm, &form, &secret);
        if (r == 0)
                r =
                                app_introspect(request->app, request->arena, &request->caller,
                                               &realm, &form.in, &json);
        return r != 0 ? r : http_reply_text(reply, 200, "application/json", json);
}

int oauth_revoke(HttpRequest *request, HttpReply *reply) {
        CLEANUP(secret_clear) Secret secret = {};
        ShownForm form = {};
        Realm realm;
        int r;

        r = read_shown(request, &realm, &form, &secret);
        if (r == 0)
                r = app_revoke(request->app, request->arena, &request->caller, &realm, &form.in);
        return r != 0 ? r : http_reply_text(reply, 200, "application/json", "{}");
}
