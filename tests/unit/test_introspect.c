/* SPDX-License-Identifier: Apache-2.0 */
/* What a token still is, and the end of one: RFC 7662, RFC 7009. */
#include "tests/support/oidc_case.h"
#include "tests/support/test.h"

#include "base/reason.h"

static ShownToken shown(const OidcCase *c, const Client *client, const char *token) {
        TokenIn in = oidc_for_itself(c, client);

        return (ShownToken){ .token = token, .client = in.client };
}

static int try_look(OidcCase *c, const Client *client, const char *token, const char **ret) {
        ShownToken in = shown(c, client, token);

        return app_introspect(c->app, &c->arena, &c->program, &c->demo.realm, &in, ret);
}

static const char *look(OidcCase *c, const Client *client, const char *token) {
        const char *json = "";

        ASSERT_OK(try_look(c, client, token, &json));
        return json;
}

static int revoke(OidcCase *c, const Client *client, const char *token) {
        ShownToken in = shown(c, client, token);

        return app_revoke(c->app, &c->arena, &c->program, &c->demo.realm, &in);
}

#define ASSERT_SAYS(json, part)                                                                    \
        do {                                                                                       \
                const char *json_ = (json);                                                        \
                if (strstr(json_, (part)) == NULL)                                                 \
                        fail_msg("%s:%d: %s is not in %s", __FILE__, __LINE__, (part), json_);     \
        } while (0)
/* Whatever is wrong with it: not a byte more. */
#define ASSERT_DEAD(json) ASSERT_STREQ((json), "{\"active\":false}")
#define ASSERT_ALIVE(json) ASSERT_SAYS((json), "{\"active\":true,")

static const char *names_strict[] = { "strict" };

/* Tokens of the web client, for the strict one. */
static void tokens_for_strict(OidcCase *c, TokenOut *ret) {
        c->demo.web.audiences = (StrList){ .items = names_strict, .n = 1 };
        oidc_update_client(c, &c->demo.web);
        oidc_tokens(c, &c->demo, &c->demo.web, ret);
}

CASE(a_client_learns_what_its_own_token_says) {
        TokenOut tokens;
        const char *json;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        json = look(c, &c->demo.web, tokens.access_token);
        ASSERT_ALIVE(json);
        ASSERT_SAYS(json, "\"token_type\":\"Bearer\"");
        ASSERT_SAYS(json, "\"username\":\"alice\"");
        ASSERT_SAYS(json, "\"client_id\":\"web\"");
        ASSERT_SAYS(json, "\"scope\":\"openid profile email\"");
        ASSERT_SAYS(json, "\"exp\":1700000300");
        ASSERT_SAYS(json, "\"iss\":\"https://id.example.org/realms/demo\"");
        ASSERT_SAYS(json, "\"realm_access\":{\"roles\":[]}");
        ASSERT_TRUE(strstr(json, "epoch") == NULL && strstr(json, "\"grant\"") == NULL);
        json = look(c, &c->demo.web, oidc_refresh_text(c, &tokens));
        ASSERT_ALIVE(json);
        ASSERT_SAYS(json, "\"username\":\"alice\"");
        ASSERT_TRUE(strstr(json, "token_type") == NULL);
}

CASE(a_service_is_named_by_its_token) {
        TokenIn in = oidc_for_itself(c, &c->demo.web);
        TokenOut tokens;

        (void) oidc_service(c, &c->demo.web);
        ASSERT_OK(oidc_token(c, &c->demo, &in, &tokens));
        ASSERT_SAYS(look(c, &c->demo.web, tokens.access_token), "\"username\":\"service:web\"");
        ASSERT_OK(revoke(c, &c->demo.web, tokens.access_token));
        ASSERT_DEAD(look(c, &c->demo.web, tokens.access_token));
}

CASE(only_its_audience_sees_the_token_of_another) {
        TokenOut tokens;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        ASSERT_DEAD(look(c, &c->demo.strict, tokens.access_token));
        tokens_for_strict(c, &tokens);
        ASSERT_ALIVE(look(c, &c->demo.strict, tokens.access_token));
        ASSERT_DEAD(look(c, &c->demo.strict, oidc_refresh_text(c, &tokens)));

        /* The token still names it; the client's record, which counts now, does not. */
        c->demo.web.audiences = (StrList){};
        oidc_update_client(c, &c->demo.web);
        ASSERT_DEAD(look(c, &c->demo.strict, tokens.access_token));
        ASSERT_ALIVE(look(c, &c->demo.web, tokens.access_token));
}

