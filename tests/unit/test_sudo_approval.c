/* SPDX-License-Identifier: Apache-2.0 */
/* Where a rule wants a fresh factor, nothing but that factor lets a realm user go on. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "client_lib/iam.h"
#include "tests/support/sudo_host.h"

extern struct approval_plugin iam_approval;

/* What the person says, and all that was shown. */
static struct Talk {
        const char *answers[4];
        size_t at;
        char heard[1024];
} talk;

static int
converse(int n, const struct sudo_conv_message messages[], struct sudo_conv_reply replies[],
         struct sudo_conv_callback *callback) {
        (void) callback;
        for (int i = 0; i < n; i++) {
                int kind = messages[i].msg_type & 0xff;

                strncat(talk.heard, messages[i].msg, sizeof(talk.heard) - strlen(talk.heard) - 1);
                if (kind != SUDO_CONV_PROMPT_ECHO_OFF && kind != SUDO_CONV_PROMPT_ECHO_ON)
                        continue;
                if (talk.at >= ELEMENTSOF(talk.answers) || talk.answers[talk.at] == NULL)
                        return -1;
                replies[i].reply = strdup(talk.answers[talk.at++]);
        }
        return 0;
}

static char mute[] = "noninteractive=true";
static char *silent[] = { mute, NULL };

static int open_for(const char *user, const char *uid, char *settings[]) {
        static char *submitted[] = { NULL };

        return iam_approval.open(
                        SUDO_API_VERSION, converse, NULL, settings, sudo_user_info(user, uid), 0,
                        submitted, NULL, NULL, NULL);
}

/* sudo of a command; the answers are what is said if somebody asks. */
#define SUDO(user, ...) sudo_of(user, NULL, (struct Talk){ .answers = { __VA_ARGS__ } })
#define SUDO_N(user) sudo_of(user, silent, (struct Talk){})

static int check(void) {
        static char word[] = "id";
        static char *argv[] = { word, NULL };

        return iam_approval.check(sudo_command_info(), argv, NULL, NULL);
}

static int sudo_of(const char *user, char *settings[], struct Talk said) {
        talk = said;
        ASSERT_EQ(open_for(user, "70000", settings), 1);
        return check();
}

/* Of somebody with that number. */
static int sudo_as(const char *user, const char *uid) {
        talk = (struct Talk){};
        ASSERT_EQ(open_for(user, uid, NULL), 1);
        return check();
}

typedef struct Demand {
        Host *host;
        const User *user;
        Role role;
        SudoRule rule;
} Demand;

static int demand_run(Txn *txn, void *context) {
        Demand *demand = context;
        const RoleOps *roles = world_store(demand->host->people.world)->roles;
        const RealmId *realm = &demand->host->people.realm.id;
        const Assignment assignment = { demand->role.id, SUBJECT_USER, demand->user->id };
        int r = roles->sudo_add(txn, realm, &demand->rule, WORLD_NOW);

        return r != 0 ? r : roles->assign(txn, realm, &assignment, WORLD_NOW);
}

/* The user may run the command as root, with a factor so fresh. */
static void allow(Host *host, const User *user, const char *command, int64_t seconds) {
        People *people = &host->people;
        const StorePort *store = world_store(people->world);
        static char names[32][16];
        static int n;
        Demand demand = { .host = host, .user = user };

        (void) snprintf(names[n], sizeof(names[n]), "role-%d", n);
        demand.role = world_role(people->world, &people->realm, names[n++]);
        demand.rule = (SudoRule){ world_id(people->world), demand.role.id, "root", command,
                                  seconds };
        ASSERT_OK(store->txn(store->self, demand_run, &demand));
}

TEST(a_rule_that_wants_nothing_lets_everybody_go_on) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow(&host, &host.people.alice, "ALL", SUDO_NO_FACTOR);
        ASSERT_EQ(SUDO("alice"), 1);
        ASSERT_EQ(SUDO_N("alice"), 1);
        ASSERT_STREQ(talk.heard, "");
}

