/* SPDX-License-Identifier: Apache-2.0 */
/* pam_iam loaded by libpam, over libiam and a socket, to a whole iamd in this process. */
#include <security/pam_appl.h>
#include <sys/wait.h>

#include "base/reason.h"
#include "client_lib/iam.h"
#include "daemon/app/login.h"
#include "tests/support/pam_host.h"

static int authenticate(const char *user, Script *script) {
        pam_handle_t *pamh = place_start(user, script);
        int r = pam_authenticate(pamh, 0);

        (void) pam_end(pamh, r);
        return r;
}

static int account(const char *user) {
        Script script = {};
        pam_handle_t *pamh = place_start(user, &script);
        int r = pam_acct_mgmt(pamh, 0);

        (void) pam_end(pamh, r);
        return r;
}

static void allow_login(People *people, const User *user) {
        Role role = world_role(people->world, &people->realm, user->name);
        Permission permission = { .id = world_id(people->world),
                                  .subject_kind = SUBJECT_ROLE,
                                  .subject = role.id,
                                  .resource = "host",
                                  .action = "login" };
        Assignment assignment = { .role = role.id,
                                  .subject_kind = SUBJECT_USER,
                                  .subject = user->id };

        people_store(people,
                     (CredentialInsert){ .permission = &permission, .realm = &people->realm });
        people_store(people,
                     (CredentialInsert){ .assignment = &assignment, .realm = &people->realm });
}

TEST(password_and_code_open_the_door) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { ALICE_PASSWORD, CODE_1 } };

        host_init(&host);
        ASSERT_EQ(authenticate("alice", &script), PAM_SUCCESS);
        ASSERT_STREQ(script.heard, "Password: |One-time code: |");
        script = (Script){ .answers = { BOB_PASSWORD } };
        ASSERT_EQ(authenticate("bob", &script), PAM_SUCCESS);
}

TEST(a_wrong_password_is_refused_at_once_and_a_wrong_code_is_asked_again) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { "wrong" } };

        host_init(&host);
        ASSERT_EQ(authenticate("bob", &script), PAM_AUTH_ERR);
        script = (Script){ .answers = { ALICE_PASSWORD, "000000", CODE_1 } };
        ASSERT_EQ(authenticate("alice", &script), PAM_SUCCESS);
        ASSERT_STREQ(script.heard, "Password: |One-time code: |That did not match. Try again.\n"
                                   "One-time code: |");
        script = (Script){ .answers = { ALICE_PASSWORD, CODE_1, "000000", "000000" } };
        ASSERT_EQ(authenticate("alice", &script), PAM_AUTH_ERR);
}

TEST(local_names_need_no_iamd_and_strangers_walk_the_same_steps) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { "x" } };
        Script same = { .answers = { "x" } };

        host_init(&host);
        ASSERT_EQ(authenticate("local", &script), PAM_USER_UNKNOWN);
        ASSERT_EQ(authenticate("root", &script), PAM_USER_UNKNOWN);
        ASSERT_STREQ(script.heard, "");
        ASSERT_EQ(authenticate("nobody-here", &script), PAM_USER_UNKNOWN);
        ASSERT_EQ(authenticate("bob", &same), PAM_AUTH_ERR);
        ASSERT_STREQ(script.heard, same.heard);
        ASSERT_TRUE(script.delay_usec >= 1000000 && same.delay_usec >= 1000000);
        ASSERT_EQ(account("local"), PAM_USER_UNKNOWN);
        ASSERT_EQ(account("nobody-here"), PAM_USER_UNKNOWN);
}

TEST(a_long_line_in_the_passwd_file_hides_nobody_behind_it) {
        static char text[20000] = "long:x:1001:1001:";
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { "x" } };
        size_t head = strlen(text);

        host_init(&host);
        memset(text + head, 'g', sizeof(text) - head - 64);
        strcat(text, ":/:/bin/sh\nlocal:x:1000:1000::/:/bin/sh\n");
        place_file(PAM_PLACE "/passwd", text);
        ASSERT_EQ(authenticate("local", &script), PAM_USER_UNKNOWN);
        ASSERT_STREQ(script.heard, "");
}

typedef struct Failures {
        People *people;
        AuditEventList list;
} Failures;

