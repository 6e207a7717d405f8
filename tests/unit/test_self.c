/* SPDX-License-Identifier: Apache-2.0 */
/* What a person changes of himself in a browser, and how fresh his proofs must be for it. */
#include "daemon/app/self.h"

#include "base/reason.h"
#include "tests/support/people.h"

static const Caller browser = { .door = DOOR_BROWSER,
                                .actor_kind = "stranger",
                                .address = "192.0.2.1" };

static SelfCaller at(People *p, const Secret *cookie) {
        return (SelfCaller){
                .app = p->app,
                .arena = &p->arena,
                .caller = &browser,
                .realm = &p->realm,
                .session = cookie,
        };
}

/* A session as a login leaves it. */
static Secret enter(People *p, const User *user, bool both) {
        const Secret none = {};
        const SelfCaller self = at(p, &none);
        const LoginStep login = {
                .outcome = LOGIN_DONE,
                .user = user->id,
                .user_name = user->name,
                .credential_epoch = user->credential_epoch,
                .auth = { .at = world_now(p->world),
                          .amr = both ? "pwd otp mfa" : "pwd",
                          .acr = both ? "2" : "1" },
        };
        Secret cookie = {};

        ASSERT_OK(app_self_enter(&self, &login, &cookie));
        return cookie;
}

static bool is_in(People *p, const Secret *cookie) {
        const SelfCaller self = at(p, cookie);
        SelfView view;
        int r = app_self_view(&self, &view);

        ASSERT_TRUE(r == 0 || r == IAM_E_SESSION_GONE);
        return r == 0;
}

TEST(factors_are_changed_within_five_minutes_of_every_proof) {
        CLEANUP(people_done) People p = {};
        Secret alice, bob, renewed = {};
        TotpOffer offer = {};
        const char *id;

        people_init(&p);
        alice = enter(&p, &p.alice, true);
        bob = enter(&p, &p.bob, false);
        const SelfCaller hers = at(&p, &alice), his = at(&p, &bob);
        ASSERT_CODE(app_self_totp_offer(&hers, &id, &offer), IAM_E_EXISTS);
        ASSERT_OK(app_self_totp_offer(&his, &id, &offer));
        world_sleep(p.world, 300);
        ASSERT_CODE(app_self_totp_offer(&his, &id, &offer), IAM_E_FRESH_FACTOR);
        ASSERT_CODE(app_self_totp_remove(&hers, &renewed), IAM_E_FRESH_FACTOR);
        ASSERT_TRUE(is_in(&p, &alice) && is_in(&p, &bob));
        totp_offer_clear(&offer);
}

TEST(a_session_of_one_factor_removes_no_second_one) {
        CLEANUP(people_done) People p = {};
        Secret one, renewed = {};

        people_init(&p);
        one = enter(&p, &p.alice, false);
        const SelfCaller self = at(&p, &one);
        ASSERT_CODE(app_self_totp_remove(&self, &renewed), IAM_E_FRESH_FACTOR);
}

TEST(a_removal_ends_other_sessions_and_goes_on_under_a_new_cookie) {
        CLEANUP(people_done) People p = {};
        Secret here, there, renewed = {};

        people_init(&p);
        here = enter(&p, &p.alice, true);
        there = enter(&p, &p.alice, true);
        const SelfCaller self = at(&p, &here);
        ASSERT_OK(app_self_totp_remove(&self, &renewed));
        ASSERT_FALSE(is_in(&p, &here) || is_in(&p, &there));
        ASSERT_TRUE(is_in(&p, &renewed));
}