CASE(who_does_not_prove_itself_learns_nothing) {
        Secret wrong = {};
        ShownToken in;
        TokenOut tokens;
        const char *json;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        ASSERT_CODE(try_look(c, &c->demo.spa, tokens.access_token, &json),
                    IAM_E_UNAUTHORIZED_CLIENT);
        in = shown(c, &c->demo.web, tokens.access_token);
        ASSERT_OK(secret_set(&wrong, "wrong", 5));
        in.client.secret = &wrong;
        ASSERT_CODE(app_introspect(c->app, &c->arena, &c->program, &c->demo.realm, &in, &json),
                    IAM_E_CLIENT_AUTH_FAILED);
        ASSERT_CODE(app_revoke(c->app, &c->arena, &c->program, &c->demo.realm, &in),
                    IAM_E_CLIENT_AUTH_FAILED);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "client.auth-failed", false), 2);
        in.client = (ClientCredentials){};
        ASSERT_CODE(app_introspect(c->app, &c->arena, &c->program, &c->demo.realm, &in, &json),
                    IAM_E_CLIENT_AUTH_FAILED);
        ASSERT_ALIVE(look(c, &c->demo.web, tokens.access_token));
}

CASE(what_is_no_live_token_of_this_realm_looks_all_alike) {
        TokenOut tokens;
        TokenOut foreign;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        oidc_tokens(c, &c->other, &c->other.web, &foreign);
        ASSERT_DEAD(look(c, &c->demo.web, "x"));
        ASSERT_DEAD(look(c, &c->demo.web, "a.b.c"));
        ASSERT_DEAD(look(c, &c->demo.web, tokens.id_token));
        ASSERT_DEAD(look(c, &c->demo.web, foreign.access_token));
        ASSERT_DEAD(look(c, &c->demo.web, oidc_refresh_text(c, &foreign)));
        ASSERT_DEAD(look(c, &c->demo.web, oidc_code(c, &c->demo, &c->demo.web)));
        world_sleep(c->world, 300);
        ASSERT_DEAD(look(c, &c->demo.web, tokens.access_token));
        ASSERT_ALIVE(look(c, &c->demo.web, oidc_refresh_text(c, &tokens)));
}

static int end_session(Txn *txn, void *context) {
        OidcCase *c = context;
        const SessionOps *sessions = c->app->store.sessions;
        SessionList list;

        ASSERT_OK(sessions->list(
                        txn, &c->demo.realm.id, NULL, &c->arena, &(Page){ .limit = 9 }, &list));
        return sessions->end(txn, &c->demo.realm.id, &list.items[0].id, world_now(c->world));
}

static void sign_out(OidcCase *c) {
        oidc_write(c, end_session, c);
}

static void disable_user(OidcCase *c) {
        c->demo.alice.enabled = false;
        oidc_update_user(c, &c->demo.alice);
}

static void change_password(OidcCase *c) {
        c->demo.alice.credential_epoch++;
        oidc_update_user(c, &c->demo.alice);
}

static void switch_client(OidcCase *c) {
        c->demo.web.epoch++;
        oidc_update_client(c, &c->demo.web);
}

static void switch_realm(OidcCase *c) {
        c->demo.realm.epoch++;
        oidc_update_realm(c, &c->demo.realm);
}

TEST(introspection_sees_every_revocation_at_once) {
        static void (*const kills[])(OidcCase *) = { sign_out, disable_user, change_password,
                                                     switch_client, switch_realm };

        for (size_t i = 0; i < ELEMENTSOF(kills); i++) {
                TokenOut tokens;
                OidcCase c;

                oidc_begin(&c);
                tokens_for_strict(&c, &tokens);
                ASSERT_ALIVE(look(&c, &c.demo.strict, tokens.access_token));
                kills[i](&c);
                ASSERT_DEAD(look(&c, &c.demo.strict, tokens.access_token));
                ASSERT_DEAD(look(&c, &c.demo.web, oidc_refresh_text(&c, &tokens)));
                oidc_end(&c);
        }
}

