/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens as their readers see them: RFC 9068, OpenID Connect Core sections 2 and 5.3. */
#include "tests/support/jose.h"
#include "tests/support/oidc_case.h"
#include "tests/support/test.h"

#include "base/encode.h"
#include "base/json.h"

static const char *text_of(OidcCase *c, const char *json, const char *name) {
        char *text = arena_alloc(&c->arena, strlen(json) + 1);
        JsonValue object;
        JsonValue value;

        ASSERT_OK(json_check(json, strlen(json), &object, NULL));
        if (json_member(&object, name, &value) == 0)
                return NULL;
        ASSERT_OK(json_get_str(&value, text, strlen(json) + 1, NULL));
        return text;
}

static int64_t int_of(const char *json, const char *name) {
        JsonValue object;
        JsonValue value;
        int64_t number;

        ASSERT_OK(json_check(json, strlen(json), &object, NULL));
        ASSERT_EQ(json_member(&object, name, &value), 1);
        ASSERT_OK(json_get_int(&value, &number));
        return number;
}

static const char *id_text(OidcCase *c, const Id *id) {
        char *text = arena_alloc(&c->arena, ID_TEXT_SIZE);

        id_format(id, text);
        return text;
}

CASE(an_id_token_says_who_when_how_and_for_whom) {
        TokenOut tokens;
        const char *claims;
        char at_hash[BASE64_SIZE(16)];
        Sha256 hash;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        claims = oidc_claims(c, tokens.id_token);
        ASSERT_STREQ(text_of(c, claims, "iss"), "https://id.example.org/realms/demo");
        ASSERT_STREQ(text_of(c, claims, "sub"), id_text(c, &c->demo.alice.id));
        ASSERT_STREQ(text_of(c, claims, "aud"), "web");
        ASSERT_STREQ(text_of(c, claims, "azp"), "web");
        ASSERT_STREQ(text_of(c, claims, "nonce"), "a nonce");
        ASSERT_STREQ(text_of(c, claims, "sid"), tokens.session_state);
        ASSERT_STREQ(text_of(c, claims, "acr"), "2");
        ASSERT_STREQ(text_of(c, claims, "preferred_username"), "alice");
        ASSERT_STREQ(text_of(c, claims, "name"), "Alice Example");
        ASSERT_STREQ(text_of(c, claims, "email"), "alice@example.org");
        ASSERT_TRUE(strstr(claims, "\"amr\":[\"pwd\",\"otp\",\"mfa\"]") != NULL);
        ASSERT_TRUE(strstr(claims, "\"email_verified\":false") != NULL);
        ASSERT_EQ(int_of(claims, "iat"), 1700000000);
        ASSERT_EQ(int_of(claims, "exp"), 1700000300);
        ASSERT_EQ(int_of(claims, "auth_time"), 1700000000);
        /* Core 3.1.3.6: the left half of the hash. */
        c->app->crypto.sha256(tokens.access_token, strlen(tokens.access_token), &hash);
        base64url_encode(hash.bytes, 16, at_hash);
        ASSERT_STREQ(text_of(c, claims, "at_hash"), at_hash);
}

CASE(an_access_token_is_of_its_own_type_and_audience) {
        TokenOut tokens;
        const char *claims;
        char header[128] = "";
        size_t len;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        ASSERT_OK(base64url_decode(
                        tokens.access_token, strcspn(tokens.access_token, "."), header,
                        sizeof(header) - 1, &len));
        ASSERT_STREQ(text_of(c, header, "typ"), "at+jwt"); /* RFC 9068 section 2.1 */
        ASSERT_STREQ(text_of(c, header, "alg"), "ES256");
        claims = oidc_claims(c, tokens.access_token);
        ASSERT_STREQ(text_of(c, claims, "iss"), "https://id.example.org/realms/demo");
        ASSERT_STREQ(text_of(c, claims, "client_id"), "web");
        ASSERT_STREQ(text_of(c, claims, "sub"), id_text(c, &c->demo.alice.id));
        ASSERT_STREQ(text_of(c, claims, "scope"), "openid profile email");
        ASSERT_STREQ(text_of(c, claims, "sid"), tokens.session_state);
        ASSERT_TRUE(text_of(c, claims, "jti") != NULL);
        ASSERT_TRUE(strstr(claims, "\"aud\":[") != NULL);
        ASSERT_TRUE(strstr(claims, "nonce") == NULL);
}

