/* SPDX-License-Identifier: Apache-2.0 */
/* What a client has of its own is obeyed: secrets, lifetimes, algorithms (law 7). */
#include "tests/support/oidc_case.h"
#include "tests/support/test.h"

#include "base/encode.h"
#include "base/reason.h"

static int ask_with(OidcCase *c, const char *text) {
        TokenIn in = oidc_for_itself(c, &c->demo.web);
        Secret secret = {};
        TokenOut out;

        ASSERT_OK(secret_set(&secret, text, strlen(text)));
        in.client.secret = &secret;
        return oidc_token(c, &c->demo, &in, &out);
}

static void hash_of(OidcCase *c, const char *text, Sha256 *ret) {
        c->app->crypto.sha256(text, strlen(text), ret);
}

CASE(the_old_secret_is_good_beside_the_new_one_until_its_time) {
        (void) oidc_service(c, &c->demo.web);
        hash_of(c, "new", &c->demo.web.secret_hash);
        hash_of(c, "old", &c->demo.web.former_secret_hash);
        c->demo.web.former_secret_until = WORLD_NOW + 60 * USEC_PER_SEC;
        oidc_update_client(c, &c->demo.web);
        ASSERT_OK(ask_with(c, "new"));
        ASSERT_OK(ask_with(c, "old"));
        ASSERT_CODE(ask_with(c, "older"), IAM_E_CLIENT_AUTH_FAILED);
        world_sleep(c->world, 59);
        ASSERT_OK(ask_with(c, "old"));
        world_sleep(c->world, 1);
        ASSERT_CODE(ask_with(c, "old"), IAM_E_CLIENT_AUTH_FAILED);
        ASSERT_OK(ask_with(c, "new"));
}

CASE(tokens_live_as_long_as_their_client_says) {
        TokenOut out;

        c->demo.web.access_token_lifetime = 60;
        c->demo.web.refresh_token_lifetime = 120;
        oidc_update_client(c, &c->demo.web);
        oidc_tokens(c, &c->demo, &c->demo.web, &out);
        ASSERT_EQ(out.expires_in, 60);
        ASSERT_EQ(out.refresh_expires_in, 120);
        ASSERT_TRUE(strstr(oidc_claims(c, out.access_token), "\"exp\":1700000060") != NULL);
        ASSERT_TRUE(strstr(oidc_claims(c, out.id_token), "\"exp\":1700000300") != NULL);

        /* Another client of the realm has the realm's. */
        oidc_tokens(c, &c->demo, &c->demo.spa, &out);
        ASSERT_EQ(out.expires_in, 300);
        ASSERT_EQ(out.refresh_expires_in, 86400);
}

static int put_rsa_key(Txn *txn, void *context) {
        OidcCase *c = context;
        SigningKey key;

        ASSERT_OK(c->app->crypto.key_make(
                        c->app->crypto.self, &c->arena, &c->demo.realm.id, KEY_ALG_RS256, &key));
        return c->app->store.keys->insert(txn, &key, "active", WORLD_NOW);
}

static bool is_signed_by(OidcCase *c, const char *jws, const char *alg) {
        char head[512];
        size_t len;

        ASSERT_OK(base64url_decode(jws, strcspn(jws, "."), head, sizeof(head) - 1, &len));
        head[len] = '\0';
        return strstr(head, arena_printf(&c->arena, "\"alg\":\"%s\"", alg)) != NULL;
}

CASE(access_and_id_tokens_are_signed_as_their_client_says) {
        static const struct {
                KeyAlg id;
                KeyAlg access;
                const char *id_name;
                const char *access_name;
        } rows[] = {
                { _KEY_ALG_INVALID, _KEY_ALG_INVALID, "ES256", "ES256" },
                { KEY_ALG_RS256, _KEY_ALG_INVALID, "RS256", "RS256" },
                { KEY_ALG_RS256, KEY_ALG_ES256, "RS256", "ES256" },
                { _KEY_ALG_INVALID, KEY_ALG_RS256, "ES256", "RS256" },
        };

        oidc_write(c, put_rsa_key, c);
        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                const char *json;
                TokenOut out;

                c->demo.web.id_token_alg = rows[i].id;
                c->demo.web.access_token_alg = rows[i].access;
                oidc_update_client(c, &c->demo.web);
                oidc_tokens(c, &c->demo, &c->demo.web, &out);
                ASSERT_TRUE(is_signed_by(c, out.id_token, rows[i].id_name));
                ASSERT_TRUE(is_signed_by(c, out.access_token, rows[i].access_name));
                ASSERT_OK(app_userinfo(c->app, &c->arena, &c->demo.realm, out.access_token, &json));
        }
}
