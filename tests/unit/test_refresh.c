/* SPDX-License-Identifier: Apache-2.0 */
/* The refresh grant: RFC 6749 section 6, rotation of RFC 9700 section 4.14.2, idempotent retry. */
#include "tests/support/oidc_case.h"
#include "tests/support/test.h"

#include "base/secret_bytes.h"

#include <pthread.h>

static int refresh(OidcCase *c, const Client *client, const char *token, TokenOut *ret) {
        TokenIn in = oidc_refresh(c, client, token);

        return oidc_token(c, &c->demo, &in, ret);
}

/* The first refresh token of a new session of alice. */
static const char *first_token(OidcCase *c, const Client *client) {
        TokenOut tokens;

        oidc_tokens(c, &c->demo, client, &tokens);
        return oidc_refresh_text(c, &tokens);
}

CASE(a_refresh_token_is_rotated) {
        const char *token = first_token(c, &c->demo.web);

        for (int i = 0; i < 5; i++) {
                TokenOut out;

                ASSERT_OK(refresh(c, &c->demo.web, token, &out));
                ASSERT_TRUE(out.access_token != NULL && out.id_token != NULL);
                ASSERT_EQ(out.refresh_token.len, 43);
                ASSERT_TRUE(strcmp(token, oidc_refresh_text(c, &out)) != 0);
                token = oidc_refresh_text(c, &out);
                world_sleep(c->world, 60);
        }
        ASSERT_EQ(oidc_count_events(c, &c->demo, "token.refreshed", true), 5);
}

CASE(the_id_token_repeats_what_the_first_one_said_of_the_login) {
        TokenOut first;
        TokenOut second;
        const char *a;
        const char *b;

        oidc_tokens(c, &c->demo, &c->demo.web, &first);
        world_sleep(c->world, 100);
        ASSERT_OK(refresh(c, &c->demo.web, oidc_refresh_text(c, &first), &second));
        a = oidc_claims(c, first.id_token);
        b = oidc_claims(c, second.id_token);
        /* OpenID Connect Core 12.2: iss, sub, aud, auth_time, azp stay; nonce may. */
        for (size_t i = 0; i < 5; i++) {
                static const char *const names[] = { "\"sub\":", "\"auth_time\":", "\"iss\":",
                                                     "\"aud\":", "\"nonce\":" };
                const char *in_a = strstr(a, names[i]);
                const char *in_b = strstr(b, names[i]);

                ASSERT_TRUE(in_a != NULL && in_b != NULL);
                ASSERT_TRUE(strcspn(in_a, ",}") == strcspn(in_b, ",}"));
                ASSERT_MEMEQ(in_a, in_b, strcspn(in_a, ",}"));
        }
        ASSERT_TRUE(strstr(a, "\"iat\":1700000000") != NULL);
        ASSERT_TRUE(strstr(b, "\"iat\":1700000100") != NULL);
}

/* A lost answer is asked for again: the same successor, and never two live tokens. */
CASE(a_retry_within_ten_seconds_gets_the_same_successor) {
        const char *token = first_token(c, &c->demo.web);
        TokenOut first;
        TokenOut again;

        ASSERT_OK(refresh(c, &c->demo.web, token, &first));
        world_sleep(c->world, 10);
        ASSERT_OK(refresh(c, &c->demo.web, token, &again));
        ASSERT_TRUE(secret_equal(&first.refresh_token, &again.refresh_token));
        ASSERT_EQ(again.refresh_expires_in, 86400 - 10);
        ASSERT_OK(refresh(c, &c->demo.web, oidc_refresh_text(c, &again), &first));
        ASSERT_EQ(oidc_count_events(c, &c->demo, "refresh.replayed", false), 0);
}

CASE(a_retry_survives_a_restart) {
        const char *token = first_token(c, &c->demo.web);
        TokenOut first;
        TokenOut again;

        ASSERT_OK(refresh(c, &c->demo.web, token, &first));
        world_restart(c->world);
        ASSERT_OK(refresh(c, &c->demo.web, token, &again));
        ASSERT_TRUE(secret_equal(&first.refresh_token, &again.refresh_token));
}

static void assert_family_is_dead(OidcCase *c, const Client *client, const TokenOut *tokens) {
        const char *json;
        TokenOut out;

        ASSERT_CODE(refresh(c, client, oidc_refresh_text(c, tokens), &out), IAM_E_GRANT_INVALID);
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, tokens->access_token, &json),
                    IAM_E_TOKEN_INVALID);
}

CASE(reuse_after_ten_seconds_kills_the_family) {
        const char *token = first_token(c, &c->demo.spa);
        TokenOut first;
        TokenOut out;

        ASSERT_OK(refresh(c, &c->demo.spa, token, &first));
        world_sleep(c->world, 11);
        ASSERT_CODE(refresh(c, &c->demo.spa, token, &out), IAM_E_GRANT_INVALID);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "refresh.replayed", false), 1);
        assert_family_is_dead(c, &c->demo.spa, &first);
}

