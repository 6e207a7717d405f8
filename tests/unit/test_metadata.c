/* SPDX-License-Identifier: Apache-2.0 */
/* Law 7: the metadata advertises exactly what works (RFC 8414, OpenID Connect Discovery 1.0). */
#include "tests/support/oidc_case.h"
#include "tests/support/test.h"

#include "base/json.h"

static JsonValue document(OidcCase *c, const OidcRealm *at) {
        const char *json;
        JsonValue object;

        ASSERT_OK(app_metadata(c->app, &c->arena, &at->realm, &json));
        ASSERT_OK(json_check(json, strlen(json), &object, NULL));
        return object;
}

static const char *text_of(OidcCase *c, const JsonValue *value) {
        char *text = arena_alloc(&c->arena, value->len + 1);

        ASSERT_OK(json_get_str(value, text, value->len + 1, NULL));
        return text;
}

static const char *member_text(OidcCase *c, const JsonValue *object, const char *name) {
        JsonValue value;

        ASSERT_EQ(json_member(object, name, &value), 1);
        return text_of(c, &value);
}

static bool member_bool(const JsonValue *object, const char *name) {
        JsonValue value;
        bool is;

        ASSERT_EQ(json_member(object, name, &value), 1);
        ASSERT_OK(json_get_bool(&value, &is));
        return is;
}

/* The words of a member; true for each that try() finds to work. */
typedef bool (*Try)(OidcCase *c, const char *word);

static size_t try_each(OidcCase *c, const char *member, Try try_one) {
        JsonValue object = document(c, &c->demo);
        JsonValue list;
        JsonValue word;
        JsonIter iter;
        size_t n = 0;

        ASSERT_EQ(json_member(&object, member, &list), 1);
        json_iter(&list, &iter);
        while (json_next(&iter, NULL, &word) == 1) {
                if (!try_one(c, text_of(c, &word)))
                        fail_msg("%s: %s is advertised and does not work", member,
                                 text_of(c, &word));
                n++;
        }
        return n;
}

static bool asks_to_sign_in(OidcCase *c, const AuthorizeIn *in) {
        AuthorizeOut out;

        ASSERT_OK(oidc_authorize(c, &c->demo, in, &out));
        return out.outcome == AUTHORIZE_LOGIN;
}

static bool try_response_type(OidcCase *c, const char *word) {
        AuthorizeIn in = oidc_request();

        in.response_type = word;
        return asks_to_sign_in(c, &in);
}

static bool try_response_mode(OidcCase *c, const char *word) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut out;

        in.response_mode = word;
        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &out);
        return out.reply.code != NULL && out.reply.form_post == str_eq(word, "form_post");
}

static bool try_grant_type(OidcCase *c, const char *word) {
        TokenOut tokens;
        TokenIn in;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        in = oidc_refresh(c, &c->demo.web, oidc_refresh_text(c, &tokens));
        in.grant_type = word;
        in.redirect_uri = OIDC_REDIRECT;
        in.code = oidc_code(c, &c->demo, &c->demo.web);
        if (str_eq(word, "client_credentials"))
                (void) oidc_service(c, &c->demo.web);
        return oidc_token(c, &c->demo, &in, &tokens) == 0;
}

static bool try_scope(OidcCase *c, const char *word) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut out;
        TokenIn exchange;
        TokenOut tokens;

        in.scope = word;
        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &out);
        exchange = oidc_code_exchange(c, &c->demo.web, out.reply.code);
        return oidc_token(c, &c->demo, &exchange, &tokens) == 0 && str_eq(tokens.scope, word);
}

static bool try_prompt(OidcCase *c, const char *word) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut out;

        in.prompt = word;
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
        return str_eq(word, "none") ? str_eq(out.reply.error, "login_required")
                                    : out.outcome == AUTHORIZE_LOGIN;
}

static bool try_challenge_method(OidcCase *c, const char *word) {
        AuthorizeIn in = oidc_request();

        in.code_challenge = OIDC_CHALLENGE;
        in.code_challenge_method = word;
        return asks_to_sign_in(c, &in);
}

static int put_key(Txn *txn, void *context) {
        OidcCase *c = context;
        SigningKey key;

        ASSERT_OK(c->app->crypto.key_make(
                        c->app->crypto.self, &c->arena, &c->demo.realm.id, KEY_ALG_RS256, &key));
        return c->app->store.keys->insert(txn, &key, "active", WORLD_NOW);
}

