/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/login.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/reason.h"
#include "base/secret_bytes.h"
#include "tests/support/people.h"

static Caller from(Door door, const char *address) {
        return (Caller){ .door = door, .actor_kind = "stranger", .address = address };
}

static LoginStep start_at(People *p, Door door, const char *address, const char *name) {
        Caller caller = from(door, address);
        LoginStart in = { .realm = p->realm.id, .name = name, .service = "sshd" };
        LoginStep step;

        ASSERT_OK(app_login_start(p->app, &p->arena, &caller, &in, &step));
        ASSERT_EQ(step.outcome, LOGIN_ASK);
        ASSERT_EQ(step.handle.len, LOGIN_HANDLE_SIZE - 1);
        return step;
}

static int answer_at(People *p, Door door, LoginStep *step, const char *id, const char *text) {
        Caller caller = from(door, NULL);
        Secret value = secret_of(text);
        LoginAnswer answer = { .id = id, .value = &value };

        return app_login_answer(
                        p->app, &p->arena, &caller, &p->realm.id, &step->handle,
                        &(LoginAnswers){ &answer, 1 }, step);
}

/* PAM, from the network, the name known. */
static LoginStep start(People *p, const char *name) {
        return start_at(p, DOOR_PAM, "192.0.2.1", name);
}
static int answer(People *p, LoginStep *step, const char *id, const char *text) {
        return answer_at(p, DOOR_PAM, step, id, text);
}

static int try_password(People *p, const char *address, const char *name, const char *password) {
        LoginStep step = start_at(p, DOOR_PAM, address, name);

        ASSERT_OK(answer(p, &step, "password", password));
        return step.reason;
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

static AuditEventList audit_of(People *p, const char *kind) {
        AuditRead read = { .people = p, .kind = kind };

        ASSERT_OK(world_store(p->world)->read(world_store(p->world)->self, audit_run, &read));
        return read.list;
}

TEST(a_right_password_is_enough_for_who_has_no_second_factor) {
        CLEANUP(people_done) People p = {};
        LoginStep step;
        AuditEventList events;

        people_init(&p);
        step = start(&p, "bob");
        ASSERT_EQ(step.n_prompts, 1);
        ASSERT_STREQ(step.prompts[0].id, "password");
        ASSERT_EQ(step.prompts[0].kind, PROMPT_SECRET);
        ASSERT_OK(answer(&p, &step, "password", BOB_PASSWORD));
        ASSERT_EQ(step.outcome, LOGIN_DONE);
        ASSERT_STREQ(step.user_name, "bob");
        ASSERT_TRUE(id_equal(&step.user, &p.bob.id));
        ASSERT_STREQ(step.auth.amr, "pwd");
        ASSERT_STREQ(step.auth.acr, "1");
        events = audit_of(&p, "login.success");
        ASSERT_EQ(events.n, 1);
        ASSERT_STREQ(events.items[0].actor_name, "bob");
        ASSERT_STREQ(events.items[0].address, "192.0.2.1");
}

TEST(a_second_factor_is_asked_only_after_a_right_password) {
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        step = start(&p, "alice");
        ASSERT_CODE(answer(&p, &step, "totp", CODE_1), IAM_E_INVALID);
        ASSERT_OK(answer(&p, &step, "password", ALICE_PASSWORD));
        ASSERT_EQ(step.outcome, LOGIN_ASK);
        ASSERT_STREQ(step.prompts[0].id, "totp");
        ASSERT_TRUE(step.notice == NULL);
        ASSERT_OK(answer(&p, &step, "totp", CODE_1));
        ASSERT_EQ(step.outcome, LOGIN_DONE);
        ASSERT_STREQ(step.auth.amr, "pwd otp mfa");
        ASSERT_STREQ(step.auth.acr, "2");

        step = start(&p, "alice");
        ASSERT_OK(answer(&p, &step, "password", "not it"));
        ASSERT_EQ(step.outcome, LOGIN_REFUSED);
        ASSERT_CODE(step.reason, IAM_E_WRONG_PASSWORD);
}

static void disable(People *p, User *user) {
        user->enabled = false;
        people_store(p, (CredentialInsert){ .user = user });
}

/* Law 4: what a stranger can see of a step. */
static void assert_alike(const LoginStep *a, const LoginStep *b) {
        ASSERT_EQ(a->outcome, b->outcome);
        ASSERT_STREQ(a->notice, b->notice);
        ASSERT_EQ(a->n_prompts, b->n_prompts);
        for (size_t i = 0; i < a->n_prompts; i++) {
                ASSERT_STREQ(a->prompts[i].id, b->prompts[i].id);
                ASSERT_STREQ(a->prompts[i].label, b->prompts[i].label);
        }
}

TEST(unknown_disabled_and_wrong_look_alike_at_every_door) {
        static const struct {
                const char *name;
                const char *password;
                int reason;
        } cases[] = {
                { "alice", "wrong", IAM_E_WRONG_PASSWORD },
                { "nobody-here", "wrong", IAM_E_UNKNOWN_USER },
                { "not a name", "wrong", IAM_E_UNKNOWN_USER },
                { "guest", BOB_PASSWORD, IAM_E_USER_DISABLED },
                { "bare", "wrong", IAM_E_NO_PASSWORD },
                { "alice", "", IAM_E_WRONG_PASSWORD },
        };
        static const Door doors[] = { DOOR_PAM, DOOR_BROWSER };
        CLEANUP(people_done) People p = {};
        User guest;

        people_init(&p);
        guest = world_user(p.world, &p.realm, "guest");
        give_password(&p, &guest, BOB_PASSWORD);
        disable(&p, &guest);
        (void) world_user(p.world, &p.realm, "bare");
        for (size_t d = 0; d < ELEMENTSOF(doors); d++) {
                LoginStep first_start, first_end;

                for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                        LoginStep step = start_at(&p, doors[d], "192.0.2.1", cases[i].name);

                        if (i == 0)
                                first_start = step;
                        assert_alike(&first_start, &step);
                        ASSERT_OK(answer_at(&p, doors[d], &step, "password", cases[i].password));
                        if (i == 0)
                                first_end = step;
                        assert_alike(&first_end, &step);
                        ASSERT_CODE(step.reason, cases[i].reason);
                }
        }
}