static int failures_run(Txn *txn, void *context) {
        Failures *failures = context;
        AuditFilter filter = { .realm = &failures->people->realm.id,
                               .kind = "login.failure",
                               .limit = 10 };

        return world_store(failures->people->world)
                        ->audit->list(txn, &filter, &failures->people->arena, &failures->list);
}

TEST(a_door_with_one_question_refuses_two_factors_like_a_wrong_password) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { ALICE_PASSWORD } };
        Failures failures = { .people = &host.people };

        host_init(&host);
        ASSERT_EQ(authenticate("alice", &script), PAM_AUTH_ERR);
        ASSERT_OK(world_store(host.people.world)
                                  ->read(world_store(host.people.world)->self, failures_run,
                                         &failures));
        ASSERT_EQ(failures.list.n, 1);
        ASSERT_CODE(failures.list.items[0].reason, IAM_E_FACTOR_NOT_SERVED);
        script = (Script){ .answers = { BOB_PASSWORD } };
        ASSERT_EQ(authenticate("bob", &script), PAM_SUCCESS);
}

TEST(a_password_said_twice_is_no_guess_at_the_code) {
        CLEANUP(host_done) Host host = {};
        Failures failures = { .people = &host.people };

        host_init(&host);
        /* As sshd's password method does; more often than wrong codes are borne. */
        for (int i = 0; i < 8; i++) {
                Script script = { .answers = { ALICE_PASSWORD, ALICE_PASSWORD } };

                ASSERT_EQ(authenticate("alice", &script), PAM_AUTH_ERR);
        }
        ASSERT_OK(world_store(host.people.world)
                                  ->read(world_store(host.people.world)->self, failures_run,
                                         &failures));
        ASSERT_EQ(failures.list.n, 8);
        for (size_t i = 0; i < failures.list.n; i++)
                ASSERT_CODE(failures.list.items[i].reason, IAM_E_FACTOR_NOT_SERVED);
        Script script = { .answers = { ALICE_PASSWORD, CODE_1 } };
        ASSERT_EQ(authenticate("alice", &script), PAM_SUCCESS);
}

TEST(the_account_bites_whatever_was_proven) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        ASSERT_EQ(account("bob"), PAM_PERM_DENIED);
        allow_login(&host.people, &host.people.bob);
        ASSERT_EQ(account("bob"), PAM_SUCCESS);
        host.people.bob.enabled = false;
        people_store(&host.people, (CredentialInsert){ .user = &host.people.bob });
        ASSERT_EQ(account("bob"), PAM_ACCT_EXPIRED);
}

TEST(a_user_deleted_a_moment_ago_is_refused_though_the_snapshot_shows_him) {
        static const char *const stale[] = { "alice", "bob", "gone" };
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { "x" } };

        host_init(&host);
        place_publish(stale, ELEMENTSOF(stale));
        ASSERT_EQ(authenticate("gone", &script), PAM_AUTH_ERR);
        ASSERT_EQ(account("gone"), PAM_ACCT_EXPIRED);
        /* Without a snapshot iamd's word is all there is. */
        place_publish(NULL, 0);
        ASSERT_EQ(account("gone"), PAM_USER_UNKNOWN);
}

static int logins_run(Txn *txn, void *context) {
        People *people = context;
        Page page = { .limit = 10 };
        HostLoginList list;
        int r = world_store(people->world)
                                ->sessions->login_list(
                                                txn, &people->realm.id, NULL, &people->arena, &page,
                                                &list);

        if (r != 0)
                return r;
        ASSERT_EQ(list.n, 1);
        ASSERT_STREQ(list.items[0].auth.amr, "pwd");
        ASSERT_EQ(list.items[0].leader_pid, getpid());
        return list.items[0].closed_at != 0 ? IAM_E_SESSION_GONE : 0;
}

