/* SPDX-License-Identifier: Apache-2.0 */
/* The login engine for what is no login: a fresh factor, a new password. */
#include "base/reason.h"
#include "daemon/app/account.h"
#include "daemon/app/login.h"
#include "tests/support/people.h"

#define NEW_PASSWORD "a short way back home"

static const Caller pam = { .door = DOOR_PAM,
                            .actor_kind = "local",
                            .actor_name = "root",
                            .is_local_root = true,
                            .address = "192.0.2.1" };

static int begin(People *p, LoginStart in, LoginStep *ret) {
        in.realm = p->realm.id;
        in.service = "passwd";
        return app_login_start(p->app, &p->arena, &pam, &in, ret);
}

static int
answer_twice(People *p, LoginStep *step, const char *id, const char *text, const char *again) {
        Secret value = secret_of(text), second = secret_of(again);
        LoginAnswer answer = { .id = id, .value = &value, .again = &second };

        return app_login_answer(
                        p->app, &p->arena, &pam, &p->realm.id, &step->handle,
                        &(LoginAnswers){ &answer, 1 }, step);
}

static void answer(People *p, LoginStep *step, const char *id, const char *text) {
        ASSERT_OK(answer_twice(p, step, id, text, ""));
}

static LoginStep log_in(People *p, const char *name, const char *password) {
        LoginStep step;

        ASSERT_OK(begin(p, (LoginStart){ .name = name }, &step));
        answer(p, &step, "password", password);
        return step;
}

static void assert_asks(const LoginStep *step, const char *id) {
        ASSERT_EQ(step->outcome, LOGIN_ASK);
        ASSERT_STREQ(step->prompts[step->n_prompts - 1].id, id);
}

static int read_user(Txn *txn, void *context) {
        People *p = context;
        const UserOps *users = world_store(p->world)->users;

        return users->by_id(txn, &p->realm.id, &p->alice.id, &p->arena, &p->alice);
}

static int64_t epoch_of_alice(People *p) {
        ASSERT_OK(world_store(p->world)->read(world_store(p->world)->self, read_user, p));
        return p->alice.credential_epoch;
}

typedef struct AuditRead {
        People *people;
        const char *kind;
        AuditEventList list;
} AuditRead;

static int audit_run(Txn *txn, void *context) {
        AuditRead *read = context;
        AuditFilter filter = { .realm = &read->people->realm.id,
                               .kind = read->kind,
                               .limit = 1000 };

        return world_store(read->people->world)
                        ->audit->list(txn, &filter, &read->people->arena, &read->list);
}

static size_t count(People *p, const char *kind) {
        AuditRead read = { .people = p, .kind = kind };

        ASSERT_OK(world_store(p->world)->read(world_store(p->world)->self, audit_run, &read));
        return read.list.n;
}

TEST(a_confirmation_asks_for_the_second_factor_alone) {
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        ASSERT_OK(begin(&p, (LoginStart){ .name = "alice", .purpose = PURPOSE_CONFIRM }, &step));
        assert_asks(&step, "totp");
        answer(&p, &step, "totp", "000000");
        assert_asks(&step, "totp");
        answer(&p, &step, "totp", CODE_1);
        ASSERT_EQ(step.outcome, LOGIN_DONE);
        ASSERT_STREQ(step.auth.amr, "otp");
        ASSERT_STREQ(step.auth.acr, "1");
        ASSERT_EQ(count(&p, "confirm.success"), 1);
        ASSERT_EQ(count(&p, "confirm.failure"), 1);
        ASSERT_EQ(count(&p, "login."), 0);
}

TEST(a_confirmation_asks_for_the_password_of_who_has_nothing_else) {
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        ASSERT_OK(begin(&p, (LoginStart){ .name = "bob", .purpose = PURPOSE_CONFIRM }, &step));
        assert_asks(&step, "password");
        answer(&p, &step, "password", BOB_PASSWORD);
        ASSERT_EQ(step.outcome, LOGIN_DONE);
        ASSERT_STREQ(step.auth.amr, "pwd");
}

TEST(a_code_serves_once_over_logins_and_confirmations_together) {
        CLEANUP(people_done) People p = {};
        LoginStep step = {};

        people_init(&p);
        step = log_in(&p, "alice", ALICE_PASSWORD);
        answer(&p, &step, "totp", CODE_1);
        ASSERT_EQ(step.outcome, LOGIN_DONE);
        ASSERT_OK(begin(&p, (LoginStart){ .name = "alice", .purpose = PURPOSE_CONFIRM }, &step));
        answer(&p, &step, "totp", CODE_1);
        ASSERT_CODE(step.reason, IAM_E_CODE_REPLAYED);
        ASSERT_EQ(step.outcome, LOGIN_ASK);
}

TEST(guesses_at_a_confirmation_are_counted_with_those_at_logins) {
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        for (int i = 0; i < 11; i++) {
                ASSERT_OK(begin(&p, (LoginStart){ .name = "bob", .purpose = PURPOSE_CONFIRM },
                                &step));
                answer(&p, &step, "password", "not it");
                ASSERT_EQ(step.outcome, LOGIN_REFUSED);
        }
        ASSERT_CODE(step.reason, IAM_E_USER_LOCKED);
        step = log_in(&p, "bob", BOB_PASSWORD);
        ASSERT_CODE(step.reason, IAM_E_USER_LOCKED);
}