TEST(the_names_of_strangers_are_not_written_down) {
        CLEANUP(people_done) People p = {};
        AuditEventList events;

        people_init(&p);
        (void) try_password(&p, "192.0.2.1", "my-secret-typed-as-name", "x");
        world_sleep(p.world, 1);
        (void) try_password(&p, "192.0.2.1", "bob", "x");
        events = audit_of(&p, "login.failure");
        ASSERT_EQ(events.n, 2);
        ASSERT_TRUE(events.items[0].target_name == NULL);
        ASSERT_STREQ(events.items[1].target_name, "bob");
        ASSERT_CODE(events.items[1].reason, IAM_E_WRONG_PASSWORD);
}

/* Counts what reaches the hash. */
static atomic_int hashes;
static int (*real_verify)(Crypto *, const char *, const Secret *, bool *);

static int counted_verify(Crypto *crypto, const char *phc, const Secret *password, bool *rehash) {
        atomic_fetch_add(&hashes, 1);
        return real_verify(crypto, phc, password, rehash);
}

static void count_hashes(People *p) {
        atomic_store(&hashes, 0);
        real_verify = p->app->crypto.password_verify;
        p->app->crypto.password_verify = counted_verify;
}

typedef struct Guesser {
        App *app;
        RealmId realm;
        const char *name;
        int from, to;
} Guesser;

static void *guess_many(void *context) {
        const Guesser *g = context;

        for (int i = g->from; i < g->to; i++) {
                CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
                Door door = i % 2 == 0 ? DOOR_PAM : DOOR_BROWSER;
                char address[32];
                Caller caller = from(door, address);
                LoginStart in = { .realm = g->realm, .name = g->name };
                Secret value = { .len = 5 };
                LoginAnswer given = { .id = "password", .value = &value };
                LoginStep step;

                (void) snprintf(address, sizeof(address), "198.51.%d.7", i);
                if (app_login_start(g->app, &arena, &caller, &in, &step) != 0 ||
                    app_login_answer(
                                    g->app, &arena, &caller, &g->realm, &step.handle,
                                    &(LoginAnswers){ &given, 1 }, &step) != 0)
                        return context;
        }
        return NULL;
}

