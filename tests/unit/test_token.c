/* SPDX-License-Identifier: Apache-2.0 */
/* The token endpoint's use case with an authorization code: RFC 6749 section 4.1.3, RFC 7636. */
#include "tests/support/oidc_case.h"
#include "tests/support/test.h"

#include <pthread.h>

CASE(a_code_is_worth_tokens) {
        TokenOut out;

        oidc_tokens(c, &c->demo, &c->demo.web, &out);
        ASSERT_EQ(out.expires_in, 300);
        ASSERT_EQ(out.refresh_expires_in, 86400);
        ASSERT_STREQ(out.scope, "openid profile email");
        ASSERT_EQ(out.refresh_token.len, 43);
        ASSERT_TRUE(out.session_state != NULL);
        ASSERT_TRUE(out.id_token != NULL);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "token.issued", true), 1);
}

CASE(without_scope_openid_there_is_no_id_token) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut authorized;
        TokenIn exchange;
        TokenOut out;

        in.scope = "profile";
        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &authorized);
        exchange = oidc_code_exchange(c, &c->demo.web, authorized.reply.code);
        ASSERT_OK(oidc_token(c, &c->demo, &exchange, &out));
        ASSERT_STREQ(out.id_token, NULL);
        ASSERT_STREQ(out.scope, "profile");
}

typedef struct BindingRow {
        const char *what;
        const char *redeemer; /* client */
        const char *redirect;
        const char *verifier;
        int64_t after; /* seconds */
        int code; /* what the exchange answers */
        bool burnt; /* the rightful one then fails too */
} BindingRow;

#define OTHER_VERIFIER "aBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

static const Client *client_named(const OidcRealm *at, const char *name) {
        if (strcmp(name, "web") == 0)
                return &at->web;
        return strcmp(name, "spa") == 0 ? &at->spa : &at->strict;
}

/* Code x client x redirect x expiry x verifier: all must be right together. */
CASE(a_code_is_bound_to_client_redirect_time_and_verifier) {
        static const BindingRow rows[] = {
                { "right", "strict", OIDC_REDIRECT, OIDC_VERIFIER, 0, 0, true },
                { "in time", "strict", OIDC_REDIRECT, OIDC_VERIFIER, 59, 0, true },
                { "late", "strict", OIDC_REDIRECT, OIDC_VERIFIER, 60, IAM_E_GRANT_INVALID, true },
                { "next day", "strict", OIDC_REDIRECT, OIDC_VERIFIER, 86400, IAM_E_GRANT_INVALID,
                  true },
                { "client", "web", OIDC_REDIRECT, OIDC_VERIFIER, 0, IAM_E_GRANT_INVALID, false },
                { "public client", "spa", OIDC_REDIRECT, OIDC_VERIFIER, 0, IAM_E_GRANT_INVALID,
                  false },
                { "redirect", "strict", OIDC_REDIRECT "?x=1", OIDC_VERIFIER, 0, IAM_E_GRANT_INVALID,
                  true },
                { "no redirect", "strict", NULL, OIDC_VERIFIER, 0, IAM_E_REQUEST_INVALID, false },
                { "verifier", "strict", OIDC_REDIRECT, OTHER_VERIFIER, 0, IAM_E_GRANT_INVALID,
                  true },
                { "no verifier", "strict", OIDC_REDIRECT, NULL, 0, IAM_E_GRANT_INVALID, true },
                { "challenge as verifier", "strict", OIDC_REDIRECT, OIDC_CHALLENGE, 0,
                  IAM_E_GRANT_INVALID, true },
                { "short verifier", "strict", OIDC_REDIRECT, "short", 0, IAM_E_GRANT_INVALID,
                  false },
                { "client and redirect", "web", OIDC_REDIRECT "?x=1", OIDC_VERIFIER, 0,
                  IAM_E_GRANT_INVALID, false },
                { "client and late", "web", OIDC_REDIRECT, OIDC_VERIFIER, 60, IAM_E_GRANT_INVALID,
                  true },
                { "redirect and verifier", "strict", OIDC_REDIRECT "?x=1", OTHER_VERIFIER, 0,
                  IAM_E_GRANT_INVALID, true },
                { "all but late", "spa", OIDC_REDIRECT "?x=1", OTHER_VERIFIER, 0,
                  IAM_E_GRANT_INVALID, false },
        };

        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                const char *code = oidc_code(c, &c->demo, &c->demo.strict);
                TokenIn right = oidc_code_exchange(c, &c->demo.strict, code);
                TokenIn in = oidc_code_exchange(c, client_named(&c->demo, rows[i].redeemer), code);
                TokenOut out = {};
                int r;

                world_sleep(c->world, rows[i].after);
                in.redirect_uri = rows[i].redirect;
                in.code_verifier = rows[i].verifier;
                r = oidc_token(c, &c->demo, &in, &out);
                if (r != rows[i].code)
                        fail_msg("%s: %s", rows[i].what, reason_name(r));
                ASSERT_EQ(out.access_token != NULL, r == 0);
                r = oidc_token(c, &c->demo, &right, &out);
                if ((r != 0) != rows[i].burnt)
                        fail_msg("%s, then right: %s", rows[i].what, reason_name(r));
        }
}