TEST(a_session_knows_its_leader_and_how_the_user_came_in) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { BOB_PASSWORD } };
        const StorePort *store;
        pam_handle_t *pamh;

        host_init(&host);
        store = world_store(host.people.world);
        allow_login(&host.people, &host.people.bob);
        pamh = place_start("bob", &script);
        ASSERT_EQ(pam_authenticate(pamh, 0), PAM_SUCCESS);
        ASSERT_EQ(pam_acct_mgmt(pamh, 0), PAM_SUCCESS);
        ASSERT_EQ(pam_setcred(pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
        ASSERT_EQ(pam_open_session(pamh, 0), PAM_SUCCESS);
        ASSERT_OK(store->read(store->self, logins_run, &host.people));
        world_sleep(host.people.world, 1);
        ASSERT_EQ(pam_close_session(pamh, 0), PAM_SUCCESS);
        ASSERT_EQ(pam_end(pamh, PAM_SUCCESS), PAM_SUCCESS);
}

static int proofs_run(Txn *txn, void *context) {
        People *people = context;
        Page page = { .limit = 10 };
        HostLoginList list;
        int r = world_store(people->world)
                                ->sessions->login_list(
                                                txn, &people->realm.id, NULL, &people->arena, &page,
                                                &list);

        if (r != 0)
                return r;
        ASSERT_EQ(list.n, 1); /* closed ones are left out */
        return str_eq(list.items[0].auth.amr, "pwd otp mfa") ? 0 : IAM_E_LOGIN_REQUIRED;
}

static int session_of(Host *host, const char *user) {
        const StorePort *store = world_store(host->people.world);
        Script script = {};
        pam_handle_t *pamh = place_start(user, &script);
        int r;

        ASSERT_EQ(pam_open_session(pamh, 0), PAM_SUCCESS);
        r = store->read(store->self, proofs_run, &host->people);
        world_sleep(host->people.world, 1);
        ASSERT_EQ(pam_close_session(pamh, 0), PAM_SUCCESS);
        ASSERT_EQ(pam_end(pamh, PAM_SUCCESS), PAM_SUCCESS);
        return r;
}

/* As sshd does for keyboard-interactive. */
static void authenticate_in_a_child(const char *user, const char *password, const char *code) {
        Script script = { .answers = { password, code } };
        int status = -1;
        pid_t child = fork();

        if (child == 0)
                _exit(authenticate(user, &script));
        ASSERT_TRUE(child > 0);
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_EQ(status, 0);
}

TEST(a_session_of_the_parent_knows_how_its_child_proved_the_user) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow_login(&host.people, &host.people.alice);
        allow_login(&host.people, &host.people.bob);
        ASSERT_CODE(session_of(&host, "alice"), IAM_E_LOGIN_REQUIRED);
        authenticate_in_a_child("alice", ALICE_PASSWORD, CODE_1);
        ASSERT_CODE(session_of(&host, "bob"), IAM_E_LOGIN_REQUIRED); /* proven for alice */
        ASSERT_OK(session_of(&host, "alice"));
        ASSERT_CODE(session_of(&host, "alice"), IAM_E_LOGIN_REQUIRED); /* once */
}

static int open_logins_run(Txn *txn, void *context) {
        People *people = context;
        Page page = { .limit = 10 };
        HostLoginList list;
        int r = world_store(people->world)
                                ->sessions->login_list(
                                                txn, &people->realm.id, NULL, &people->arena, &page,
                                                &list);

        return r != 0 ? r : list.n == 0 ? IAM_E_SESSION_GONE : 0;
}

TEST(a_child_of_who_opened_a_session_closes_it) {
        CLEANUP(host_done) Host host = {};
        Script script = {};
        const StorePort *store;
        pam_handle_t *pamh;
        int status = -1;
        pid_t child;

        host_init(&host);
        store = world_store(host.people.world);
        allow_login(&host.people, &host.people.bob);
        pamh = place_start("bob", &script);
        ASSERT_EQ(pam_open_session(pamh, 0), PAM_SUCCESS);
        ASSERT_OK(store->read(store->self, open_logins_run, &host.people));
        world_sleep(host.people.world, 1);
        child = fork(); /* as systemd's (sd-pam) */
        if (child == 0)
                _exit(pam_close_session(pamh, 0));
        ASSERT_TRUE(child > 0);
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_EQ(status, 0);
        ASSERT_CODE(store->read(store->self, open_logins_run, &host.people), IAM_E_SESSION_GONE);
        ASSERT_EQ(pam_end(pamh, PAM_SUCCESS), PAM_SUCCESS);
}

TEST(a_proof_is_soon_too_old_for_a_session) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow_login(&host.people, &host.people.alice);
        authenticate_in_a_child("alice", ALICE_PASSWORD, CODE_1);
        world_sleep(host.people.world, LOGIN_DONE_MEMORY / USEC_PER_SEC);
        ASSERT_CODE(session_of(&host, "alice"), IAM_E_LOGIN_REQUIRED);
}