TEST(what_no_rule_of_today_allows_asks_each_time) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        /* As when a role was taken away, and sudoers not written anew. */
        allow(&host, &host.people.alice, "/bin/true", SUDO_NO_FACTOR);
        (void) host_login(&host, &host.people.alice, "pwd otp mfa", "2");
        ASSERT_EQ(SUDO_N("alice"), 0);
        ASSERT_EQ(SUDO("alice", CODE_1), 1);
        ASSERT_EQ(SUDO_N("alice"), 0);
        allow(&host, &host.people.alice, "/bin/id -u", SUDO_NO_FACTOR);
        ASSERT_EQ(SUDO_N("alice"), 1);
}

TEST(a_fresh_code_lets_go_on_and_a_wrong_one_does_not) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow(&host, &host.people.alice, "ALL", 300);
        ASSERT_EQ(SUDO("alice", "000000", "000001", "000002"), 0);
        ASSERT_PART(talk.heard, "sudo: that did not match");
        ASSERT_EQ(SUDO("alice", "000000", CODE_1), 1);
        ASSERT_PART(talk.heard, "One-time code: That did not match. Try again.\nOne-time code: ");
        /* Without a login of his own nothing remembers it, and a code is good once. */
        ASSERT_EQ(SUDO("alice", CODE_1, "000000", "000001"), 0);
        ASSERT_EQ(host_events(&host, "confirm.success").n, 1);
}

TEST(a_login_remembers_its_factor_as_long_as_the_rule_says) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow(&host, &host.people.alice, "ALL", 300);
        (void) host_login(&host, &host.people.alice, "unknown", "0"); /* by a key */
        ASSERT_EQ(SUDO_N("alice"), 0);
        ASSERT_EQ(SUDO("alice", CODE_1), 1);
        world_sleep(host.people.world, 299);
        ASSERT_EQ(SUDO_N("alice"), 1);
        world_sleep(host.people.world, 2);
        ASSERT_EQ(SUDO_N("alice"), 0);
        world_set_now(host.people.world, CODE_3_AT);
        ASSERT_EQ(SUDO("alice", CODE_3), 1);
        ASSERT_EQ(SUDO_N("alice"), 1);
}

TEST(the_factor_of_the_login_itself_counts_and_its_password_alone_does_not) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow(&host, &host.people.alice, "ALL", 300);
        (void) host_login(&host, &host.people.alice, "pwd", "1");
        ASSERT_EQ(SUDO_N("alice"), 0);
        (void) host_login(&host, &host.people.alice, "pwd otp mfa", "2");
        ASSERT_EQ(SUDO_N("alice"), 1);
        /* What ends the login ends what it remembers. */
        host.people.alice.credential_epoch++;
        people_store(&host.people, (CredentialInsert){ .user = &host.people.alice });
        ASSERT_EQ(SUDO_N("alice"), 0);
}

TEST(what_was_proven_before_there_was_a_second_factor_is_not_that_factor) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow(&host, &host.people.bob, "ALL", 300);
        (void) host_login(&host, &host.people.bob, "unknown", "0");
        ASSERT_EQ(SUDO("bob", BOB_PASSWORD), 1);
        ASSERT_EQ(SUDO_N("bob"), 1);
        world_sleep(host.people.world, 1);
        give_totp(&host.people, &host.people.bob);
        ASSERT_EQ(SUDO_N("bob"), 0);
}