/* RFC 9700 section 2.1.1: a verifier if and only if there was a challenge. */
CASE(a_verifier_without_a_challenge_is_refused) {
        TokenIn in = oidc_code_exchange(c, &c->demo.web, oidc_code(c, &c->demo, &c->demo.web));
        TokenOut out;

        in.code_verifier = OIDC_VERIFIER;
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_GRANT_INVALID);
}

typedef struct AuthRow {
        const char *client;
        const char *secret; /* NULL: none */
        int code;
} AuthRow;

CASE(a_client_proves_itself_as_its_record_says) {
        static const AuthRow rows[] = {
                { "web", "a secret of a client", 0 },
                { "spa", NULL, 0 },
                { "web", NULL, IAM_E_CLIENT_AUTH_FAILED },
                { "web", "", IAM_E_CLIENT_AUTH_FAILED },
                { "web", "a secret of a clienT", IAM_E_CLIENT_AUTH_FAILED },
                { "web", "a secret of a client ", IAM_E_CLIENT_AUTH_FAILED },
                { "spa", "a secret of a client", IAM_E_CLIENT_AUTH_FAILED },
                { "spa", "", IAM_E_CLIENT_AUTH_FAILED },
                { "nobody", "a secret of a client", IAM_E_CLIENT_AUTH_FAILED },
                { "WEB", "a secret of a client", IAM_E_CLIENT_AUTH_FAILED },
                { NULL, "a secret of a client", IAM_E_CLIENT_AUTH_FAILED },
                { NULL, NULL, IAM_E_CLIENT_AUTH_FAILED },
        };
        size_t failures = 0;

        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                const Client *client = rows[i].client != NULL && strcmp(rows[i].client, "spa") == 0
                                                       ? &c->demo.spa
                                                       : &c->demo.web;
                TokenIn in = oidc_code_exchange(c, client, oidc_code(c, &c->demo, client));
                Secret secret = {};
                TokenOut out;

                if (rows[i].secret != NULL)
                        ASSERT_OK(secret_set(&secret, rows[i].secret, strlen(rows[i].secret)));
                in.client.client_id = rows[i].client;
                in.client.secret = rows[i].secret != NULL ? &secret : NULL;
                ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), rows[i].code);
                failures += rows[i].code != 0;
                ASSERT_EQ(oidc_count_events(c, &c->demo, "client.auth-failed", false), failures);
        }
        c->demo.web.enabled = false;
        oidc_update_client(c, &c->demo.web);
        TokenIn in = oidc_code_exchange(c, &c->demo.web, "x");
        TokenOut out;
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_CLIENT_AUTH_FAILED);
}