TEST(a_restart_between_password_and_code_is_not_noticed) {
        CLEANUP(host_done) Host host = {};
        CLEANUP(iam_client_freep) iam_client *client = NULL;
        const iam_prompt *prompts;

        host_init(&host);
        ASSERT_OK(iam_client_new(PLACE_SOCKET, &client));
        ASSERT_OK(iam_login_start(client, "alice", "door", NULL, "192.0.2.1"));
        ASSERT_OK(iam_login_answer(client, "password", ALICE_PASSWORD));
        ASSERT_OK(ipc_server_stop(host.server, lane_now() + 10 * USEC_PER_SEC));
        host.server = ipc_server_free(host.server);
        world_restart(host.people.world);
        host_serve(&host);
        ASSERT_EQ(iam_login_prompts(client, &prompts), 1);
        ASSERT_OK(iam_login_answer(client, "totp", CODE_1));
        ASSERT_EQ(iam_login_outcome(client), IAM_LOGIN_DONE);
        ASSERT_STREQ(iam_login_user(client), "alice");
}

TEST(people_who_think_long_keep_nobody_out) {
        enum { MANY = IPC_CONNECTIONS_ROOT + 8 };
        static iam_client *clients[MANY];
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { BOB_PASSWORD } };

        host_init(&host);
        for (int i = 0; i < MANY; i++) {
                ASSERT_OK(iam_client_new(PLACE_SOCKET, &clients[i]));
                ASSERT_OK(iam_login_start(clients[i], "bob", "su", NULL, NULL));
        }
        ASSERT_EQ(authenticate("bob", &script), PAM_SUCCESS);
        ASSERT_OK(iam_login_answer(clients[0], "password", BOB_PASSWORD));
        ASSERT_EQ(iam_login_outcome(clients[0]), IAM_LOGIN_DONE);
        for (int i = 0; i < MANY; i++)
                iam_client_free(clients[i]);
}

#define NEW_PASSWORD "a short way back home"

/* flags: PAM_CHANGE_EXPIRED_AUTHTOK, as for who has just logged in; 0: root changes it for him. */
static int change(const char *user, int flags, Script *script) {
        pam_handle_t *pamh = place_start(user, script);
        int r = pam_chauthtok(pamh, flags);

        (void) pam_end(pamh, r);
        return r;
}

TEST(a_change_proves_every_factor_and_chooses_twice) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { ALICE_PASSWORD, CODE_1, NEW_PASSWORD, NEW_PASSWORD } };

        host_init(&host);
        ASSERT_EQ(change("alice", PAM_CHANGE_EXPIRED_AUTHTOK, &script), PAM_SUCCESS);
        ASSERT_STREQ(script.heard, "Current password: |One-time code: |New password: |"
                                   "New password again: |");
        script = (Script){ .answers = { ALICE_PASSWORD } };
        ASSERT_EQ(authenticate("alice", &script), PAM_AUTH_ERR);
        script = (Script){ .answers = { NEW_PASSWORD, CODE_1, "000000", "000000" } };
        ASSERT_EQ(authenticate("alice", &script), PAM_AUTH_ERR); /* the code was used */
        script = (Script){ .answers = { BOB_PASSWORD, NEW_PASSWORD, NEW_PASSWORD } };
        ASSERT_EQ(change("bob", PAM_CHANGE_EXPIRED_AUTHTOK, &script), PAM_SUCCESS);
        script = (Script){ .answers = { NEW_PASSWORD } };
        ASSERT_EQ(authenticate("bob", &script), PAM_SUCCESS);
}

TEST(a_wrong_proof_or_a_bad_choice_changes_nothing) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { "wrong", NEW_PASSWORD, NEW_PASSWORD } };

        host_init(&host);
        ASSERT_EQ(change("bob", PAM_CHANGE_EXPIRED_AUTHTOK, &script), PAM_AUTH_ERR);
        ASSERT_STREQ(script.heard, "Current password: |");
        script = (Script){ .answers = { BOB_PASSWORD, "short", "short", NEW_PASSWORD, "no",
                                        "bob20262026", "bob20262026" } };
        ASSERT_EQ(change("bob", PAM_CHANGE_EXPIRED_AUTHTOK, &script), PAM_AUTHTOK_ERR);
        ASSERT_STREQ(script.heard,
                     "Current password: |New password: |New password again: |"
                     "Choose at least 12 characters, and neither a common password nor one made of "
                     "your name.\nNew password: |New password again: |"
                     "The two entries differ. Try again.\nNew password: |New password again: |"
                     "Choose at least 12 characters, and neither a common password nor one made of "
                     "your name.|");
        script = (Script){ .answers = { BOB_PASSWORD, "", "" } };
        ASSERT_EQ(change("bob", PAM_CHANGE_EXPIRED_AUTHTOK, &script), PAM_AUTHTOK_ERR);
        script = (Script){ .answers = { BOB_PASSWORD } };
        ASSERT_EQ(authenticate("bob", &script), PAM_SUCCESS);
}

