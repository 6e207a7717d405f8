/* SPDX-License-Identifier: Apache-2.0 */
/* Signing keys are born, sign, retire and die, and nobody's token is orphaned by that. */
#include "tests/support/oidc_case.h"
#include "tests/support/test.h"

#include <stdio.h>

#include "base/reason.h"
#include "daemon/app/access_token.h"
#include "daemon/app/key_life.h"

#define DAY 86400

typedef struct KeysCall {
        OidcCase *c;
        SigningKey *keys;
        size_t n;
} KeysCall;

static int keys_run(Txn *txn, void *context) {
        KeysCall *call = context;

        return call->c->app->store.keys->published(
                        txn, &call->c->demo.realm.id, &call->c->arena, &call->keys, &call->n);
}

/* "active retiring": the states of what is published, newest first. */
static const char *states(OidcCase *c) {
        KeysCall call = { .c = c };
        const char *text = "";

        oidc_read(c, keys_run, &call);
        for (size_t i = 0; i < call.n; i++)
                text =
                                arena_printf(&c->arena, "%s%s%s", text, i > 0 ? " " : "",
                                             key_state_name(call.keys[i].state));
        return text;
}

static void sleep_days(OidcCase *c, int64_t days) {
        world_sleep(c->world, days * DAY);
        ASSERT_OK(app_keys_tend(c->app));
}

static int hint(OidcCase *c, const char *id_token) {
        IdTokenHint found;

        return id_token_hint_check(c->app, &c->arena, &c->demo.realm, id_token, &found);
}

static const char *head_of(OidcCase *c, const char *jws) {
        return arena_strndup(&c->arena, jws, strcspn(jws, "."));
}

CASE(a_key_is_published_for_a_day_signs_retires_and_is_destroyed) {
        TokenOut first;
        TokenOut second;
        TokenOut third;

        oidc_tokens(c, &c->demo, &c->demo.web, &first);
        ASSERT_STREQ(states(c), "active");
        sleep_days(c, 88);
        ASSERT_STREQ(states(c), "active");
        sleep_days(c, 1);
        ASSERT_STREQ(states(c), "next active");
        ASSERT_OK(app_keys_tend(c->app));
        ASSERT_STREQ(states(c), "next active");
        oidc_tokens(c, &c->demo, &c->demo.web, &second);
        ASSERT_STREQ(head_of(c, second.id_token), head_of(c, first.id_token));

        sleep_days(c, 1);
        ASSERT_STREQ(states(c), "active retiring");
        oidc_tokens(c, &c->demo, &c->demo.web, &third);
        ASSERT_TRUE(strcmp(head_of(c, third.id_token), head_of(c, first.id_token)) != 0);
        ASSERT_OK(hint(c, second.id_token));
        ASSERT_OK(hint(c, third.id_token));

        sleep_days(c, 1);
        ASSERT_STREQ(states(c), "active");
        ASSERT_CODE(hint(c, second.id_token), IAM_E_TOKEN_INVALID);
        ASSERT_OK(hint(c, third.id_token));
        ASSERT_EQ(oidc_count_events(c, &c->demo, "key.created", true), 1);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "key.activated", true), 1);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "key.destroyed", true), 1);
}

CASE(the_private_half_goes_when_a_key_retires) {
        KeysCall call = { .c = c };

        sleep_days(c, 89);
        sleep_days(c, 1);
        oidc_read(c, keys_run, &call);
        ASSERT_EQ(call.n, 2);
        ASSERT_EQ(call.keys[0].state, KEY_ACTIVE);
        ASSERT_TRUE(call.keys[0].private_key.len > 0);
        ASSERT_EQ(call.keys[1].state, KEY_RETIRING);
        ASSERT_EQ(call.keys[1].private_key.len, 0);
}