CASE(userinfo_shows_what_the_scope_allows) {
        static const struct {
                const char *scope;
                bool profile;
                bool email;
        } rows[] = {
                { "openid", false, false },
                { "openid profile", true, false },
                { "openid email", false, true },
                { "openid profile email", true, true },
        };

        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                AuthorizeIn in = oidc_request();
                AuthorizeOut signed_in;
                TokenIn exchange;
                TokenOut tokens;
                const char *json;

                in.scope = rows[i].scope;
                oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &signed_in);
                exchange = oidc_code_exchange(c, &c->demo.web, signed_in.reply.code);
                ASSERT_OK(oidc_token(c, &c->demo, &exchange, &tokens));
                ASSERT_OK(app_userinfo(
                                c->app, &c->arena, &c->demo.realm, tokens.access_token, &json));
                ASSERT_STREQ(text_of(c, json, "sub"), id_text(c, &c->demo.alice.id));
                ASSERT_EQ(text_of(c, json, "name") != NULL, rows[i].profile);
                ASSERT_EQ(text_of(c, json, "email") != NULL, rows[i].email);
                ASSERT_EQ(strstr(json, "updated_at") != NULL, rows[i].profile);
        }
}

CASE(userinfo_wants_scope_openid) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut signed_in;
        TokenIn exchange;
        TokenOut tokens;
        const char *json;

        in.scope = "profile";
        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &signed_in);
        exchange = oidc_code_exchange(c, &c->demo.web, signed_in.reply.code);
        ASSERT_OK(oidc_token(c, &c->demo, &exchange, &tokens));
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, tokens.access_token, &json),
                    IAM_E_TOKEN_SCOPE);
}

CASE(an_access_token_ends_on_time_and_in_its_realm) {
        TokenOut tokens;
        const char *json;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->other.realm, tokens.access_token, &json),
                    IAM_E_TOKEN_INVALID);
        world_sleep(c->world, 299);
        ASSERT_OK(app_userinfo(c->app, &c->arena, &c->demo.realm, tokens.access_token, &json));
        world_sleep(c->world, 1);
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, tokens.access_token, &json),
                    IAM_E_TOKEN_INVALID);
}

CASE(an_altered_token_is_none) {
        TokenOut tokens;
        const char *json;
        size_t len;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        len = strlen(tokens.access_token);
        for (size_t i = 0; i < len; i += 7) {
                char *altered = arena_strdup(&c->arena, tokens.access_token);

                altered[i] = altered[i] == 'A' ? 'B' : 'A';
                ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, altered, &json),
                            IAM_E_TOKEN_INVALID);
        }
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, "", &json),
                    IAM_E_TOKEN_INVALID);
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, "a.b.c", &json),
                    IAM_E_TOKEN_INVALID);
}

/* A key of another realm under the same issuer name would still be another realm's. */
CASE(a_token_of_our_own_making_with_a_foreign_issuer_is_none) {
        OidcRealm renamed = c->demo;
        TokenOut tokens;
        const char *json;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        renamed.realm.name = "another";
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &renamed.realm, tokens.access_token, &json),
                    IAM_E_TOKEN_INVALID);
}

static int put_rs256(Txn *txn, void *context) {
        OidcCase *c = context;
        SigningKey key;

        ASSERT_OK(c->app->crypto.key_make(
                        c->app->crypto.self, &c->arena, &c->demo.realm.id, KEY_ALG_RS256, &key));
        return c->app->store.keys->insert(txn, &key, "active", WORLD_NOW);
}

/* By the published keys alone. */
static void assert_jose_believes(OidcCase *c, const char *token) {
        char claims[JOSE_CLAIMS_MAX];
        const char *jwks;

        ASSERT_OK(app_jwks(c->app, &c->arena, &c->demo.realm, &jwks));
        ASSERT_TRUE(jose_accepts(jwks, token, claims));
}

CASE(a_foreign_verifier_believes_our_tokens_by_the_published_keys) {
        TokenOut tokens;
        const char *json;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        assert_jose_believes(c, tokens.access_token);
        assert_jose_believes(c, tokens.id_token);

        oidc_write(c, put_rs256, c);
        c->demo.web.id_token_alg = KEY_ALG_RS256;
        oidc_update_client(c, &c->demo.web);
        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        ASSERT_TRUE(strstr(tokens.id_token, "eyJhbGciOiJSUzI1NiI") == tokens.id_token);
        assert_jose_believes(c, tokens.access_token);
        assert_jose_believes(c, tokens.id_token);
        ASSERT_OK(app_userinfo(c->app, &c->arena, &c->demo.realm, tokens.access_token, &json));
}
