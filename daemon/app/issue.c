/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/issue.h"

#include "base/encode.h"
#include "base/reason.h"
#include "daemon/app/oidc.h"

#include <string.h>

static int64_t seconds(Usec at) {
        return at / USEC_PER_SEC;
}

static void put_list(JsonWriter *w, const char *name, const StrList *list) {
        json_key(w, name);
        json_begin_array(w);
        for (size_t i = 0; i < list->n; i++)
                json_str(w, list->items[i]);
        json_end_array(w);
}

static void put_id(JsonWriter *w, const char *name, const Id *id) {
        char text[ID_TEXT_SIZE];

        id_format(id, text);
        json_put_str(w, name, text);
}

/* RFC 8176: the space-separated words as an array. */
static void put_amr(JsonWriter *w, const char *amr) {
        json_key(w, "amr");
        json_begin_array(w);
        while (*amr != '\0') {
                size_t n = strcspn(amr, " ");

                if (n > 0)
                        json_str_n(w, amr, n);
                amr += n;
                amr += strspn(amr, " ");
        }
        json_end_array(w);
}

static void put_profile(JsonWriter *w, const User *user) {
        json_put_str(w, "name", str_or(user->display_name, user->name));
        json_put_str(w, "given_name", user->given_name);
        json_put_str(w, "family_name", user->family_name);
        json_put_str(w, "preferred_username", user->name);
        json_put_int(w, "updated_at", seconds(user->updated_at));
}

void claims_put_person(JsonWriter *w, const GateView *view, const char *scope) {
        put_id(w, "sub", &view->user.id);
        if (str_words_have(scope, "profile"))
                put_profile(w, &view->user);
        if (str_words_have(scope, "email") && view->user.email != NULL) {
                json_put_str(w, "email", view->user.email);
                json_put_bool(w, "email_verified", view->user.email_verified);
        }
        json_key(w, "realm_access");
        json_begin_object(w);
        put_list(w, "roles", &view->roles);
        json_end_object(w);
        put_list(w, "groups", &view->groups);
}

/* What the gate compares when the token is shown; a grant holds all but one of its epochs. */
static void put_epochs(JsonWriter *w, const GateView *view) {
        if (view->has_grant) {
                put_id(w, "grant", &view->grant.id);
        } else {
                json_put_int(w, "realm_epoch", view->realm.epoch);
                json_put_int(w, "client_epoch", view->client.epoch);
                json_put_int(w, "credential_epoch", view->user.credential_epoch);
        }
        json_put_int(w, "authz_epoch", view->user.authz_epoch);
}

static void put_authentication(JsonWriter *w, const GateView *view) {
        json_put_int(w, "auth_time", seconds(view->grant.auth.at));
        json_put_str(w, "acr", view->grant.auth.acr);
        put_amr(w, str_or(view->grant.auth.amr, ""));
        if (view->has_session)
                put_id(w, "sid", &view->session.id);
}

static int
put_envelope(App *app, Arena *arena, JsonWriter *w, const GateView *view, Usec now,
             int64_t lifetime) {
        const char *issuer = app_issuer(app, arena, &view->realm);
        Id jti;
        int r;

        if (issuer == NULL)
                return -ENOMEM;
        r = app_id_make(app, now, &jti);
        if (r < 0)
                return r;
        json_put_str(w, "iss", issuer);
        json_put_int(w, "iat", seconds(now));
        json_put_int(w, "exp", seconds(now) + lifetime);
        put_id(w, "jti", &jti);
        json_put_str(w, "azp", view->client.name);
        return 0;
}

static int
sign_claims(App *app, Arena *arena, const SigningKey *key, const char *typ, const Buf *claims,
            const char **ret) {
        int r = buf_error(claims);

        if (r == -EMSGSIZE)
                return IAM_E_TOO_LARGE;
        if (r < 0)
                return r;
        return app->crypto.sign(app->crypto.self, arena, key, typ, claims->bytes, ret);
}

int issue_access_token(
                App *app, Arena *arena, const GateView *view, const char *scope, Usec now,
                const char **ret_jws) {
        CLEANUP(buf_done) Buf claims = BUF_INIT(CLAIMS_MAX);
        JsonWriter w = JSON_WRITER(&claims);
        const char *audience = arena_printf(arena, "%s-realm", view->realm.name);
        int r;

        if (audience == NULL)
                return -ENOMEM;
        json_begin_object(&w);
        r =
                        put_envelope(app, arena, &w, view, now,
                                     client_access_token_lifetime(&view->client, &view->realm));
        if (r < 0)
                return r;
        json_key(&w, "aud");
        json_begin_array(&w);
        json_str(&w, audience);
        json_str(&w, "account");
        for (size_t i = 0; i < view->client.audiences.n; i++)
                json_str(&w, view->client.audiences.items[i]);
        json_end_array(&w);
        json_put_str(&w, "client_id", view->client.name);
        json_put_str(&w, "typ", "Bearer");
        json_put_str(&w, "scope", scope[0] != '\0' ? scope : NULL);
        put_epochs(&w, view);
        if (view->has_grant)
                put_authentication(&w, view);
        claims_put_person(&w, view, scope);
        json_end_object(&w);
        return sign_claims(app, arena, &view->access_key, "at+jwt", &claims, ret_jws);
}

int issue_id_token(
                App *app, Arena *arena, const GateView *view, const char *scope,
                const char *access_token, Usec now, const char **ret_jws) {
        CLEANUP(buf_done) Buf claims = BUF_INIT(CLAIMS_MAX);
        JsonWriter w = JSON_WRITER(&claims);
        char at_hash[BASE64_SIZE(SHA256_SIZE / 2)];
        Sha256 hash;
        int r;

        /* The left half of SHA-256: both our algorithms sign over SHA-256. */
        app->crypto.sha256(access_token, strlen(access_token), &hash);
        base64url_encode(hash.bytes, SHA256_SIZE / 2, at_hash);

        json_begin_object(&w);
        r = put_envelope(app, arena, &w, view, now, view->realm.settings.id_token_lifetime);
        if (r < 0)
                return r;
        json_put_str(&w, "aud", view->client.name);
        json_put_str(&w, "typ", "ID");
        json_put_str(&w, "nonce", view->grant.nonce);
        json_put_str(&w, "at_hash", at_hash);
        put_authentication(&w, view);
        claims_put_person(&w, view, scope);
        json_end_object(&w);
        return sign_claims(app, arena, &view->id_key, "JWT", &claims, ret_jws);
}