TEST(root_is_asked_for_the_new_password_alone_and_local_names_are_not_ours) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { NEW_PASSWORD, NEW_PASSWORD } };

        host_init(&host);
        ASSERT_EQ(change("bob", 0, &script), PAM_SUCCESS);
        ASSERT_STREQ(script.heard, "New password: |New password again: |");
        script = (Script){ .answers = { NEW_PASSWORD } };
        ASSERT_EQ(authenticate("bob", &script), PAM_SUCCESS);
        script = (Script){};
        ASSERT_EQ(change("local", 0, &script), PAM_USER_UNKNOWN);
        ASSERT_EQ(change("nobody-here", 0, &script), PAM_USER_UNKNOWN);
        ASSERT_STREQ(script.heard, "");
}

static void expire_all(Host *host) {
        host->people.realm.settings.password_max_age_days = 1;
        people_store(&host->people, (CredentialInsert){ .realm = &host->people.realm });
        world_sleep(host->people.world, 86400);
}

TEST(an_expired_password_lets_in_after_a_change_in_the_same_conversation) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { BOB_PASSWORD, NEW_PASSWORD, NEW_PASSWORD } };
        const StorePort *store;
        pam_handle_t *pamh;

        host_init(&host);
        store = world_store(host.people.world);
        allow_login(&host.people, &host.people.bob);
        expire_all(&host);
        pamh = place_start("bob", &script);
        ASSERT_EQ(pam_authenticate(pamh, 0), PAM_SUCCESS);
        ASSERT_EQ(pam_acct_mgmt(pamh, 0), PAM_NEW_AUTHTOK_REQD);
        ASSERT_EQ(pam_chauthtok(pamh, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_SUCCESS);
        ASSERT_STREQ(script.heard, "Password: |Your password has to be changed before you go on.|"
                                   "New password: |New password again: |");
        ASSERT_EQ(pam_acct_mgmt(pamh, 0), PAM_SUCCESS);
        ASSERT_EQ(pam_open_session(pamh, 0), PAM_SUCCESS);
        ASSERT_OK(store->read(store->self, logins_run, &host.people));
        ASSERT_EQ(pam_end(pamh, PAM_SUCCESS), PAM_SUCCESS);
}

TEST(a_login_of_long_ago_is_no_proof_for_a_change) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { BOB_PASSWORD, BOB_PASSWORD, NEW_PASSWORD, NEW_PASSWORD } };
        pam_handle_t *pamh;

        host_init(&host);
        pamh = place_start("bob", &script);
        ASSERT_EQ(pam_authenticate(pamh, 0), PAM_SUCCESS);
        world_sleep(host.people.world, LOGIN_DONE_MEMORY / USEC_PER_SEC);
        ASSERT_EQ(pam_chauthtok(pamh, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_SUCCESS);
        ASSERT_STREQ(script.heard, "Password: |Current password: |New password: |"
                                   "New password again: |");
        ASSERT_EQ(pam_end(pamh, PAM_SUCCESS), PAM_SUCCESS);
}

TEST(an_option_that_is_not_known_fails_closed) {
        static const char *const bad[] = { "debgu",     "timeout=",        "timeout=0",
                                           "timeout=x", "socket=relative", "use_first_pass",
                                           "debug=1" };
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                Script script = { .answers = { BOB_PASSWORD } };

                place_init(bad[i]);
                ASSERT_EQ(authenticate("bob", &script), PAM_SERVICE_ERR);
                ASSERT_EQ(account("bob"), PAM_SERVICE_ERR);
                ASSERT_EQ(account("local"), PAM_SERVICE_ERR);
        }
}