TEST(only_a_login_may_begin_for_nobody) {
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        for (Purpose purpose = PURPOSE_LOGIN + 1; purpose < _PURPOSE_MAX; purpose++)
                ASSERT_CODE(begin(&p, (LoginStart){ .name = "nobody-here", .purpose = purpose },
                                  &step),
                            IAM_E_UNKNOWN_USER);
        ASSERT_OK(begin(&p, (LoginStart){ .name = "nobody-here" }, &step));
}

TEST(a_change_asks_for_every_factor_and_then_for_a_password_that_the_next_login_needs) {
        CLEANUP(people_done) People p = {};
        int64_t epoch;
        LoginStep step;

        people_init(&p);
        epoch = epoch_of_alice(&p);
        ASSERT_OK(begin(&p, (LoginStart){ .name = "alice", .purpose = PURPOSE_CHANGE }, &step));
        assert_asks(&step, "password");
        ASSERT_STREQ(step.prompts[0].label, "Current password");
        ASSERT_CODE(answer_twice(&p, &step, "new-password", NEW_PASSWORD, NEW_PASSWORD),
                    IAM_E_INVALID);
        answer(&p, &step, "password", ALICE_PASSWORD);
        assert_asks(&step, "totp");
        answer(&p, &step, "totp", CODE_1);
        assert_asks(&step, "new-password");
        ASSERT_EQ(step.n_prompts, 1);
        ASSERT_EQ(step.prompts[0].kind, PROMPT_NEW);
        ASSERT_STREQ(step.prompts[0].again, "New password again");
        ASSERT_OK(answer_twice(&p, &step, "new-password", NEW_PASSWORD, NEW_PASSWORD));
        ASSERT_EQ(step.outcome, LOGIN_DONE);
        ASSERT_EQ(epoch_of_alice(&p), epoch + 1);
        ASSERT_EQ(count(&p, "password.changed"), 1);

        ASSERT_CODE(log_in(&p, "alice", ALICE_PASSWORD).reason, IAM_E_WRONG_PASSWORD);
        step = log_in(&p, "alice", NEW_PASSWORD);
        assert_asks(&step, "totp");
}

TEST(a_refused_choice_says_the_rule_in_one_sentence_and_three_end_the_change) {
        static const struct {
                const char *first;
                const char *second;
                const char *notice;
        } cases[] = {
                { "short", "short", "12 characters" },
                { "P4ssword2026!!!!", "P4ssword2026!!!!", "common" },
                { "xbob2026202626", "xbob2026202626", "your name" },
                { NEW_PASSWORD, "a short way back", "differ" },
                { NEW_PASSWORD, "", "differ" },
                { BOB_PASSWORD, BOB_PASSWORD, "present password" },
                { "tabs\tare no characters", "tabs\tare no characters", "typed" },
        };
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ASSERT_OK(begin(&p, (LoginStart){ .name = "bob", .purpose = PURPOSE_CHANGE },
                                &step));
                answer(&p, &step, "password", BOB_PASSWORD);
                for (int round = 1; round <= 3; round++) {
                        ASSERT_OK(
                                        answer_twice(&p, &step, "new-password", cases[i].first,
                                                     cases[i].second));
                        ASSERT_TRUE(strstr(step.notice, cases[i].notice) != NULL);
                        ASSERT_EQ(step.outcome, round < 3 ? LOGIN_ASK : LOGIN_REFUSED);
                }
        }
        ASSERT_EQ(log_in(&p, "bob", BOB_PASSWORD).outcome, LOGIN_DONE);
}

TEST(a_change_right_after_the_login_of_the_same_program_asks_for_no_factor_again) {
        CLEANUP(people_done) People p = {};
        LoginStep login, step;

        people_init(&p);
        login = log_in(&p, "bob", BOB_PASSWORD);
        ASSERT_EQ(login.outcome, LOGIN_DONE);
        ASSERT_OK(begin(&p,
                        (LoginStart){ .name = "bob",
                                      .purpose = PURPOSE_CHANGE,
                                      .proof = &login.handle },
                        &step));
        assert_asks(&step, "new-password");
        ASSERT_OK(answer_twice(&p, &step, "new-password", NEW_PASSWORD, NEW_PASSWORD));
        ASSERT_EQ(step.outcome, LOGIN_DONE);
        ASSERT_STREQ(step.auth.amr, "pwd");
        /* The password it was made of is gone. */
        ASSERT_CODE(begin(&p,
                          (LoginStart){ .name = "bob",
                                        .purpose = PURPOSE_CHANGE,
                                        .proof = &login.handle },
                          &step),
                    IAM_E_ATTEMPT_GONE);
}