static void guess_in_parallel(People *p, const char *name) {
        enum { THREADS = 8, EACH = 25 };
        Guesser guessers[THREADS];
        pthread_t threads[THREADS];

        for (int i = 0; i < THREADS; i++) {
                guessers[i] = (Guesser){ p->app, p->realm.id, name, i * EACH, (i + 1) * EACH };
                ASSERT_OK(pthread_create(&threads[i], NULL, guess_many, &guessers[i]));
        }
        for (int i = 0; i < THREADS; i++) {
                void *failed;

                ASSERT_OK(pthread_join(threads[i], &failed));
                ASSERT_TRUE(failed == NULL);
        }
}

TEST(two_hundred_parallel_guesses_from_everywhere_stay_below_the_limit) {
        CLEANUP(people_done) People p = {};

        people_init(&p);
        count_hashes(&p);
        guess_in_parallel(&p, "alice");
        ASSERT_EQ(atomic_load(&hashes), p.realm.settings.lockout_threshold);
        atomic_store(&hashes, 0);
        guess_in_parallel(&p, "nobody-here");
        ASSERT_EQ(atomic_load(&hashes), p.realm.settings.lockout_threshold);
}

TEST(a_lock_ends_after_its_time) {
        CLEANUP(people_done) People p = {};

        people_init(&p);
        for (int i = 0; i < p.realm.settings.lockout_threshold; i++)
                ASSERT_CODE(try_password(&p, "192.0.2.1", "bob", "x"), IAM_E_WRONG_PASSWORD);
        ASSERT_CODE(try_password(&p, "203.0.113.9", "bob", BOB_PASSWORD), IAM_E_USER_LOCKED);
        world_sleep(p.world, p.realm.settings.lockout_duration_seconds + 1);
        ASSERT_CODE(try_password(&p, "203.0.113.9", "bob", BOB_PASSWORD), 0);
}

TEST(the_owner_on_a_known_device_gets_in_while_strangers_are_locked_out) {
        CLEANUP(people_done) People p = {};

        people_init(&p);
        ASSERT_CODE(try_password(&p, "192.0.2.7", "bob", BOB_PASSWORD), 0);
        for (int i = 0; i < 2 * p.realm.settings.lockout_threshold; i++)
                (void) try_password(&p, "198.51.100.1", "bob", "x");
        ASSERT_CODE(try_password(&p, "203.0.113.9", "bob", BOB_PASSWORD), IAM_E_USER_LOCKED);
        /* The same /24 as the full login before. */
        ASSERT_CODE(try_password(&p, "192.0.2.200", "bob", BOB_PASSWORD), 0);
        /* But the known device is bounded too. */
        for (int i = 0; i < p.realm.settings.lockout_threshold; i++)
                ASSERT_CODE(try_password(&p, "192.0.2.7", "bob", "x"), IAM_E_WRONG_PASSWORD);
        ASSERT_CODE(try_password(&p, "192.0.2.7", "bob", BOB_PASSWORD), IAM_E_USER_LOCKED);
}

TEST(a_host_remembers_its_console_apart_from_the_network) {
        CLEANUP(people_done) People p = {};

        people_init(&p);
        ASSERT_CODE(try_password(&p, NULL, "bob", BOB_PASSWORD), 0);
        for (int i = 0; i < 2 * p.realm.settings.lockout_threshold; i++)
                (void) try_password(&p, "198.51.100.1", "bob", "x");
        ASSERT_CODE(try_password(&p, "198.51.100.1", "bob", BOB_PASSWORD), IAM_E_USER_LOCKED);
        ASSERT_CODE(try_password(&p, NULL, "bob", BOB_PASSWORD), 0);
}