CASE(no_other_grant_types_are_offered) {
        static const char *const types[] = {
                "password", "Client_Credentials", "implicit",
                "code",     "AUTHORIZATION_CODE", "urn:ietf:params:oauth:grant-type:device_code"
        };
        TokenIn in = oidc_code_exchange(c, &c->demo.web, oidc_code(c, &c->demo, &c->demo.web));
        TokenOut out;

        for (size_t i = 0; i < ELEMENTSOF(types); i++) {
                in.grant_type = types[i];
                ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_GRANT_TYPE);
        }
        in.grant_type = NULL;
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_REQUEST_INVALID);
        in.grant_type = "authorization_code";
        in.code = NULL;
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_REQUEST_INVALID);
        in.grant_type = "refresh_token";
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_REQUEST_INVALID);
}

/* RFC 6749 section 4.1.2: the second use kills what the first one brought. */
CASE(a_replayed_code_kills_every_token_of_its_grant) {
        const char *code = oidc_code(c, &c->demo, &c->demo.web);
        TokenIn in = oidc_code_exchange(c, &c->demo.web, code);
        TokenIn refresh;
        const char *json;
        TokenOut first;
        TokenOut out;

        ASSERT_OK(oidc_token(c, &c->demo, &in, &first));
        ASSERT_OK(app_userinfo(c->app, &c->arena, &c->demo.realm, first.access_token, &json));
        /* Somebody else's try changes nothing. */
        in = oidc_code_exchange(c, &c->demo.strict, code);
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_GRANT_INVALID);
        ASSERT_OK(app_userinfo(c->app, &c->arena, &c->demo.realm, first.access_token, &json));

        world_sleep(c->world, 30);
        in = oidc_code_exchange(c, &c->demo.web, code);
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_GRANT_INVALID);
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, first.access_token, &json),
                    IAM_E_TOKEN_INVALID);
        refresh = oidc_refresh(c, &c->demo.web, oidc_refresh_text(c, &first));
        ASSERT_CODE(oidc_token(c, &c->demo, &refresh, &out), IAM_E_GRANT_INVALID);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "code.replayed", false), 1);
}

CASE(a_replay_is_seen_after_a_restart_too) {
        TokenIn in = oidc_code_exchange(c, &c->demo.web, oidc_code(c, &c->demo, &c->demo.web));
        const char *json;
        TokenOut first;
        TokenOut out;

        ASSERT_OK(oidc_token(c, &c->demo, &in, &first));
        world_restart(c->world);
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_GRANT_INVALID);
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, first.access_token, &json),
                    IAM_E_TOKEN_INVALID);
}

#define RACERS 64

typedef struct Racer {
        OidcCase *c;
        const TokenIn *in;
        pthread_barrier_t *start;
        int code;
} Racer;

static void *race(void *context) {
        Racer *racer = context;
        Arena arena = ARENA_INIT(16 << 20);
        TokenOut out = {};

        (void) pthread_barrier_wait(racer->start);
        racer->code =
                        app_token(racer->c->app, &arena, &racer->c->program, &racer->c->demo.realm,
                                  racer->in, &out);
        secret_clear(&out.refresh_token);
        arena_done(&arena);
        return NULL;
}

CASE(of_64_that_redeem_one_code_at_once_one_succeeds) {
        TokenIn in = oidc_code_exchange(c, &c->demo.spa, oidc_code(c, &c->demo, &c->demo.spa));
        pthread_barrier_t start;
        pthread_t threads[RACERS];
        Racer racers[RACERS];
        size_t successes = 0;

        ASSERT_OK(pthread_barrier_init(&start, NULL, RACERS));
        for (size_t i = 0; i < RACERS; i++) {
                racers[i] = (Racer){ .c = c, .in = &in, .start = &start };
                ASSERT_OK(pthread_create(&threads[i], NULL, race, &racers[i]));
        }
        for (size_t i = 0; i < RACERS; i++) {
                ASSERT_OK(pthread_join(threads[i], NULL));
                successes += racers[i].code == 0;
                ASSERT_TRUE(racers[i].code == 0 || racers[i].code == IAM_E_GRANT_INVALID);
        }
        pthread_barrier_destroy(&start);
        ASSERT_EQ(successes, 1);
}