TEST(no_other_attempt_stands_in_for_the_proof_of_a_change) {
        CLEANUP(people_done) People p = {};
        LoginStep done, unfinished, confirmed, step;
        LoginStart in = { .name = "alice", .purpose = PURPOSE_CHANGE };

        people_init(&p);
        done = log_in(&p, "bob", BOB_PASSWORD);
        unfinished = log_in(&p, "alice", ALICE_PASSWORD);
        ASSERT_OK(begin(&p, (LoginStart){ .name = "alice", .purpose = PURPOSE_CONFIRM },
                        &confirmed));
        answer(&p, &confirmed, "totp", CODE_1);
        ASSERT_EQ(confirmed.outcome, LOGIN_DONE);
        const Secret *handles[] = { &done.handle, &unfinished.handle, &confirmed.handle };
        for (size_t i = 0; i < ELEMENTSOF(handles); i++) {
                in.proof = handles[i];
                ASSERT_CODE(begin(&p, in, &step), IAM_E_ATTEMPT_GONE);
        }
        world_sleep(p.world, 61);
        in.name = "bob";
        in.proof = &done.handle;
        ASSERT_CODE(begin(&p, in, &step), IAM_E_ATTEMPT_GONE);
}

TEST(a_factor_proven_before_counts_until_the_factors_change) {
        CLEANUP(people_done) People p = {};
        LoginStart in = { .name = "alice", .purpose = PURPOSE_REAUTH };
        LoginStep step;

        people_init(&p);
        in.factor_at = world_now(p.world) - 60 * USEC_PER_SEC;
        ASSERT_OK(begin(&p, in, &step));
        answer(&p, &step, "password", ALICE_PASSWORD);
        ASSERT_EQ(step.outcome, LOGIN_DONE);
        ASSERT_STREQ(step.auth.amr, "pwd otp mfa");
        ASSERT_EQ(step.auth.at, in.factor_at);

        ASSERT_OK(begin(&p, in, &step));
        (void) epoch_of_alice(&p);
        p.alice.credential_epoch++;
        people_store(&p, (CredentialInsert){ .user = &p.alice });
        answer(&p, &step, "password", ALICE_PASSWORD);
        assert_asks(&step, "totp");
}

TEST(root_sets_a_password_without_a_proof_also_for_who_has_none) {
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        (void) world_posix_user(p.world, &p.realm, "guest");
        ASSERT_OK(begin(&p, (LoginStart){ .name = "guest", .purpose = PURPOSE_RESET }, &step));
        assert_asks(&step, "new-password");
        ASSERT_OK(answer_twice(&p, &step, "new-password", "short", "short"));
        ASSERT_CODE(step.reason, IAM_E_WEAK_PASSWORD);
        ASSERT_OK(answer_twice(&p, &step, "new-password", NEW_PASSWORD, NEW_PASSWORD));
        ASSERT_EQ(step.outcome, LOGIN_DONE);
        ASSERT_EQ(count(&p, "password.set"), 1);
        ASSERT_EQ(log_in(&p, "guest", NEW_PASSWORD).outcome, LOGIN_DONE);
}

static int account_of(People *p, const char *name) {
        AccountIn in = { .name = name, .service = "sshd" };
        AccountOut out;

        return app_account_check(p->app, &p->arena, &pam, &in, &out);
}

TEST(a_password_past_its_age_is_refused_by_the_account_phase_until_it_is_changed) {
        CLEANUP(people_done) People p = {};
        Id role;
        LoginStep step;

        people_init(&p);
        role = world_role(p.world, &p.realm, "staff").id;
        people_store(&p,
                     (CredentialInsert){ .realm = &p.realm,
                                         .permission = &(Permission){ .id = world_id(p.world),
                                                                      .subject_kind = SUBJECT_ROLE,
                                                                      .subject = role,
                                                                      .resource = "host",
                                                                      .action = "login" } });
        people_store(&p,
                     (CredentialInsert){ .realm = &p.realm,
                                         .assignment = &(Assignment){ .role = role,
                                                                      .subject_kind = SUBJECT_USER,
                                                                      .subject = p.bob.id } });
        ASSERT_OK(account_of(&p, "bob"));
        p.realm.settings.password_max_age_days = 30;
        people_store(&p, (CredentialInsert){ .realm = &p.realm });
        world_sleep(p.world, INT64_C(30) * 86400 - 1);
        ASSERT_OK(account_of(&p, "bob"));
        world_sleep(p.world, 1);
        ASSERT_CODE(account_of(&p, "bob"), IAM_E_PASSWORD_EXPIRED);

        step = log_in(&p, "bob", BOB_PASSWORD);
        ASSERT_EQ(step.outcome, LOGIN_DONE);
        ASSERT_OK(begin(&p,
                        (LoginStart){ .name = "bob",
                                      .purpose = PURPOSE_CHANGE,
                                      .proof = &step.handle },
                        &step));
        ASSERT_EQ(step.n_prompts, 2);
        ASSERT_EQ(step.prompts[0].kind, PROMPT_INFO);
        ASSERT_OK(answer_twice(&p, &step, "new-password", NEW_PASSWORD, NEW_PASSWORD));
        ASSERT_OK(account_of(&p, "bob"));
}
