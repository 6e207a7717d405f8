/* SPDX-License-Identifier: Apache-2.0 */
/* The local sockets: what is understood, who may, and how much. */
#include "daemon/ipc/ipc.h"

#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/reason.h"
#include "client_lib/lookup.h"
#include "daemon/core/guess.h"
#include "daemon/ipc/connection.h"
#include "tests/support/people.h"
#include "wire/varlink.h"

static void
log_nothing(void *self, LogEvent event, const LogField *fields, size_t n, const char *format,
            va_list arguments) {
        (void) self, (void) event, (void) fields, (void) n, (void) format, (void) arguments;
}

static const LogPort no_log = { .write = log_nothing };

typedef struct Daemon {
        People people;
        Lanes lanes;
        IpcServer *server;
        char directory[32];
        char paths[_IPC_SOCKET_MAX][64];
        int fds[_IPC_SOCKET_MAX];
} Daemon;

static void daemon_done(Daemon *d) {
        ASSERT_OK(ipc_server_stop(d->server, lane_now() + 5 * USEC_PER_SEC));
        ipc_server_free(d->server);
        ASSERT_OK(lanes_stop(&d->lanes, lane_now() + 5 * USEC_PER_SEC));
        lanes_done(&d->lanes);
        for (int i = 0; i < _IPC_SOCKET_MAX; i++) {
                close(d->fds[i]);
                (void) unlink(d->paths[i]);
        }
        (void) rmdir(d->directory);
        people_done(&d->people);
}

static void daemon_init(Daemon *d) {
        static const char *const names[] = { "lookup", "auth", "admin" };
        const LaneSize sizes[_LANE_MAX] = { { 1, 64 }, { 2, 64 }, { 2, 64 } };
        IpcConfig config = { .lanes = &d->lanes, .log = &no_log, .admin_gid = 54321 };

        ASSERT_EQ(geteuid(), 0);
        people_init(&d->people);
        config.app = d->people.app;
        strcpy(d->directory, "/tmp/iam-ipc-XXXXXX");
        ASSERT_TRUE(mkdtemp(d->directory) != NULL);
        ASSERT_OK(chmod(d->directory, 0755));
        for (int i = 0; i < _IPC_SOCKET_MAX; i++) {
                struct sockaddr_un address = { .sun_family = AF_UNIX };

                (void) snprintf(d->paths[i], sizeof(d->paths[i]), "%s/%s", d->directory, names[i]);
                strcpy(address.sun_path, d->paths[i]);
                d->fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
                ASSERT_OK(bind(d->fds[i], (const struct sockaddr *) &address, sizeof(address)));
                ASSERT_OK(listen(d->fds[i], 64));
                ASSERT_OK(chmod(d->paths[i], 0666));
                config.listeners[i] = (IpcListeners){ &d->fds[i], 1 };
        }
        ASSERT_OK(lanes_init(sizes, &d->lanes));
        ASSERT_OK(ipc_server_new(&config, &d->server));
}

static int dial(const Daemon *d, IpcSocket socket_id) {
        const struct timeval patience = { .tv_sec = 5 };
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

        strcpy(address.sun_path, d->paths[socket_id]);
        if (connect(fd, (const struct sockaddr *) &address, sizeof(address)) < 0)
                return -1;
        (void) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        return fd;
}

/* One reply without its NUL; "" when the server hung up. */
static void hear(int fd, char *ret, size_t size) {
        size_t n = 0;

        while (n < size && recv(fd, ret + n, 1, 0) == 1 && ret[n] != '\0')
                n++;
        ret[n < size ? n : size - 1] = '\0';
}

static void say(int fd, const char *message) {
        (void) send(fd, message, strlen(message) + 1, MSG_NOSIGNAL);
}

/* The reason of the reply: 0, a Reason, or -ECONNRESET when the server hung up. */
static int ask(const Daemon *d, IpcSocket socket_id, const char *message) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        char text[8192];
        VarlinkReply reply;
        int fd = dial(d, socket_id);
        int r;

        say(fd, message);
        hear(fd, text, sizeof(text));
        close(fd);
        if (text[0] == '\0')
                return -ECONNRESET;
        r = varlink_reply_read(&arena, text, strlen(text), &reply);
        return r < 0 ? r : reply.reason;
}