/* The ways in which a grant loses its ground. */
typedef enum Loss {
        LOSS_USER_DISABLED,
        LOSS_REALM_DISABLED,
        LOSS_CLIENT_DISABLED,
        LOSS_PASSWORD_CHANGED,
        LOSS_CLIENT_EPOCH,
        LOSS_REALM_EPOCH,
        LOSS_SESSION_ENDED,
        LOSS_SESSION_IDLE,
        LOSS_USER_DELETED,
        LOSS_CLIENT_DELETED,
        LOSS_REALM_DELETED,
        _LOSS_MAX,
} Loss;

typedef struct LossCall {
        OidcCase *c;
        Loss loss;
        const Id *session;
} LossCall;

static int delete_or_end(Txn *txn, void *context) {
        LossCall *call = context;
        const StorePort *store = &call->c->app->store;
        const OidcRealm *at = &call->c->demo;
        Usec now = world_now(call->c->world);

        switch (call->loss) {
        case LOSS_SESSION_ENDED:
                return store->sessions->end(txn, &at->realm.id, call->session, now);
        case LOSS_USER_DELETED:
                return store->users->remove(txn, &at->realm.id, &at->alice.id, now);
        case LOSS_CLIENT_DELETED:
                return store->clients->remove(txn, &at->realm.id, &at->web.id, now);
        default:
                return store->realms->remove(txn, &at->realm.id, now);
        }
}

static void lose(OidcCase *c, Loss loss, const char *sid) {
        Id session;

        switch (loss) {
        case LOSS_USER_DISABLED:
                c->demo.alice.enabled = false;
                oidc_update_user(c, &c->demo.alice);
                break;
        case LOSS_PASSWORD_CHANGED:
                c->demo.alice.credential_epoch++;
                oidc_update_user(c, &c->demo.alice);
                break;
        case LOSS_CLIENT_DISABLED:
                c->demo.web.enabled = false;
                oidc_update_client(c, &c->demo.web);
                break;
        case LOSS_CLIENT_EPOCH:
                c->demo.web.epoch++;
                oidc_update_client(c, &c->demo.web);
                break;
        case LOSS_REALM_DISABLED:
                c->demo.realm.enabled = false;
                oidc_update_realm(c, &c->demo.realm);
                break;
        case LOSS_REALM_EPOCH:
                c->demo.realm.epoch++;
                oidc_update_realm(c, &c->demo.realm);
                break;
        case LOSS_SESSION_IDLE:
                world_sleep(c->world, 3600);
                break;
        default:
                ASSERT_OK(id_parse(sid, &session));
                oidc_write(c, delete_or_end, &(LossCall){ c, loss, &session });
        }
}

static const char *sid_of(OidcCase *c, const TokenOut *tokens) {
        ASSERT_TRUE(tokens->session_state != NULL);
        return tokens->session_state;
}