TEST(a_source_that_is_shut_out_can_no_longer_lock_accounts) {
        CLEANUP(people_done) People p = {};
        char name[16];

        people_init(&p);
        for (int i = 0; i < GUESS_SOURCE_LIMIT; i++) {
                (void) snprintf(name, sizeof(name), "user%d", i);
                (void) try_password(&p, "198.51.100.1", name, "x");
        }
        for (int i = 0; i < 2 * p.realm.settings.lockout_threshold; i++)
                ASSERT_CODE(try_password(&p, "198.51.100.1", "bob", "x"), IAM_E_SOURCE_LOCKED);
        ASSERT_CODE(try_password(&p, "203.0.113.9", "bob", BOB_PASSWORD), 0);
}

TEST(guesses_at_the_code_are_bounded_though_the_password_is_known) {
        CLEANUP(people_done) People p = {};
        int codes = 0;

        people_init(&p);
        for (int i = 0; i < 40; i++) {
                LoginStep step = start(&p, "alice");

                ASSERT_OK(answer(&p, &step, "password", ALICE_PASSWORD));
                while (step.outcome == LOGIN_ASK) {
                        ASSERT_OK(answer(&p, &step, "totp", "000000"));
                        codes += step.reason == IAM_E_WRONG_CODE;
                }
        }
        ASSERT_TRUE(codes <= p.realm.settings.lockout_threshold);
        ASSERT_TRUE(codes >= p.realm.settings.lockout_threshold - 1);
}

TEST(a_code_serves_once_over_all_doors) {
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        step = start(&p, "alice");
        ASSERT_OK(answer(&p, &step, "password", ALICE_PASSWORD));
        ASSERT_OK(answer(&p, &step, "totp", CODE_1));
        ASSERT_EQ(step.outcome, LOGIN_DONE);

        step = start_at(&p, DOOR_BROWSER, "192.0.2.9", "alice");
        ASSERT_OK(answer_at(&p, DOOR_BROWSER, &step, "password", ALICE_PASSWORD));
        ASSERT_OK(answer_at(&p, DOOR_BROWSER, &step, "totp", CODE_1));
        ASSERT_EQ(step.outcome, LOGIN_ASK);
        ASSERT_CODE(step.reason, IAM_E_CODE_REPLAYED);
        ASSERT_STREQ(step.notice, "That did not match. Try again.");
        world_set_now(p.world, CODE_2_AT);
        ASSERT_OK(answer_at(&p, DOOR_BROWSER, &step, "totp", CODE_1)); /* still in the window */
        ASSERT_CODE(step.reason, IAM_E_CODE_REPLAYED);
        ASSERT_OK(answer_at(&p, DOOR_BROWSER, &step, "totp", CODE_2));
        ASSERT_EQ(step.outcome, LOGIN_DONE);
}

TEST(an_attempt_outlives_a_restart) {
        CLEANUP(people_done) People p = {};
        Caller caller = from(DOOR_PAM, NULL);
        LoginStep step, again;

        people_init(&p);
        step = start(&p, "alice");
        world_restart(p.world);
        ASSERT_OK(answer(&p, &step, "password", ALICE_PASSWORD));
        world_restart(p.world);
        ASSERT_OK(app_login_resume(p.app, &p.arena, &caller, &p.realm.id, &step.handle, &again));
        ASSERT_STREQ(again.prompts[0].id, "totp");
        ASSERT_OK(answer(&p, &again, "totp", CODE_1));
        ASSERT_EQ(again.outcome, LOGIN_DONE);
        /* The answer may be lost with the connection. */
        ASSERT_OK(app_login_resume(p.app, &p.arena, &caller, &p.realm.id, &step.handle, &again));
        ASSERT_EQ(again.outcome, LOGIN_DONE);
        ASSERT_STREQ(again.user_name, "alice");
        world_sleep(p.world, 61);
        ASSERT_CODE(app_login_resume(p.app, &p.arena, &caller, &p.realm.id, &step.handle, &again),
                    IAM_E_ATTEMPT_GONE);
}