CASE(reuse_after_the_successor_was_used_kills_the_family) {
        const char *token = first_token(c, &c->demo.spa);
        TokenOut first;
        TokenOut second;
        TokenOut out;

        ASSERT_OK(refresh(c, &c->demo.spa, token, &first));
        ASSERT_OK(refresh(c, &c->demo.spa, oidc_refresh_text(c, &first), &second));
        ASSERT_CODE(refresh(c, &c->demo.spa, token, &out), IAM_E_GRANT_INVALID);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "refresh.replayed", false), 1);
        assert_family_is_dead(c, &c->demo.spa, &second);
}

/* A clock that was set back must not open the window again. */
CASE(a_use_in_the_future_is_no_retry) {
        const char *token = first_token(c, &c->demo.spa);
        TokenOut first;
        TokenOut out;

        world_sleep(c->world, 100);
        ASSERT_OK(refresh(c, &c->demo.spa, token, &first));
        world_sleep(c->world, -50);
        ASSERT_CODE(refresh(c, &c->demo.spa, token, &out), IAM_E_GRANT_INVALID);
}

CASE(other_families_live_on) {
        const char *one = first_token(c, &c->demo.spa);
        const char *two = first_token(c, &c->demo.spa);
        TokenOut out;

        ASSERT_OK(refresh(c, &c->demo.spa, one, &out));
        world_sleep(c->world, 11);
        ASSERT_CODE(refresh(c, &c->demo.spa, one, &out), IAM_E_GRANT_INVALID);
        ASSERT_OK(refresh(c, &c->demo.spa, two, &out));
}

CASE(a_refresh_token_serves_its_client_and_realm_only) {
        const char *token = first_token(c, &c->demo.web);
        TokenIn elsewhere = oidc_refresh(c, &c->other.web, token);
        TokenOut out;

        ASSERT_CODE(refresh(c, &c->demo.strict, token, &out), IAM_E_GRANT_INVALID);
        ASSERT_CODE(refresh(c, &c->demo.spa, token, &out), IAM_E_GRANT_INVALID);
        ASSERT_CODE(oidc_token(c, &c->other, &elsewhere, &out), IAM_E_GRANT_INVALID);
        /* None of these is a reuse by its owner, and it still serves. */
        ASSERT_OK(refresh(c, &c->demo.web, token, &out));
        ASSERT_EQ(oidc_count_events(c, &c->demo, "refresh.replayed", false), 0);
}

CASE(another_client_never_learns_the_successor) {
        const char *token = first_token(c, &c->demo.web);
        TokenOut first;
        TokenOut out;

        ASSERT_OK(refresh(c, &c->demo.web, token, &first));
        ASSERT_CODE(refresh(c, &c->demo.spa, token, &out), IAM_E_GRANT_INVALID);
        ASSERT_OK(refresh(c, &c->demo.web, oidc_refresh_text(c, &first), &out));
}

CASE(a_refresh_token_expires) {
        const char *token;
        TokenOut out;

        c->demo.realm.settings.session_idle_timeout = 2592000;
        c->demo.realm.settings.session_lifetime = 2592000;
        oidc_update_realm(c, &c->demo.realm);
        token = first_token(c, &c->demo.web);
        world_sleep(c->world, 86399);
        ASSERT_OK(refresh(c, &c->demo.web, token, &out));
        token = oidc_refresh_text(c, &out);
        world_sleep(c->world, 86400);
        ASSERT_CODE(refresh(c, &c->demo.web, token, &out), IAM_E_GRANT_INVALID);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "token.refreshed", false), 1);
}

/* RFC 6749 section 6: never more than was granted; less for this access token only. */
CASE(scope_may_shrink_and_never_grows) {
        static const char *const bad[] = { "phone", "OPENID", " openid", "openid  email" };
        const char *token = first_token(c, &c->demo.web); /* openid profile email */
        TokenOut out;
        TokenIn in;

        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                in = oidc_refresh(c, &c->demo.web, token);
                in.scope = bad[i];
                ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_SCOPE_INVALID);
        }
        in = oidc_refresh(c, &c->demo.web, token);
        in.scope = "email";
        ASSERT_OK(oidc_token(c, &c->demo, &in, &out));
        ASSERT_STREQ(out.scope, "email");
        ASSERT_STREQ(out.id_token, NULL);
        ASSERT_TRUE(strstr(oidc_claims(c, out.access_token), "\"scope\":\"email\"") != NULL);
        ASSERT_OK(refresh(c, &c->demo.web, oidc_refresh_text(c, &out), &out));
        ASSERT_STREQ(out.scope, "openid profile email");
        ASSERT_TRUE(strstr(oidc_claims(c, out.id_token), "\"preferred_username\"") != NULL);

        /* The ID token says no more than the access token beside it may fetch. */
        in = oidc_refresh(c, &c->demo.web, oidc_refresh_text(c, &out));
        in.scope = "openid email";
        ASSERT_OK(oidc_token(c, &c->demo, &in, &out));
        ASSERT_TRUE(strstr(oidc_claims(c, out.id_token), "\"email\"") != NULL);
        ASSERT_TRUE(strstr(oidc_claims(c, out.id_token), "\"preferred_username\"") == NULL);
}