/* Every grant type and every surface, against every loss: nothing is issued or honoured. */
TEST(nothing_is_issued_or_honoured_for_a_grant_that_lost_its_ground) {
        for (int loss = 0; loss < _LOSS_MAX; loss++) {
                AuthorizeIn in = oidc_request();
                TokenIn by_code;
                TokenIn by_refresh;
                AuthorizeOut signed_in;
                AuthorizeOut again;
                TokenOut tokens;
                TokenOut out = {};
                const char *json;
                OidcCase c;

                oidc_begin(&c);
                c.demo.realm.settings.authorization_code_lifetime = 600;
                c.demo.realm.settings.access_token_lifetime = 86400;
                c.demo.realm.settings.session_idle_timeout = 300;
                oidc_update_realm(&c, &c.demo.realm);
                oidc_sign_in(&c, &c.demo, &in, &c.demo.alice, &signed_in);
                by_code = oidc_code_exchange(&c, &c.demo.web, signed_in.reply.code);
                ASSERT_OK(oidc_token(&c, &c.demo, &by_code, &tokens));
                by_refresh = oidc_refresh(&c, &c.demo.web, oidc_refresh_text(&c, &tokens));
                in.session = &signed_in.session;
                in.prompt = "none";
                ASSERT_OK(oidc_authorize(&c, &c.demo, &in, &again));
                ASSERT_STREQ(again.reply.error, NULL);
                by_code = oidc_code_exchange(&c, &c.demo.web, again.reply.code);
                ASSERT_OK(app_userinfo(c.app, &c.arena, &c.demo.realm, tokens.access_token, &json));

                lose(&c, (Loss) loss, sid_of(&c, &tokens));
                if (loss == LOSS_SESSION_IDLE)
                        world_set_now(c.world, WORLD_NOW + 301 * USEC_PER_SEC);
                ASSERT_TRUE(oidc_token(&c, &c.demo, &by_code, &out) > 0);
                ASSERT_TRUE(oidc_token(&c, &c.demo, &by_refresh, &out) > 0);
                ASSERT_TRUE(out.access_token == NULL && secret_is_empty(&out.refresh_token));
                ASSERT_CODE(app_userinfo(c.app, &c.arena, &c.demo.realm, tokens.access_token,
                                         &json),
                            IAM_E_TOKEN_INVALID);
                ASSERT_EQ(oidc_count_events(&c, &c.demo, "token.issued", true), 1);
                ASSERT_EQ(oidc_count_events(&c, &c.demo, "token.refreshed", true), 0);
                oidc_end(&c);
        }
}

/* Law 9, with the same names on both sides. */
CASE(no_code_of_one_realm_is_worth_anything_in_another) {
        const char *code = oidc_code(c, &c->demo, &c->demo.web);
        TokenIn in = oidc_code_exchange(c, &c->demo.web, code);
        TokenOut out;

        ASSERT_CODE(oidc_token(c, &c->other, &in, &out), IAM_E_GRANT_INVALID);
        ASSERT_OK(oidc_token(c, &c->demo, &in, &out)); /* and the try did not harm it */
}

/* Everything that was ever handed out, presented as a code or as a refresh token. */
CASE(token_types_do_not_mix) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut signed_in;
        const char *foreign[5];
        TokenIn exchange;
        TokenOut tokens;
        TokenOut out;
        Secret text = {};

        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &signed_in);
        exchange = oidc_code_exchange(c, &c->demo.web, signed_in.reply.code);
        ASSERT_OK(oidc_token(c, &c->demo, &exchange, &tokens));
        out.refresh_token = signed_in.session;
        foreign[0] = tokens.access_token;
        foreign[1] = tokens.id_token;
        foreign[2] = oidc_refresh_text(c, &tokens);
        foreign[3] = oidc_refresh_text(c, &out); /* the SSO cookie */
        foreign[4] = oidc_code(c, &c->demo, &c->demo.web);
        for (size_t i = 0; i < ELEMENTSOF(foreign); i++) {
                TokenIn as_code = oidc_code_exchange(c, &c->demo.web, foreign[i]);
                TokenIn as_refresh = oidc_refresh(c, &c->demo.web, foreign[i]);
                AuthorizeIn as_cookie = oidc_request();
                AuthorizeOut answer;
                const char *json;

                if (i != 4)
                        ASSERT_CODE(oidc_token(c, &c->demo, &as_code, &out), IAM_E_GRANT_INVALID);
                if (i != 2)
                        ASSERT_CODE(oidc_token(c, &c->demo, &as_refresh, &out),
                                    IAM_E_GRANT_INVALID);
                if (i != 0)
                        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, foreign[i],
                                                 &json),
                                    IAM_E_TOKEN_INVALID);
                if (i == 3 || secret_set(&text, foreign[i], strlen(foreign[i])) < 0)
                        continue;
                as_cookie.session = &text;
                as_cookie.prompt = "none";
                ASSERT_OK(oidc_authorize(c, &c->demo, &as_cookie, &answer));
                ASSERT_STREQ(answer.reply.error, "login_required");
        }
}