TEST(a_handle_is_good_for_its_realm_its_door_and_its_time) {
        CLEANUP(people_done) People p = {};
        Caller pam = from(DOOR_PAM, NULL);
        LoginStep step, out;
        Secret wrong;
        Realm other;

        people_init(&p);
        other = world_realm(p.world, "other");
        step = start(&p, "bob");
        out = step;
        ASSERT_CODE(answer_at(&p, DOOR_BROWSER, &out, "password", BOB_PASSWORD),
                    IAM_E_ATTEMPT_GONE);
        ASSERT_CODE(app_login_resume(p.app, &p.arena, &pam, &other.id, &step.handle, &out),
                    IAM_E_ATTEMPT_GONE);
        wrong = step.handle;
        secret_buffer(&wrong)[0] ^= 1;
        ASSERT_CODE(app_login_resume(p.app, &p.arena, &pam, &p.realm.id, &wrong, &out),
                    IAM_E_ATTEMPT_GONE);
        world_sleep(p.world, p.realm.settings.temporary_token_lifetime);
        ASSERT_CODE(answer(&p, &step, "password", BOB_PASSWORD), IAM_E_ATTEMPT_GONE);
}

TEST(what_is_done_or_refused_takes_no_more_answers) {
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        step = start(&p, "bob");
        ASSERT_OK(answer(&p, &step, "password", "x"));
        ASSERT_EQ(step.outcome, LOGIN_REFUSED);
        ASSERT_CODE(answer(&p, &step, "password", BOB_PASSWORD), IAM_E_ATTEMPT_GONE);
        step = start(&p, "bob");
        ASSERT_OK(answer(&p, &step, "password", BOB_PASSWORD));
        ASSERT_CODE(answer(&p, &step, "password", BOB_PASSWORD), IAM_E_ATTEMPT_GONE);
}

TEST(three_wrong_codes_end_a_pam_attempt_for_good) {
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        step = start(&p, "alice");
        ASSERT_OK(answer(&p, &step, "password", ALICE_PASSWORD));
        for (int i = 0; i < 2; i++) {
                ASSERT_OK(answer(&p, &step, "totp", "000000"));
                ASSERT_EQ(step.outcome, LOGIN_ASK);
        }
        ASSERT_OK(answer(&p, &step, "totp", "000000"));
        ASSERT_EQ(step.outcome, LOGIN_REFUSED);
}

TEST(who_is_disabled_between_password_and_code_does_not_get_in) {
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        step = start(&p, "alice");
        ASSERT_OK(answer(&p, &step, "password", ALICE_PASSWORD));
        disable(&p, &p.alice);
        ASSERT_OK(answer(&p, &step, "totp", CODE_1));
        ASSERT_CODE(step.reason, IAM_E_USER_DISABLED);
        ASSERT_EQ(step.outcome, LOGIN_ASK);
}

TEST(a_password_changed_between_password_and_code_stops_the_login) {
        CLEANUP(people_done) People p = {};
        LoginStep step;

        people_init(&p);
        step = start(&p, "alice");
        ASSERT_OK(answer(&p, &step, "password", ALICE_PASSWORD));
        p.alice.credential_epoch++;
        people_store(&p, (CredentialInsert){ .user = &p.alice });
        ASSERT_OK(answer(&p, &step, "totp", CODE_1));
        ASSERT_TRUE(step.outcome != LOGIN_DONE);
}

TEST(a_disabled_realm_lets_nobody_in_and_says_no_more_than_that) {
        CLEANUP(people_done) People p = {};

        people_init(&p);
        p.realm.enabled = false;
        people_store(&p, (CredentialInsert){ .realm = &p.realm });
        ASSERT_CODE(try_password(&p, NULL, "bob", BOB_PASSWORD), IAM_E_REALM_DISABLED);
}

TEST(a_door_that_cannot_ask_is_audited_with_its_reason) {
        CLEANUP(people_done) People p = {};
        Caller caller = from(DOOR_PAM, NULL);
        AuditEventList events;
        LoginStep step;

        people_init(&p);
        step = start(&p, "alice");
        ASSERT_OK(answer(&p, &step, "password", ALICE_PASSWORD));
        ASSERT_OK(app_login_abandon(
                        p.app, &p.arena, &caller, &p.realm.id, &step.handle,
                        IAM_E_FACTOR_NOT_SERVED, &step));
        ASSERT_EQ(step.outcome, LOGIN_REFUSED);
        events = audit_of(&p, "login.failure");
        ASSERT_EQ(events.n, 1);
        ASSERT_CODE(events.items[0].reason, IAM_E_FACTOR_NOT_SERVED);
        ASSERT_CODE(answer(&p, &step, "totp", CODE_1), IAM_E_ATTEMPT_GONE);
}