static bool try_alg(OidcCase *c, const char *word) {
        TokenOut tokens;

        c->demo.web.id_token_alg = key_alg_from_name(word);
        ASSERT_TRUE(c->demo.web.id_token_alg >= 0);
        oidc_update_client(c, &c->demo.web);
        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        return true;
}

/* Every claim is seen in some ID token or userinfo answer. */
static bool try_claim(OidcCase *c, const char *word) {
        const char *quoted = arena_printf(&c->arena, "\"%s\":", word);
        TokenOut tokens;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        return strstr(oidc_claims(c, tokens.id_token), quoted) != NULL;
}

CASE(every_advertised_value_works) {
        oidc_write(c, put_key, c);
        c->demo.alice.given_name = "Alice";
        c->demo.alice.family_name = "Example";
        oidc_update_user(c, &c->demo.alice);
        ASSERT_EQ(try_each(c, "response_types_supported", try_response_type), 1);
        ASSERT_EQ(try_each(c, "response_modes_supported", try_response_mode), 2);
        ASSERT_EQ(try_each(c, "grant_types_supported", try_grant_type), 3);
        ASSERT_EQ(try_each(c, "scopes_supported", try_scope), 3);
        ASSERT_EQ(try_each(c, "prompt_values_supported", try_prompt), 4);
        ASSERT_EQ(try_each(c, "code_challenge_methods_supported", try_challenge_method), 1);
        ASSERT_EQ(try_each(c, "id_token_signing_alg_values_supported", try_alg), 2);
        ASSERT_TRUE(try_each(c, "claims_supported", try_claim) > 10);
}

CASE(what_is_not_advertised_does_not_work) {
        AuthorizeIn in = oidc_request();
        JsonValue object = document(c, &c->demo);

        ASSERT_FALSE(try_response_type(c, "code id_token"));
        in.response_mode = "fragment";
        ASSERT_FALSE(asks_to_sign_in(c, &in));
        ASSERT_FALSE(try_grant_type(c, "password"));
        ASSERT_FALSE(try_challenge_method(c, "plain"));
        ASSERT_FALSE(try_prompt(c, "create"));
        ASSERT_FALSE(member_bool(&object, "request_parameter_supported"));
        ASSERT_FALSE(member_bool(&object, "request_uri_parameter_supported"));
        ASSERT_FALSE(member_bool(&object, "claims_parameter_supported"));
        ASSERT_TRUE(member_bool(&object, "authorization_response_iss_parameter_supported"));
}

/* Law 1: by the configured base alone. */
CASE(every_address_begins_with_the_issuer) {
        static const char *const members[] = {
                "authorization_endpoint", "token_endpoint",
                "userinfo_endpoint",      "jwks_uri",
                "end_session_endpoint",   "introspection_endpoint",
                "revocation_endpoint",
        };
        JsonValue object = document(c, &c->demo);
        const char *issuer = member_text(c, &object, "issuer");

        ASSERT_STREQ(issuer, "https://id.example.org/realms/demo");
        for (size_t i = 0; i < ELEMENTSOF(members); i++)
                ASSERT_TRUE(str_starts_with(member_text(c, &object, members[i]), issuer));
        object = document(c, &c->other);
        ASSERT_STREQ(member_text(c, &object, "issuer"), "https://id.example.org/realms/other");
}

CASE(the_key_set_shows_public_halves_with_distinct_names) {
        const char *jwks;

        oidc_write(c, put_key, c);
        ASSERT_OK(app_jwks(c->app, &c->arena, &c->demo.realm, &jwks));
        ASSERT_TRUE(strstr(jwks, "\"alg\":\"ES256\"") != NULL);
        ASSERT_TRUE(strstr(jwks, "\"alg\":\"RS256\"") != NULL);
        ASSERT_TRUE(strstr(jwks, "\"use\":\"sig\"") != NULL);
        ASSERT_TRUE(strstr(jwks, "\"d\":") == NULL);
        ASSERT_TRUE(strstr(jwks, "\"p\":") == NULL);
        ASSERT_TRUE(strstr(jwks, "\"k\":") == NULL);
        ASSERT_TRUE(strstr(strstr(jwks, "\"kid\":") + 1, "\"kid\":") != NULL);
}