static int destroy_keys(Txn *txn, void *context) {
        OidcCase *c = context;
        const KeyOps *keys = c->app->store.keys;
        SigningKey *items;
        size_t n;

        ASSERT_OK(keys->published(txn, &c->demo.realm.id, &c->arena, &items, &n));
        for (size_t i = 0; i < n; i++)
                ASSERT_OK(
                                keys->move(txn, &c->demo.realm.id, items[i].kid, KEY_DESTROYED,
                                           world_now(c->world)));
        return n > 0 ? 0 : -ENOENT;
}

/* However often its signature was found good before. */
CASE(a_token_of_a_destroyed_key_is_dead_at_once) {
        TokenOut tokens;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        ASSERT_ALIVE(look(c, &c->demo.web, tokens.access_token));
        ASSERT_ALIVE(look(c, &c->demo.web, tokens.access_token));
        oidc_write(c, destroy_keys, c);
        ASSERT_DEAD(look(c, &c->demo.web, tokens.access_token));
}

CASE(a_refresh_token_that_was_used_is_dead_and_its_successor_lives) {
        TokenOut first;
        TokenOut second;
        TokenIn in;

        oidc_tokens(c, &c->demo, &c->demo.web, &first);
        in = oidc_refresh(c, &c->demo.web, oidc_refresh_text(c, &first));
        ASSERT_OK(oidc_token(c, &c->demo, &in, &second));
        ASSERT_DEAD(look(c, &c->demo.web, oidc_refresh_text(c, &first)));
        ASSERT_ALIVE(look(c, &c->demo.web, oidc_refresh_text(c, &second)));
}

CASE(a_revoked_access_token_goes_alone) {
        TokenOut tokens;
        const char *json;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        ASSERT_OK(revoke(c, &c->demo.web, tokens.access_token));
        ASSERT_OK(revoke(c, &c->demo.web, tokens.access_token));
        ASSERT_DEAD(look(c, &c->demo.web, tokens.access_token));
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, tokens.access_token, &json),
                    IAM_E_TOKEN_INVALID);
        ASSERT_ALIVE(look(c, &c->demo.web, oidc_refresh_text(c, &tokens)));
        ASSERT_EQ(oidc_count_events(c, &c->demo, "token.revoked", true), 1);
}

CASE(a_revoked_refresh_token_takes_all_of_its_grant_along) {
        TokenOut tokens;
        TokenOut again;
        TokenIn in;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        in = oidc_refresh(c, &c->demo.web, oidc_refresh_text(c, &tokens));
        ASSERT_OK(oidc_token(c, &c->demo, &in, &again));
        /* One that was used before is as good for it. */
        ASSERT_OK(revoke(c, &c->demo.web, oidc_refresh_text(c, &tokens)));
        ASSERT_DEAD(look(c, &c->demo.web, tokens.access_token));
        ASSERT_DEAD(look(c, &c->demo.web, again.access_token));
        ASSERT_DEAD(look(c, &c->demo.web, oidc_refresh_text(c, &again)));
        in = oidc_refresh(c, &c->demo.web, oidc_refresh_text(c, &again));
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &tokens), IAM_E_GRANT_INVALID);
        ASSERT_OK(revoke(c, &c->demo.web, oidc_refresh_text(c, &again)));
        ASSERT_EQ(oidc_count_events(c, &c->demo, "token.revoked", true), 1);
}

CASE(nobody_revokes_the_token_of_another) {
        TokenOut tokens;

        tokens_for_strict(c, &tokens);
        ASSERT_OK(revoke(c, &c->demo.strict, tokens.access_token));
        ASSERT_OK(revoke(c, &c->demo.strict, oidc_refresh_text(c, &tokens)));
        ASSERT_OK(revoke(c, &c->demo.web, "x"));
        ASSERT_OK(revoke(c, &c->demo.web, tokens.id_token));
        ASSERT_ALIVE(look(c, &c->demo.web, tokens.access_token));
        ASSERT_ALIVE(look(c, &c->demo.web, oidc_refresh_text(c, &tokens)));
        ASSERT_EQ(oidc_count_events(c, &c->demo, "token.revoked", true), 0);
}

CASE(a_public_client_revokes_its_own) {
        TokenOut tokens;
        TokenIn in;

        oidc_tokens(c, &c->demo, &c->demo.spa, &tokens);
        ASSERT_OK(revoke(c, &c->demo.spa, oidc_refresh_text(c, &tokens)));
        in = oidc_refresh(c, &c->demo.spa, oidc_refresh_text(c, &tokens));
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &tokens), IAM_E_GRANT_INVALID);
}