TEST(a_page_asks_name_and_password_together_and_the_name_again_after_a_mistake) {
        CLEANUP(people_done) People p = {};
        Caller caller = from(DOOR_BROWSER, "192.0.2.1");
        Secret name = secret_of("BOB");
        Secret wrong = secret_of("x");
        Secret right = secret_of(BOB_PASSWORD);
        LoginAnswer answers[] = { { "username", &name }, { "password", &wrong } };
        LoginStep step;

        people_init(&p);
        step = start_at(&p, DOOR_BROWSER, "192.0.2.1", NULL);
        ASSERT_EQ(step.n_prompts, 2);
        ASSERT_OK(app_login_answer(
                        p.app, &p.arena, &caller, &p.realm.id, &step.handle,
                        &(LoginAnswers){ answers, 2 }, &step));
        ASSERT_EQ(step.n_prompts, 2);
        ASSERT_STREQ(step.notice, "That did not match. Try again.");
        answers[1].value = &right;
        ASSERT_OK(app_login_answer(
                        p.app, &p.arena, &caller, &p.realm.id, &step.handle,
                        &(LoginAnswers){ answers, 2 }, &step));
        ASSERT_EQ(step.outcome, LOGIN_DONE);
        ASSERT_STREQ(step.user_name, "bob");
}

TEST(a_browser_becomes_known_by_a_cookie_of_its_own) {
        CLEANUP(people_done) People p = {};
        Caller caller = from(DOOR_BROWSER, "192.0.2.1");
        LoginStart in = { .realm = p.realm.id, .name = "bob" };
        char cookie[64] = "";
        LoginStep step;

        people_init(&p);
        in.realm = p.realm.id;
        for (int i = 0; i < 2; i++) {
                in.device = cookie;
                ASSERT_OK(app_login_start(p.app, &p.arena, &caller, &in, &step));
                ASSERT_OK(answer_at(&p, DOOR_BROWSER, &step, "password", BOB_PASSWORD));
                ASSERT_EQ(step.outcome, LOGIN_DONE);
                ASSERT_EQ(step.new_device, i == 0);
                if (i == 0)
                        memcpy(cookie, secret_bytes(&step.device), step.device.len);
        }
        for (int i = 0; i < 2 * p.realm.settings.lockout_threshold; i++)
                (void) try_password(&p, "198.51.100.1", "bob", "x");
        ASSERT_OK(app_login_start(p.app, &p.arena, &caller, &in, &step));
        ASSERT_OK(answer_at(&p, DOOR_BROWSER, &step, "password", BOB_PASSWORD));
        ASSERT_EQ(step.outcome, LOGIN_DONE);
}

TEST(an_address_serves_as_a_name_where_the_realm_says_so_and_shares_its_counter) {
        CLEANUP(people_done) People p = {};

        people_init(&p);
        p.bob.email = "Bob@Example.org";
        p.bob.email_fold = "bob@example.org";
        people_store(&p, (CredentialInsert){ .user = &p.bob });
        ASSERT_CODE(try_password(&p, NULL, "bob@example.org", BOB_PASSWORD), IAM_E_UNKNOWN_USER);
        p.realm.settings.login_with_email = true;
        people_store(&p, (CredentialInsert){ .realm = &p.realm });
        ASSERT_CODE(try_password(&p, "198.51.100.1", "BOB@example.ORG", BOB_PASSWORD), 0);
        for (int i = 0; i < p.realm.settings.lockout_threshold; i++)
                (void) try_password(&p, "203.0.113.1", i % 2 ? "bob" : "bob@example.org", "x");
        ASSERT_CODE(try_password(&p, "203.0.113.1", "bob", BOB_PASSWORD), IAM_E_USER_LOCKED);
}