TEST(the_login_of_somebody_else_remembers_nothing_and_his_proof_serves_nobody) {
        CLEANUP(host_done) Host host = {};
        CLEANUP(iam_client_freep) iam_client *client = NULL;
        const iam_sudo sudo = { .user = "alice", .path = "/usr/bin/id", .run_as = "root" };
        int decision;

        host_init(&host);
        allow(&host, &host.people.alice, "ALL", 300);
        (void) host_login(&host, &host.people.bob, "pwd otp mfa", "2");
        ASSERT_EQ(SUDO_N("alice"), 0);
        ASSERT_OK(iam_client_new(PLACE_SOCKET, &client));
        ASSERT_OK(iam_login_start_for(
                        client, IAM_PURPOSE_CONFIRM, "bob", "sudo", NULL, /* rhost= */ NULL));
        ASSERT_OK(iam_login_answer(client, "password", BOB_PASSWORD));
        ASSERT_EQ(iam_login_outcome(client), IAM_LOGIN_DONE);
        ASSERT_OK(iam_sudo_approve(client, &sudo, &decision));
        ASSERT_EQ(decision, IAM_SUDO_FACTOR);
}

TEST(a_proof_for_another_service_is_none_for_sudo) {
        CLEANUP(host_done) Host host = {};
        CLEANUP(iam_client_freep) iam_client *client = NULL;
        const iam_sudo sudo = { .user = "alice", .path = "/usr/bin/id", .run_as = "root" };
        int decision;

        host_init(&host);
        allow(&host, &host.people.alice, "ALL", 300);
        ASSERT_OK(iam_client_new(PLACE_SOCKET, &client));
        ASSERT_OK(iam_login_start_for(
                        client, IAM_PURPOSE_CONFIRM, "alice", "passwd", NULL, /* rhost= */ NULL));
        ASSERT_OK(iam_login_answer(client, "totp", CODE_1));
        ASSERT_EQ(iam_login_outcome(client), IAM_LOGIN_DONE);
        ASSERT_OK(iam_sudo_approve(client, &sudo, &decision));
        ASSERT_EQ(decision, IAM_SUDO_FACTOR);
}

TEST(who_has_no_second_factor_proves_the_password) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow(&host, &host.people.bob, "ALL", 300);
        ASSERT_EQ(SUDO("bob", BOB_PASSWORD), 1);
        ASSERT_PART(talk.heard, "Password: ");
        ASSERT_EQ(SUDO("bob", "wrong"), 0);
}

TEST(a_rule_of_no_seconds_asks_each_time) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow(&host, &host.people.alice, "ALL", 0);
        (void) host_login(&host, &host.people.alice, "pwd otp mfa", "2");
        ASSERT_EQ(SUDO_N("alice"), 0);
        ASSERT_EQ(SUDO("alice", CODE_1), 1);
        ASSERT_EQ(SUDO_N("alice"), 0);
}

TEST(n_is_refused_with_words_and_without_a_question) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow(&host, &host.people.alice, "ALL", 300);
        ASSERT_EQ(SUDO_N("alice"), 0);
        ASSERT_STREQ(talk.heard, "sudo: a fresh factor is needed, and -n lets nobody be asked\n");
        ASSERT_EQ(SUDO("alice"), 0); /* no terminal */
        ASSERT_PART(talk.heard, "nobody can be asked");
}

TEST(the_strictest_rule_that_could_match_holds) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow(&host, &host.people.alice, "ALL", SUDO_NO_FACTOR);
        allow(&host, &host.people.alice, "/bin/true", 0);
        ASSERT_EQ(SUDO_N("alice"), 1);
        allow(&host, &host.people.alice, "/bin/id -u", 60);
        ASSERT_EQ(SUDO_N("alice"), 0);
}

/* As pam_iam does within sudo. */
static void log_in_by_pam(const char *code) {
        CLEANUP(iam_client_freep) iam_client *client = NULL;
        char boot[PROCESS_BOOT_ID_SIZE];
        ProcessStat parent;

        ASSERT_OK(process_boot_id(boot));
        ASSERT_OK(process_stat(getppid(), &parent));
        ASSERT_OK(iam_client_new(PLACE_SOCKET, &client));
        ASSERT_OK(iam_client_set_parent(client, boot, getppid(), parent.start));
        ASSERT_OK(iam_login_start(client, "alice", "sudo", NULL, NULL));
        ASSERT_OK(iam_login_answer(client, "password", ALICE_PASSWORD));
        ASSERT_OK(iam_login_answer(client, "totp", code));
        ASSERT_EQ(iam_login_outcome(client), IAM_LOGIN_DONE);
}