TEST(an_offer_is_confirmed_by_its_owner_and_its_code_alone) {
        CLEANUP(people_done) People p = {};
        Secret alice, bob, wrong = secret_of("000000");
        TotpOffer offer = {};
        const char *id;

        people_init(&p);
        alice = enter(&p, &p.alice, true);
        bob = enter(&p, &p.bob, false);
        const SelfCaller hers = at(&p, &alice), his = at(&p, &bob);
        ASSERT_OK(app_self_totp_offer(&his, &id, &offer));
        ASSERT_CODE(app_self_totp_confirm(&hers, id, &wrong), IAM_E_EXISTS);
        ASSERT_CODE(app_self_totp_confirm(&his, "not-an-id", &wrong), IAM_E_NOT_FOUND);
        ASSERT_CODE(app_self_totp_confirm(&his, id, &wrong), IAM_E_WRONG_CODE);
        totp_offer_clear(&offer);
}

TEST(nobody_without_a_session_is_anybody) {
        CLEANUP(people_done) People p = {};
        const Secret none = {};
        Secret stray = secret_of("a cookie of nobody"), renewed = {};
        TotpOffer offer = {};
        const char *id;

        people_init(&p);
        const Secret *const cookies[] = { &none, &stray };
        for (size_t i = 0; i < ELEMENTSOF(cookies); i++) {
                const SelfCaller self = at(&p, cookies[i]);
                LoginStep step;

                ASSERT_FALSE(is_in(&p, cookies[i]));
                ASSERT_CODE(app_self_end_all(&self), IAM_E_SESSION_GONE);
                ASSERT_CODE(app_self_totp_offer(&self, &id, &offer), IAM_E_SESSION_GONE);
                ASSERT_CODE(app_self_totp_remove(&self, &renewed), IAM_E_SESSION_GONE);
                ASSERT_CODE(app_self_prove(&self, PURPOSE_CHANGE, "account", NULL, &step),
                            IAM_E_SESSION_GONE);
        }
}

TEST(a_live_session_is_shown_however_many_have_expired_before_it) {
        CLEANUP(people_done) People p = {};
        Secret cookie;
        SelfView view;

        people_init(&p);
        for (size_t i = 0; i < SELF_SESSIONS_MAX; i++)
                (void) enter(&p, &p.bob, false);
        world_sleep(p.world, p.realm.settings.session_lifetime + 1);
        cookie = enter(&p, &p.bob, false);
        const SelfCaller self = at(&p, &cookie);
        ASSERT_OK(app_self_view(&self, &view));
        ASSERT_EQ(view.n_sessions, 1);
        ASSERT_TRUE(view.sessions[0].is_this);
}

TEST(what_a_session_began_to_prove_ends_with_it) {
        CLEANUP(people_done) People p = {};
        Secret alice, elsewhere, bob;
        LoginStep step;
        SelfView view;

        people_init(&p);
        elsewhere = enter(&p, &p.alice, true);
        alice = enter(&p, &p.alice, true);
        bob = enter(&p, &p.bob, false);
        const SelfCaller hers = at(&p, &alice), his = at(&p, &bob);
        const SelfCaller her_other = at(&p, &elsewhere);
        const Purpose purposes[] = { PURPOSE_CHANGE, PURPOSE_REAUTH };
        for (size_t i = 0; i < ELEMENTSOF(purposes); i++) {
                ASSERT_OK(app_self_prove(&hers, purposes[i], "account", NULL, &step));
                ASSERT_OK(app_self_may_go_on(&hers, &step));
                ASSERT_CODE(app_self_may_go_on(&his, &step), IAM_E_ATTEMPT_GONE);
                ASSERT_CODE(app_self_may_go_on(&her_other, &step), IAM_E_ATTEMPT_GONE);
        }
        ASSERT_OK(app_self_view(&hers, &view));
        ASSERT_EQ(view.n_sessions, 2);
        ASSERT_OK(app_self_end_session(&hers, view.sessions[view.sessions[0].is_this ? 0 : 1].id));
        ASSERT_CODE(app_self_may_go_on(&hers, &step), IAM_E_ATTEMPT_GONE);
        ASSERT_OK(app_self_prove(&his, PURPOSE_LOGIN, "account", NULL, &step));
        ASSERT_OK(app_self_may_go_on(&hers, &step));
}