CASE(a_scope_that_was_not_granted_is_refused_and_one_unknown_here_is_ignored) {
        AuthorizeIn ask = oidc_request();
        AuthorizeOut authorized;
        TokenOut out;
        TokenIn in;

        ask.scope = "openid email offline_access";
        oidc_sign_in(c, &c->demo, &ask, &c->demo.alice, &authorized);
        in = oidc_code_exchange(c, &c->demo.web, authorized.reply.code);
        ASSERT_OK(oidc_token(c, &c->demo, &in, &out));
        ASSERT_STREQ(out.scope, "openid email");
        in = oidc_refresh(c, &c->demo.web, oidc_refresh_text(c, &out));
        in.scope = "openid email profile";
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_SCOPE_INVALID);
        in.scope = ask.scope; /* as oidc-agent repeats it */
        ASSERT_OK(oidc_token(c, &c->demo, &in, &out));
        ASSERT_STREQ(out.scope, "openid email");
}

typedef struct RoleCall {
        OidcCase *c;
        Role role;
} RoleCall;

static int assign_run(Txn *txn, void *context) {
        RoleCall *call = context;
        const StorePort *store = &call->c->app->store;
        const RealmId *realm = &call->c->demo.realm.id;
        const Assignment assignment = {
                .role = call->role.id,
                .subject_kind = SUBJECT_USER,
                .subject = call->c->demo.alice.id,
        };
        int r = store->roles->assign(txn, realm, &assignment, WORLD_NOW);

        if (r != 0)
                return r;
        return store->users->raise_authz_epoch(txn, realm, SUBJECT_USER, &call->c->demo.alice.id);
}

/* DECISIONS: authz_epoch kills access tokens only, and refresh mints with the new claims. */
CASE(a_role_change_kills_access_tokens_and_refresh_knows_it) {
        RoleCall call = { .c = c, .role = world_role(c->world, &c->demo.realm, "ops") };
        const char *json;
        TokenOut first;
        TokenOut second;

        oidc_tokens(c, &c->demo, &c->demo.web, &first);
        ASSERT_TRUE(strstr(oidc_claims(c, first.access_token), "\"roles\":[]") != NULL);
        oidc_write(c, assign_run, &call);
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, first.access_token, &json),
                    IAM_E_TOKEN_INVALID);
        ASSERT_OK(refresh(c, &c->demo.web, oidc_refresh_text(c, &first), &second));
        ASSERT_TRUE(strstr(oidc_claims(c, second.access_token), "\"roles\":[\"ops\"]") != NULL);
        ASSERT_TRUE(strstr(oidc_claims(c, second.id_token), "\"roles\":[\"ops\"]") != NULL);
        ASSERT_OK(app_userinfo(c->app, &c->arena, &c->demo.realm, second.access_token, &json));
        ASSERT_TRUE(strstr(json, "\"roles\":[\"ops\"]") != NULL);
}

#define RACERS 64

typedef struct Racer {
        OidcCase *c;
        const TokenIn *in;
        pthread_barrier_t *start;
        int code;
        Secret successor;
} Racer;

static void *race(void *context) {
        Racer *racer = context;
        Arena arena = ARENA_INIT(16 << 20);
        TokenOut out = {};

        (void) pthread_barrier_wait(racer->start);
        racer->code =
                        app_token(racer->c->app, &arena, &racer->c->program, &racer->c->demo.realm,
                                  racer->in, &out);
        racer->successor = out.refresh_token;
        arena_done(&arena);
        return NULL;
}

CASE(of_64_that_refresh_one_token_at_once_all_get_the_same_successor) {
        const char *token = first_token(c, &c->demo.web);
        TokenIn in = oidc_refresh(c, &c->demo.web, token);
        static Racer racers[RACERS];
        pthread_barrier_t start;
        pthread_t threads[RACERS];
        TokenOut out;

        ASSERT_OK(pthread_barrier_init(&start, NULL, RACERS));
        for (size_t i = 0; i < RACERS; i++) {
                racers[i] = (Racer){ .c = c, .in = &in, .start = &start };
                ASSERT_OK(pthread_create(&threads[i], NULL, race, &racers[i]));
        }
        for (size_t i = 0; i < RACERS; i++)
                ASSERT_OK(pthread_join(threads[i], NULL));
        pthread_barrier_destroy(&start);
        for (size_t i = 0; i < RACERS; i++) {
                ASSERT_OK(racers[i].code);
                ASSERT_TRUE(secret_equal(&racers[i].successor, &racers[0].successor));
        }
        ASSERT_EQ(oidc_count_events(c, &c->demo, "token.refreshed", true), 1);
        /* Used again later, the old one kills the family. */
        world_sleep(c->world, 11);
        ASSERT_CODE(refresh(c, &c->demo.web, token, &out), IAM_E_GRANT_INVALID);
        in = oidc_refresh(
                        c, &c->demo.web,
                        arena_strndup(&c->arena, (const char *) secret_bytes(&racers[0].successor),
                                      racers[0].successor.len));
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_GRANT_INVALID);
}