TEST(the_code_that_sudo_asked_for_by_pam_need_not_be_given_twice) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow(&host, &host.people.alice, "ALL", 0);
        log_in_by_pam(CODE_1);
        ASSERT_EQ(SUDO_N("alice"), 1);
        ASSERT_EQ(SUDO_N("alice"), 0); /* once */
        world_set_now(host.people.world, CODE_3_AT);
        log_in_by_pam(CODE_3);
        world_sleep(host.people.world, 10); /* a moment: it was for another command */
        ASSERT_EQ(SUDO_N("alice"), 0);
}

TEST(under_the_users_manager_which_all_his_logins_reach_each_command_asks) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        allow(&host, &host.people.alice, "ALL", 300);
        (void) host_login_by(&host, &host.people.alice, "systemd-user", "pwd otp mfa", "2");
        ASSERT_EQ(SUDO_N("alice"), 0);
        ASSERT_EQ(SUDO("alice", CODE_1), 1);
        ASSERT_EQ(SUDO_N("alice"), 0);
        world_set_now(host.people.world, CODE_3_AT);
        log_in_by_pam(CODE_3);
        ASSERT_EQ(SUDO_N("alice"), 0); /* another unit has the same parent */
}

TEST(a_disabled_user_is_denied_whatever_is_proven) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        host.people.alice.enabled = false;
        people_store(&host.people, (CredentialInsert){ .user = &host.people.alice });
        ASSERT_EQ(SUDO("alice"), 0);
}

TEST(opening_never_tells_sudo_to_go_on_without_the_plugin) {
        static char option[] = "debug";
        static char *options[] = { option, NULL };
        static const char *const names[] = { "alice" };
        static char *nothing[] = { NULL };

        place_init("");
        place_publish(names, 1);
        ASSERT_EQ(iam_approval.open(
                                  SUDO_API_MKVERSION(2, 0), converse, NULL, NULL,
                                  sudo_user_info("alice", "70000"), 0, nothing, NULL, NULL, NULL),
                  -1);
        ASSERT_EQ(iam_approval.open(
                                  SUDO_API_VERSION, converse, NULL, NULL, nothing, 0, nothing, NULL,
                                  NULL, NULL),
                  -1);
        ASSERT_EQ(iam_approval.open(
                                  SUDO_API_VERSION, converse, NULL, NULL,
                                  sudo_user_info("alice", "70000"), 0, nothing, NULL, options,
                                  NULL),
                  1);
        ASSERT_EQ(iam_approval.check(sudo_command_info(), nothing, NULL, NULL), 0);
        ASSERT_EQ(open_for("root", "0", NULL), 1);
        ASSERT_EQ(open_for("local", "1000", NULL), 1);
}

TEST(without_iamd_realm_users_are_denied_and_others_never_asked) {
        static const char *const names[] = { "alice" };

        place_init("");
        place_publish(names, 1);
        ASSERT_EQ(SUDO("alice"), 0);
        ASSERT_STREQ(talk.heard, "sudo: iamd does not answer, so nothing is approved\n");
        ASSERT_EQ(sudo_as("local", "1000"), 1);
        ASSERT_EQ(SUDO("nobody-here"), 1);
        ASSERT_EQ(open_for("root", "0", NULL), 1);
        ASSERT_EQ(iam_approval.check(sudo_command_info(), NULL, NULL, NULL), 1);
        /* Without a snapshot nobody but iamd knows whose a name is. */
        place_publish(NULL, 0);
        ASSERT_EQ(SUDO("somebody"), 0);
        ASSERT_EQ(sudo_as("local", "1000"), 1);
}