/* Whoever reads the memory later finds no key that others still believe. */
CASE(a_key_that_retires_leaves_the_memory_at_once) {
        const CryptoPort *crypto = &c->app->crypto;
        KeysCall call = { .c = c };
        SigningKey former;
        const char *jws;

        sleep_days(c, 89);
        world_sleep(c->world, DAY);
        oidc_read(c, keys_run, &call);
        former = call.keys[1];
        ASSERT_EQ(former.state, KEY_ACTIVE);
        ASSERT_OK(crypto->sign(crypto->self, &c->arena, &former, "JWT", "{}", &jws));
        former.private_key = (Sealed){}; /* as the row is from now on */
        ASSERT_OK(crypto->sign(crypto->self, &c->arena, &former, "JWT", "{}", &jws));
        ASSERT_OK(app_keys_tend(c->app));
        ASSERT_TRUE(crypto->sign(crypto->self, &c->arena, &former, "JWT", "{}", &jws) != 0);
}

CASE(a_key_retires_as_long_as_a_session_may_last) {
        c->demo.realm.settings.session_lifetime = 10 * DAY;
        oidc_update_realm(c, &c->demo.realm);
        sleep_days(c, 89);
        sleep_days(c, 1);
        sleep_days(c, 9);
        ASSERT_STREQ(states(c), "active retiring");
        sleep_days(c, 1);
        ASSERT_STREQ(states(c), "active");
}

CASE(rotation_follows_the_setting_of_the_realm) {
        c->demo.realm.settings.key_rotation_days = 0;
        oidc_update_realm(c, &c->demo.realm);
        sleep_days(c, 5000);
        ASSERT_STREQ(states(c), "active");
        c->demo.realm.settings.key_rotation_days = 7;
        oidc_update_realm(c, &c->demo.realm);
        ASSERT_OK(app_keys_tend(c->app));
        ASSERT_STREQ(states(c), "next active");
}

/* A token of the last moment before a key retires is good to its end, whatever its client has. */
CASE(no_token_outlives_the_key_that_signed_it) {
        const char *json;
        TokenOut out;

        c->demo.realm.settings.session_lifetime = 2 * DAY;
        oidc_update_realm(c, &c->demo.realm);
        c->demo.realm.settings.session_idle_timeout = 2 * DAY;
        oidc_update_realm(c, &c->demo.realm);
        c->demo.web.access_token_lifetime = DAY;
        oidc_update_client(c, &c->demo.web);
        sleep_days(c, 89);
        oidc_tokens(c, &c->demo, &c->demo.web, &out);
        world_sleep(c->world, DAY - 1);
        oidc_tokens(c, &c->demo, &c->demo.web, &out);
        world_sleep(c->world, 1);
        ASSERT_OK(app_keys_tend(c->app));
        world_sleep(c->world, DAY - 2);
        ASSERT_OK(app_keys_tend(c->app));
        ASSERT_OK(app_userinfo(c->app, &c->arena, &c->demo.realm, out.access_token, &json));
}

TEST(no_more_keys_are_made_than_are_published) {
        SigningKey keys[KEYS_PUBLISHED_MAX];
        RealmSettings settings;
        KeyPlan plan;

        realm_settings_init(&settings);
        for (size_t i = 0; i < KEYS_PUBLISHED_MAX; i++)
                keys[i] = (SigningKey){ .alg = KEY_ALG_ES256,
                                        .state = i == 0 ? KEY_ACTIVE : KEY_RETIRING,
                                        .since = (Usec) i * USEC_PER_SEC };
        key_plan(keys, KEYS_PUBLISHED_MAX, &settings, 100 * DAY * USEC_PER_SEC, &plan);
        ASSERT_FALSE(plan.make[KEY_ALG_ES256]);
        ASSERT_EQ(plan.n_destroy, KEYS_PUBLISHED_MAX - 1);
        /* Room for one, and two are due: the other one waits, and what else is due is done. */
        keys[1] = (SigningKey){ .alg = KEY_ALG_RS256, .state = KEY_ACTIVE };
        key_plan(keys, KEYS_PUBLISHED_MAX - 1, &settings, 100 * DAY * USEC_PER_SEC, &plan);
        ASSERT_EQ(plan.make[KEY_ALG_ES256] + plan.make[KEY_ALG_RS256], 1);
        key_plan(keys, 1, &settings, 100 * DAY * USEC_PER_SEC, &plan);
        ASSERT_TRUE(plan.make[KEY_ALG_ES256]);
        ASSERT_FALSE(plan.make[KEY_ALG_RS256]);
}