/* The same as somebody else; the code comes back as the child's exit status. */
static int ask_as(const Daemon *d, uid_t uid, IpcSocket socket_id, const char *message) {
        pid_t pid = fork();
        int status;

        if (pid == 0) {
                if (setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
                        _exit(250);
                _exit(ask(d, socket_id, message) & 0xff);
        }
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        ASSERT_TRUE(WIFEXITED(status));
        return WEXITSTATUS(status);
}

#define START(user) "{\"method\":\"org.iamd.Login.Start\",\"parameters\":{\"user\":\"" user "\"}}"
#define STATUS "{\"method\":\"org.iamd.Admin.Status\"}"
#define OPEN_SESSION                                                                               \
        "{\"method\":\"org.iamd.Login.OpenSession\",\"parameters\":{\"user\":\"alice\","           \
        "\"bootId\":\"0123456789abcdef0123456789abcdef\",\"leaderPid\":1,\"leaderStart\":1}}"

TEST(a_peer_is_who_the_kernel_says) {
        const gid_t own = getegid();
        int fds[2], alone;
        IpcPeer peer;

        ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
        ASSERT_OK(ipc_peer_read(fds[0], IPC_ADMIN, own, &peer));
        ASSERT_EQ(peer.uid, geteuid());
        ASSERT_EQ(peer.pid, getpid());
        ASSERT_EQ(peer.socket, IPC_ADMIN);
        ASSERT_TRUE(peer.is_admin);
        (void) close(fds[0]);
        (void) close(fds[1]);

        alone = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ASSERT_CODE(ipc_peer_read(alone, IPC_ADMIN, own, &peer), -EPERM);
        (void) close(alone);
}

/* 1: the kernel says so of a process with that supplementary group; else 0. */
static int is_admin_by_supplementary_group(gid_t group, gid_t admin) {
        pid_t pid = fork();
        int status;

        if (pid == 0) {
                IpcPeer peer = {};
                int fds[2];

                if (setgroups(1, &group) < 0 || setresgid(4711, 4711, 4711) < 0 ||
                    setresuid(4711, 4711, 4711) < 0 ||
                    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0 ||
                    ipc_peer_read(fds[0], IPC_ADMIN, admin, &peer) < 0)
                        _exit(250);
                _exit(peer.is_admin);
        }
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        ASSERT_TRUE(WIFEXITED(status));
        return WEXITSTATUS(status);
}

TEST(a_supplementary_group_counts) {
        ASSERT_EQ(is_admin_by_supplementary_group(54321, 54321), 1);
        ASSERT_EQ(is_admin_by_supplementary_group(54320, 54321), 0);
        ASSERT_EQ(is_admin_by_supplementary_group(54321, (gid_t) -1), 0);
}

TEST(each_socket_serves_its_own_methods_and_no_other) {
        static const char *const methods[_IPC_SOCKET_MAX] = {
                [IPC_LOOKUP] = "{\"method\":\"org.iamd.Lookup.User\",\"parameters\":{\"name\":"
                               "\"alice\"}}",
                [IPC_AUTH] = START("alice"),
                [IPC_ADMIN] = STATUS,
        };
        CLEANUP(daemon_done) Daemon d = {};

        daemon_init(&d);
        for (IpcSocket at = 0; at < _IPC_SOCKET_MAX; at++) {
                ASSERT_CODE(ask(&d, at, "{\"method\":\"org.varlink.service.GetInfo\"}"), 0);
                ASSERT_CODE(ask(&d, at, "{\"method\":\"org.iamd.Login.Begin\"}"),
                            IAM_E_UNKNOWN_METHOD);
                for (IpcSocket of = 0; of < _IPC_SOCKET_MAX; of++)
                        ASSERT_CODE(ask(&d, at, methods[of]), of == at ? 0 : IAM_E_UNKNOWN_METHOD);
        }
}

TEST(a_copy_of_the_store_takes_no_thread_from_logins) {
        ASSERT_EQ(ipc_method_find(IPC_ADMIN, "org.iamd.Admin.Backup")->lane, LANE_STORE);
        ASSERT_EQ(ipc_method_find(IPC_AUTH, "org.iamd.Login.Answer")->lane, LANE_HASH);
}

/* Told why, and then hung up on. */
static void assert_refused(const Daemon *d, const char *message, int reason) {
        char text[8192];
        int fd = dial(d, IPC_AUTH);

        say(fd, message);
        hear(fd, text, sizeof(text));
        if (strstr(text, reason_name(reason)) == NULL ||
            strstr(text, reason_message(reason)) == NULL)
                fail_msg("%.40s: %s", message, text);
        hear(fd, text, sizeof(text));
        ASSERT_STREQ(text, "");
        close(fd);
}

TEST(what_is_not_a_call_is_told_so_and_ends_the_connection) {
        CLEANUP(daemon_done) Daemon d = {};
        char *large = malloc(VARLINK_CALL_MAX + 4096);

        daemon_init(&d);
        assert_refused(&d, "hello", IAM_E_REQUEST_INVALID);
        assert_refused(&d, "", IAM_E_REQUEST_INVALID);
        assert_refused(&d, "{\"method\":\"x\"}", IAM_E_REQUEST_INVALID);
        memset(large, ' ', VARLINK_CALL_MAX + 4095);
        large[VARLINK_CALL_MAX + 4095] = '\0';
        assert_refused(&d, large, IAM_E_TOO_LARGE);
        free(large);
        ASSERT_CODE(ask(&d, IPC_AUTH, START("alice")), 0);
}

TEST(wrong_parameters_are_named) {
        CLEANUP(daemon_done) Daemon d = {};

        daemon_init(&d);
        ASSERT_CODE(ask(&d, IPC_AUTH, "{\"method\":\"org.iamd.Login.Start\"}"), IAM_E_MISSING);
        ASSERT_CODE(ask(&d, IPC_AUTH,
                        "{\"method\":\"org.iamd.Login.Start\",\"parameters\":{\"user\":\"a\","
                        "\"uid\":0}}"),
                    IAM_E_UNKNOWN_FIELD);
        ASSERT_CODE(ask(&d, IPC_AUTH,
                        "{\"method\":\"org.iamd.Login.Resume\",\"parameters\":{\"attempt\":\"x\"}"
                        "}"),
                    IAM_E_ATTEMPT_GONE);
        ASSERT_CODE(ask(&d, IPC_LOOKUP,
                        "{\"method\":\"org.iamd.Lookup.User\",\"parameters\":{\"name\":\"alice\","
                        "\"uid\":1}}"),
                    IAM_E_INVALID);
}

TEST(calls_sent_together_are_answered_in_order) {
        CLEANUP(daemon_done) Daemon d = {};
        char text[8192];
        int fd;

        daemon_init(&d);
        fd = dial(&d, IPC_LOOKUP);
        say(fd, "{\"method\":\"org.iamd.Lookup.User\",\"parameters\":{\"name\":\"alice\"}}");
        say(fd, "{\"method\":\"org.iamd.Lookup.User\",\"parameters\":{\"name\":\"nobody\"}}");
        say(fd, "{\"method\":\"org.iamd.Lookup.User\",\"parameters\":{\"name\":\"bob\"}}");
        hear(fd, text, sizeof(text));
        ASSERT_TRUE(strstr(text, "\"alice\"") != NULL);
        hear(fd, text, sizeof(text));
        ASSERT_TRUE(strstr(text, "org.iamd.Error.NotFound") != NULL);
        hear(fd, text, sizeof(text));
        ASSERT_TRUE(strstr(text, "\"bob\"") != NULL);
        close(fd);
}

TEST(a_call_behind_one_that_is_refused_is_answered_too) {
        static const char both[] = "{\"method\":\"org.iamd.Login.Begin\"}\0" START("alice");
        CLEANUP(daemon_done) Daemon d = {};
        char text[8192];
        int fd;

        daemon_init(&d);
        fd = dial(&d, IPC_AUTH);
        ASSERT_EQ(send(fd, both, sizeof(both), MSG_NOSIGNAL), sizeof(both));
        hear(fd, text, sizeof(text));
        ASSERT_TRUE(strstr(text, "\"error\"") != NULL);
        hear(fd, text, sizeof(text));
        ASSERT_TRUE(strstr(text, "\"attempt\"") != NULL);
        close(fd);
}

static void *stop_now(void *context) {
        Daemon *d = context;

        ASSERT_OK(ipc_server_stop(d->server, lane_now() + 5 * USEC_PER_SEC));
        return NULL;
}

/* Nobody can know whether a call was done that met a closed door. */
TEST(a_stop_answers_whoever_is_connected_and_takes_nobody_in) {
        int fresh, answered, late;
        pthread_t stopper;
        char text[8192];
        Daemon d;

        daemon_init(&d);
        fresh = dial(&d, IPC_ADMIN);
        answered = dial(&d, IPC_ADMIN);
        say(answered, STATUS);
        hear(answered, text, sizeof(text));
        ASSERT_OK(pthread_create(&stopper, NULL, stop_now, &d));
        usleep(30000);
        late = dial(&d, IPC_ADMIN); /* waits on the socket for the next daemon */
        say(late, STATUS);
        say(answered, STATUS);
        hear(answered, text, sizeof(text));
        ASSERT_TRUE(strstr(text, "parameters") != NULL);
        hear(answered, text, sizeof(text));
        ASSERT_STREQ(text, "");
        usleep(200000);
        say(fresh, STATUS);
        hear(fresh, text, sizeof(text));
        ASSERT_TRUE(strstr(text, "parameters") != NULL);
        hear(fresh, text, sizeof(text));
        ASSERT_STREQ(text, "");
        ASSERT_OK(pthread_join(stopper, NULL));
        ASSERT_EQ(recv(late, text, sizeof(text), MSG_DONTWAIT), -1);
        ASSERT_EQ(errno, EAGAIN);
        close(fresh);
        close(answered);
        close(late);
        daemon_done(&d);
}

TEST(strangers_may_look_up_and_nothing_else) {
        CLEANUP(daemon_done) Daemon d = {};

        daemon_init(&d);
        ASSERT_CODE(ask_as(&d, 65534, IPC_LOOKUP,
                           "{\"method\":\"org.iamd.Lookup.User\",\"parameters\":{\"name\":"
                           "\"alice\"}}"),
                    0);
        ASSERT_CODE(ask_as(&d, 65534, IPC_ADMIN, STATUS), IAM_E_DENIED);
        ASSERT_CODE(ask_as(&d, 65534, IPC_AUTH, START("alice")), IAM_E_DENIED);
        ASSERT_CODE(ask_as(&d, 65534, IPC_AUTH, START("nobody-here")), IAM_E_DENIED);
        ASSERT_CODE(ask_as(&d, 65534, IPC_AUTH, OPEN_SESSION), IAM_E_DENIED);
}

TEST(a_realm_user_may_prove_to_be_himself_and_nobody_else) {
        CLEANUP(daemon_done) Daemon d = {};

        daemon_init(&d);
        ASSERT_CODE(ask_as(&d, d.people.alice.uid, IPC_AUTH, START("alice")), 0);
        ASSERT_CODE(ask_as(&d, d.people.alice.uid, IPC_AUTH, START("bob")), IAM_E_DENIED);
        ASSERT_CODE(ask_as(&d, d.people.alice.uid, IPC_AUTH, OPEN_SESSION), IAM_E_DENIED);
}

/* What alice is asked first where somebody says that sshd took her key. */
static const char *asked_first(const Daemon *d, const char *service) {
        char message[1024];
        char text[8192];
        int fd = dial(d, IPC_AUTH);

        (void) snprintf(message, sizeof(message),
                        "{\"method\":\"org.iamd.Login.Start\",\"parameters\":{\"user\":\"alice\","
                        "\"service\":\"%s\",\"key\":\"" SECURITY_KEY "\"}}",
                        service);
        say(fd, message);
        hear(fd, text, sizeof(text));
        close(fd);
        return strstr(text, "\"id\":\"totp\"") != NULL       ? "totp"
               : strstr(text, "\"id\":\"password\"") != NULL ? "password"
                                                             : "";
}

TEST(only_roots_sshd_is_believed_about_a_key) {
        CLEANUP(daemon_done) Daemon d = {};
        int status;
        pid_t pid;

        daemon_init(&d);
        give_security_key(&d.people, &d.people.alice, /* verify_required= */ true);
        ASSERT_STREQ(asked_first(&d, "sshd"), "totp");
        ASSERT_STREQ(asked_first(&d, "su"), "password");
        pid = fork();
        if (pid == 0) {
                if (setresuid(d.people.alice.uid, d.people.alice.uid, d.people.alice.uid) < 0)
                        _exit(250);
                _exit(str_eq(asked_first(&d, "sshd"), "password") ? 0 : 1);
        }
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        ASSERT_EQ(status, 0);
}

TEST(members_of_the_admin_group_are_let_in) {
        CLEANUP(daemon_done) Daemon d = {};

        daemon_init(&d);
        ASSERT_CODE(ask_as(&d, 54321, IPC_ADMIN, STATUS), 0); /* its gid is the group's */
}

TEST(the_modules_own_client_understands_the_lookup) {
        CLEANUP(daemon_done) Daemon d = {};
        CLEANUP(arena_done) Arena arena = ARENA_INIT(LOOKUP_ARENA_MAX);
        LookupServer server = { .owner = (uid_t) -1, .deadline_ms = 5000 };
        DirectoryUserView user;
        DirectoryGroupView group;

        daemon_init(&d);
        server.socket_path = d.paths[IPC_LOOKUP];
        ASSERT_OK(lookup_user(&server, &arena, &(LookupKey){ .name = "alice" }, &user));
        ASSERT_EQ(user.uid, d.people.alice.uid);
        ASSERT_OK(lookup_user(&server, &arena, &(LookupKey){ .id = d.people.bob.uid }, &user));
        ASSERT_STREQ(user.name, "bob");
        ASSERT_CODE(lookup_user(&server, &arena, &(LookupKey){ .name = "guest" }, &user),
                    IAM_E_NOT_FOUND);
        ASSERT_OK(lookup_group(&server, &arena, &(LookupKey){ .name = "alice" }, &group));
        ASSERT_EQ(group.gid, d.people.alice.uid);
}

/* In a child of another uid: how many connections it may hold. */
static int count_places(const Daemon *d) {
        int n = 0;

        for (; n < 2 * IPC_CONNECTIONS_PER_UID; n++) {
                char text[8192];
                int fd = dial(d, IPC_LOOKUP);

                say(fd, "{\"method\":\"org.varlink.service.GetInfo\"}");
                hear(fd, text, sizeof(text));
                if (text[0] == '\0')
                        break;
        }
        return n;
}

TEST(one_uid_has_its_share_of_connections_and_root_gets_in_still) {
        CLEANUP(daemon_done) Daemon d = {};
        int status;
        pid_t pid;

        daemon_init(&d);
        pid = fork();
        if (pid == 0) {
                if (setresuid(65534, 65534, 65534) < 0)
                        _exit(250);
                _exit(count_places(&d));
        }
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        ASSERT_EQ(WEXITSTATUS(status), IPC_CONNECTIONS_PER_UID);
        ASSERT_CODE(ask(&d, IPC_AUTH, START("alice")), 0);
}

/* A login with one answer; place: further members, each with its comma.  The outcome, or the
 * error's name. */
static void
log_in(const Daemon *d, const char *user, const char *place, const char *value, char ret[64]) {
        char message[1024];
        char text[8192];
        char *attempt;
        int fd = dial(d, IPC_AUTH);

        (void) snprintf(message, sizeof(message),
                        "{\"method\":\"org.iamd.Login.Start\",\"parameters\":{%s\"user\":\"%s\"}}",
                        place, user);
        say(fd, message);
        hear(fd, text, sizeof(text));
        attempt = strstr(text, "\"attempt\":\"");
        if (attempt != NULL) {
                attempt += strlen("\"attempt\":\"");
                (void) snprintf(message, sizeof(message),
                                "{\"method\":\"org.iamd.Login.Answer\",\"parameters\":{\"attempt\":"
                                "\"%.*s\",\"id\":\"password\",\"value\":\"%s\"}}",
                                (int) strcspn(attempt, "\""), attempt, value);
                say(fd, message);
                hear(fd, text, sizeof(text));
        }
        close(fd);
        attempt = strstr(text, "\"outcome\":\"");
        attempt = attempt != NULL ? attempt + strlen("\"outcome\":\"")
                                  : text + strlen("{\"error\":\"");
        (void) snprintf(ret, 64, "%.*s", (int) strcspn(attempt, "\""), attempt);
}

#define ASSERT_LOGIN(d, user, place, value, expected)                                              \
        do {                                                                                       \
                char outcome_[64];                                                                 \
                log_in((d), (user), (place), (value), outcome_);                                   \
                ASSERT_STREQ(outcome_, (expected));                                                \
        } while (false)

/* All wrong guesses but one that a source may make, at names that are nobody's. */
static void use_up(const Daemon *d, const char *place) {
        char name[32];

        for (int i = 1; i < GUESS_SOURCE_LIMIT; i++) {
                (void) snprintf(name, sizeof(name), "nobody%d", i);
                ASSERT_LOGIN(d, name, place, "wrong", "refused");
        }
}

#define OFFICE "\"rhost\":\"192.0.2.1\","

TEST(who_is_not_root_cannot_shut_out_an_address_by_naming_it) {
        CLEANUP(daemon_done) Daemon d = {};
        int status;
        pid_t pid;

        daemon_init(&d);
        use_up(&d, OFFICE);
        pid = fork();
        if (pid == 0) {
                char outcome[64] = "";

                if (setresuid(d.people.alice.uid, d.people.alice.uid, d.people.alice.uid) == 0)
                        for (int i = 0; i < 5; i++)
                                log_in(&d, "alice", OFFICE, "wrong", outcome);
                _exit(str_eq(outcome, "refused") ? 0 : 1);
        }
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        ASSERT_EQ(status, 0);
        ASSERT_LOGIN(&d, "bob", OFFICE, BOB_PASSWORD, "done");
}

TEST(who_runs_su_shuts_out_himself_and_not_the_console) {
        CLEANUP(daemon_done) Daemon d = {};

        daemon_init(&d);
        use_up(&d, "\"ruser\":\"#1000\",");
        ASSERT_LOGIN(&d, "nobody", "\"ruser\":\"#1000\",", "wrong", "refused");
        ASSERT_LOGIN(&d, "bob", "\"ruser\":\"#1000\",", BOB_PASSWORD, "refused");
        ASSERT_LOGIN(&d, "bob", "\"ruser\":\"#1001\",", BOB_PASSWORD, "done");
        ASSERT_LOGIN(&d, "bob", "", BOB_PASSWORD, "done");
}

TEST(who_is_not_root_fills_no_audit_trail) {
        CLEANUP(daemon_done) Daemon d = {};
        int status;
        pid_t pid;

        daemon_init(&d);
        pid = fork();
        if (pid == 0) {
                int n = 0;

                if (setresuid(d.people.alice.uid, d.people.alice.uid, d.people.alice.uid) < 0)
                        _exit(250);
                while (n < 200 && ask(&d, IPC_AUTH, START("alice")) == 0)
                        n++;
                _exit(n);
        }
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        ASSERT_TRUE(WEXITSTATUS(status) >= IPC_WRITES_AT_ONCE);
        ASSERT_TRUE(WEXITSTATUS(status) <= IPC_WRITES_AT_ONCE + 5); /* a slow machine */
        ASSERT_CODE(ask_as(&d, d.people.bob.uid, IPC_AUTH, START("bob")), 0);
        ASSERT_CODE(ask(&d, IPC_AUTH, START("alice")), 0);
}

#define REPORT(user, event)                                                                        \
        "{\"method\":\"org.iamd.Sudo.Report\",\"parameters\":{\"user\":\"" user                    \
        "\",\"event\":\"" event "\"}}"

TEST(what_sudo_refuses_one_user_fills_no_audit_trail_and_what_it_lets_him_do_is_all_noted) {
        CLEANUP(daemon_done) Daemon d = {};
        int noted = 0;

        daemon_init(&d);
        while (noted <= IPC_WRITES_AT_ONCE + 5 && /* a slow machine */
               ask(&d, IPC_AUTH, REPORT("bob", "rejected")) == 0)
                noted++;
        ASSERT_TRUE(noted >= IPC_WRITES_AT_ONCE);
        ASSERT_TRUE(noted <= IPC_WRITES_AT_ONCE + 5);
        ASSERT_CODE(ask(&d, IPC_AUTH, REPORT("bob", "failed")), IAM_E_BUSY);
        ASSERT_CODE(ask(&d, IPC_AUTH, REPORT("bob", "accepted")), 0);
        ASSERT_CODE(ask(&d, IPC_AUTH, REPORT("bob", "accepted")), 0);
        ASSERT_CODE(ask(&d, IPC_AUTH, REPORT("alice", "rejected")), 0);
        ASSERT_CODE(ask(&d, IPC_AUTH, START("bob")), 0);
}