TEST(the_name_of_a_local_account_spares_no_realm_number_the_question) {
        static const char *const names[] = { "alice" };

        place_init("");
        place_publish(names, 1);
        /* Made while her session is open. */
        place_file(PAM_PLACE "/passwd", "local:x:1000:1000::/:/bin/sh\n"
                                        "alice:x:1001:1001::/:/bin/sh\n"
                                        "twice:x:1002:1002::/:/bin/sh\n"
                                        "twice:x:70001:70001::/:/bin/sh\n");
        ASSERT_EQ(sudo_as("alice", "70000"), 0);
        ASSERT_EQ(sudo_as("local", "70000"), 0);
        ASSERT_EQ(sudo_as("alice", "1001"), 1);
        ASSERT_EQ(sudo_as("twice", "1002"), 1);
        ASSERT_EQ(sudo_as("twice", "70001"), 1);
        ASSERT_EQ(sudo_as("local", "999"), 1); /* no realm has that number */
}

TEST(without_a_snapshot_iamd_says_whose_a_name_is) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        place_publish(NULL, 0);
        ASSERT_EQ(SUDO("nobody-here"), 1);
        ASSERT_EQ(SUDO("alice"), 0);
        allow(&host, &host.people.alice, "ALL", 300);
        ASSERT_EQ(SUDO_N("alice"), 0);
}

#define VERDICT(members) "{\"parameters\":{" members "}}"

static const struct Fault {
        const char *what;
        const char *bytes; /* with its NUL; NULL: hangs up */
} faults[] = {
        { "hangs up", NULL },
        { "no JSON", "yes" },
        { "nothing", VERDICT("") },
        { "no user", VERDICT("\"decision\":\"allow\"") },
        { "another user", VERDICT("\"user\":\"bob\",\"decision\":\"allow\"") },
        { "no decision", VERDICT("\"user\":\"alice\"") },
        { "an unknown decision", VERDICT("\"user\":\"alice\",\"decision\":\"yes\"") },
        { "an unknown member", VERDICT("\"user\":\"alice\",\"decision\":\"allow\",\"x\":1") },
        { "asks for ever", VERDICT("\"user\":\"alice\",\"decision\":\"factor\"") },
        { "a number", VERDICT("\"user\":\"alice\",\"decision\":1") },
        { "an error beside it",
          "{\"error\":\"x.Y\",\"parameters\":{\"user\":\"alice\",\"decision\":\"allow\"}}" },
        { "unknown user",
          "{\"error\":\"org.iamd.Error.UnknownUser\",\"parameters\":{\"reason\":\"unknown-user\"}"
          "}" },
        { "a step", VERDICT("\"outcome\":\"done\",\"user\":\"alice\",\"attempt\":\"x\"") },
};

static _Atomic size_t fault_now;
static atomic_bool ending;

static void *fake_main(void *context) {
        int listener = *(int *) context;

        while (!atomic_load(&ending)) {
                const struct Fault *fault = &faults[fault_now];
                int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
                char bytes[4096];

                if (fd < 0) {
                        usleep(1000);
                        continue;
                }
                if (recv(fd, bytes, sizeof(bytes), 0) > 0 && fault->bytes != NULL)
                        (void) send(fd, fault->bytes, strlen(fault->bytes) + 1, MSG_NOSIGNAL);
                close(fd);
        }
        return NULL;
}

TEST(no_fault_of_iamd_is_a_yes) {
        static const char *const names[] = { "alice" };
        pthread_t thread;
        int listener;

        place_init("");
        place_publish(names, 1);
        listener = place_listen();
        ASSERT_OK(pthread_create(&thread, NULL, fake_main, &listener));
        for (size_t i = 0; i < ELEMENTSOF(faults); i++) {
                atomic_store(&fault_now, i);
                if (SUDO("alice", "a", "b", "c", "d") == 1 || SUDO_N("alice") == 1)
                        fail_msg("%s: approved", faults[i].what);
                ASSERT_TRUE(talk.heard[0] != '\0');
        }
        atomic_store(&ending, true);
        ASSERT_OK(pthread_join(thread, NULL));
        close(listener);
}
