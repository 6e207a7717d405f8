/* SPDX-License-Identifier: Apache-2.0 */
/* The endpoints that programs call: token, userinfo, keys, metadata. */
#include "daemon/http/form.h"
#include "daemon/http/oauth.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/reason.h"
#include "base/secret_bytes.h"

#include <string.h>
#include <strings.h>

#define TOKEN_REPLY_MAX 65536 /* bytes: two JWS of at most 16 KiB and little else */

typedef struct TokenForm {
        TokenIn in;
        ClientForm client;
} TokenForm;

#define FIELD(name)                                                                                \
        { #name, offsetof(TokenForm, in.name), OIDC_PARAMETER_MAX }

static const FormField token_fields[] = {
        FIELD(grant_type),
        FIELD(code),
        FIELD(redirect_uri),
        FIELD(code_verifier),
        FIELD(refresh_token),
        FIELD(scope),
        CLIENT_FORM_FIELDS(TokenForm, client),
};

static int reply_json(const HttpRequest *request, const Buf *json, HttpReply *reply) {
        const char *body;
        int r = buf_copy(json, request->arena, &body);

        if (r < 0)
                return r;
        return http_reply_text(reply, 200, "application/json", body);
}

/* RFC 6749 section 5.1, OpenID Connect Core 3.1.3.3. */
static int reply_tokens(const HttpRequest *request, const TokenOut *out, HttpReply *reply) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(TOKEN_REPLY_MAX);
        JsonWriter w = JSON_WRITER(&buf);

        json_begin_object(&w);
        json_put_str(&w, "access_token", out->access_token);
        json_put_str(&w, "token_type", "Bearer");
        json_put_int(&w, "expires_in", out->expires_in);
        if (!secret_is_empty(&out->refresh_token)) {
                json_key(&w, "refresh_token");
                json_str_n(&w, (const char *) secret_bytes(&out->refresh_token),
                           out->refresh_token.len);
                json_put_int(&w, "refresh_expires_in", out->refresh_expires_in);
        }
        json_put_str(&w, "id_token", out->id_token);
        /* A scope has at least one word (section 3.3): none was granted, none is named. */
        json_put_str(&w, "scope", str_is_empty(out->scope) ? NULL : out->scope);
        json_put_str(&w, "session_state", out->session_state);
        json_end_object(&w);
        return reply_json(request, &buf, reply);
}

int oauth_token(HttpRequest *request, HttpReply *reply) {
        CLEANUP(secret_clear) Secret secret = {};
        TokenForm form = {};
        TokenOut out = {};
        const char *body;
        Realm realm;
        int r;

        r = oauth_realm(request, &realm);
        if (r != 0)
                return r;
        r = oauth_body(request, &body);
        if (r != 0)
                return r;
        r = form_read(request->arena, body, token_fields, ELEMENTSOF(token_fields), &form, NULL);
        if (r != 0)
                return r;
        r = oauth_client_read(request, &form.client, &form.in.client, &secret);
        if (r != 0)
                return r;
        r = app_token(request->app, request->arena, &request->caller, &realm, &form.in, &out);
        if (r == 0)
                r = reply_tokens(request, &out, reply);
        secret_clear(&out.refresh_token);
        return r;
}

static int userinfo(HttpRequest *request, const char *token, HttpReply *reply) {
        const char *json;
        Realm realm;
        int r;

        r = oauth_realm(request, &realm);
        if (r != 0)
                return r;
        if (token == NULL)
                return IAM_E_TOKEN_INVALID;
        r = app_userinfo(request->app, request->arena, &realm, token, &json);
        if (r != 0)
                return r;
        return http_reply_text(reply, 200, "application/json", json);
}

/* A token in the query is ignored: RFC 9700 section 4.3.2. */
int oauth_userinfo_get(HttpRequest *request, HttpReply *reply) {
        return userinfo(request, oauth_after_scheme(request->authorization, "Bearer"), reply);
}

typedef struct UserinfoForm {
        const char *access_token;
} UserinfoForm;

/* RFC 6750 section 2: in the header or in the form, not in both. */
int oauth_userinfo_post(HttpRequest *request, HttpReply *reply) {
        static const FormField fields[] = { { "access_token", offsetof(UserinfoForm, access_token),
                                              HTTP_BODY_MAX } };
        const char *token = oauth_after_scheme(request->authorization, "Bearer");
        UserinfoForm form = {};
        const char *body;
        int r;

        if (request->body_len > 0 && oauth_body(request, &body) == 0) {
                r = form_read(request->arena, body, fields, ELEMENTSOF(fields), &form, NULL);
                if (r != 0)
                        return r;
        }
        if (form.access_token != NULL && request->authorization != NULL)
                return IAM_E_REQUEST_INVALID;
        return userinfo(request, token != NULL ? token : form.access_token, reply);
}

typedef int (*Document)(App *, Arena *, const Realm *, const char **);

static int reply_document(HttpRequest *request, Document document, HttpReply *reply) {
        const char *json;
        Realm realm;
        int r;

        r = oauth_realm(request, &realm);
        if (r != 0)
                return r;
        r = document(request->app, request->arena, &realm, &json);
        if (r != 0)
                return r;
        reply->may_be_cached = true;
        r = http_reply_header(reply, "Cache-Control", "public, max-age=60");
        if (r < 0)
                return r;
        return http_reply_text(reply, 200, "application/json", json);
}

int oauth_certs(HttpRequest *request, HttpReply *reply) {
        return reply_document(request, app_jwks, reply);
}

int oauth_metadata(HttpRequest *request, HttpReply *reply) {
        return reply_document(request, app_metadata, reply);
}
