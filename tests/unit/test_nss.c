/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/nss_place.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "nss_module/module.h"

static const uint32_t alice_gids[] = { 70100, 70101, 70102 };
static const char *const ops_members[] = { "alice", "bob" };

static const DirectoryUser users[] = {
        { .name = "alice",
          .gecos = "Alice A",
          .home = "/home/alice",
          .shell = "/bin/bash",
          .uid = 70001,
          .gid = 70001,
          .gids = alice_gids,
          .gid_count = ELEMENTSOF(alice_gids) },
        { .name = "bob", .home = "/home/bob", .shell = "/bin/sh", .uid = 70002, .gid = 70100 },
};
static const DirectoryGroup groups[] = {
        { .name = "ops", .gid = 70100, .members = ops_members, .member_count = 2 },
        { .name = "dev", .gid = 70101 },
        { .name = "web", .gid = 70102 },
};

static void publish_some(bool is_complete) {
        DirectoryInput input = {
                .base = { users, ELEMENTSOF(users), groups, ELEMENTSOF(groups) },
                .is_complete = is_complete,
        };

        place_publish(&input);
}

TEST(a_user_is_found_and_errno_stays) {
        struct passwd pwd;
        char buffer[256];
        int error = 77;

        publish_some(true);
        errno = 42;
        ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_SUCCESS);
        ASSERT_EQ(errno, 42);
        ASSERT_EQ(error, 77);
        ASSERT_STREQ(pwd.pw_name, "alice");
        ASSERT_STREQ(pwd.pw_passwd, "*");
        ASSERT_EQ(pwd.pw_uid, 70001);
        ASSERT_EQ(pwd.pw_gid, 70001);
        ASSERT_STREQ(pwd.pw_gecos, "Alice A");
        ASSERT_STREQ(pwd.pw_dir, "/home/alice");
        ASSERT_STREQ(pwd.pw_shell, "/bin/bash");
        ASSERT_EQ(_nss_iam_getpwuid_r(70002, &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_SUCCESS);
        ASSERT_STREQ(pwd.pw_name, "bob");
}

TEST(a_miss_in_a_complete_snapshot_is_final) {
        static const char *const names[] = { "root", "guest", "", "alice ", "Alice", "ops" };
        struct passwd pwd;
        struct group grp;
        char buffer[256];
        int error;

        publish_some(true);
        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                error = 0;
                ASSERT_EQ(_nss_iam_getpwnam_r(names[i], &pwd, buffer, sizeof(buffer), &error),
                          NSS_STATUS_NOTFOUND);
                ASSERT_EQ(error, ENOENT);
        }
        ASSERT_EQ(_nss_iam_getpwuid_r(0, &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_NOTFOUND);
        ASSERT_EQ(_nss_iam_getgrgid_r(27, &grp, buffer, sizeof(buffer), &error),
                  NSS_STATUS_NOTFOUND);
        ASSERT_EQ(_nss_iam_getgrnam_r("sudo", &grp, buffer, sizeof(buffer), &error),
                  NSS_STATUS_NOTFOUND);
}

/* What points into the answer must lie in the buffer, and no byte beyond it may change. */
static void assert_inside(const char *text, const char *buffer, size_t len) {
        ASSERT_TRUE(text >= buffer && text + strlen(text) < buffer + len);
}

TEST(every_buffer_size_either_fits_or_asks_for_more) {
        enum { MAX = 4096, GUARD = 16 };
        char *storage = calloc(1, MAX + 2 * GUARD);
        bool fitted = false;
        struct passwd pwd;
        int error;

        publish_some(true);
        for (size_t len = 0; len <= MAX; len++) {
                for (size_t shift = 0; shift < (len < 256 ? 8u : 1u); shift++) {
                        char *buffer = storage + shift;
                        enum nss_status status;

                        memset(storage, 0x5a, MAX + 2 * GUARD);
                        error = 0;
                        status = _nss_iam_getpwnam_r("alice", &pwd, buffer, len, &error);
                        ASSERT_TRUE(buffer[len] == 0x5a);
                        if (status == NSS_STATUS_SUCCESS) {
                                assert_inside(pwd.pw_passwd, buffer, len);
                                assert_inside(pwd.pw_shell, buffer, len);
                                fitted = true;
                                continue;
                        }
                        ASSERT_FALSE(fitted);
                        ASSERT_EQ(status, NSS_STATUS_TRYAGAIN);
                        ASSERT_EQ(error, ERANGE);
                }
        }
        /* name, gecos, home, shell and "*", each with its NUL: to the byte */
        ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, storage, 6 + 8 + 12 + 10 + 2, &error),
                  NSS_STATUS_SUCCESS);
        ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, storage, 6 + 8 + 12 + 10 + 1, &error),
                  NSS_STATUS_TRYAGAIN);
        free(storage);
}

TEST(a_group_fits_exactly_at_every_alignment) {
        enum { MAX = 512 };
        char storage[MAX + 16];
        struct group grp;
        int error;

        publish_some(true);
        for (size_t shift = 0; shift < 8; shift++) {
                char *buffer = storage + shift;
                size_t padding = (8 - (uintptr_t) buffer % 8) % 8;
                size_t exact = padding + 3 * sizeof(char *) + 4 + 6 + 4 + 2;

                for (size_t len = 0; len <= MAX; len++) {
                        enum nss_status status;

                        memset(storage, 0x5a, sizeof(storage));
                        error = 0;
                        status = _nss_iam_getgrnam_r("ops", &grp, buffer, len, &error);
                        ASSERT_TRUE(buffer[len] == 0x5a);
                        if (len < exact) {
                                ASSERT_EQ(status, NSS_STATUS_TRYAGAIN);
                                ASSERT_EQ(error, ERANGE);
                                continue;
                        }
                        ASSERT_EQ(status, NSS_STATUS_SUCCESS);
                        ASSERT_EQ((uintptr_t) grp.gr_mem % _Alignof(char *), 0);
                        ASSERT_STREQ(grp.gr_name, "ops");
                        ASSERT_STREQ(grp.gr_passwd, "*");
                        ASSERT_STREQ(grp.gr_mem[0], "alice");
                        ASSERT_STREQ(grp.gr_mem[1], "bob");
                        ASSERT_STREQ(grp.gr_mem[2], NULL);
                }
        }
}

TEST(enumeration_gives_each_entry_once_and_waits_for_a_buffer) {
        static const char *const names[] = { "alice", "bob" };
        struct passwd pwd;
        struct group grp;
        char buffer[256];
        int error, n = 0;

        publish_some(true);
        ASSERT_EQ(_nss_iam_setpwent(0), NSS_STATUS_SUCCESS);
        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                for (size_t len = 0; len < 16; len++) {
                        ASSERT_EQ(_nss_iam_getpwent_r(&pwd, buffer, len, &error),
                                  NSS_STATUS_TRYAGAIN);
                        ASSERT_EQ(error, ERANGE);
                }
                ASSERT_EQ(_nss_iam_getpwent_r(&pwd, buffer, sizeof(buffer), &error),
                          NSS_STATUS_SUCCESS);
                ASSERT_STREQ(pwd.pw_name, names[i]);
        }
        ASSERT_EQ(_nss_iam_getpwent_r(&pwd, buffer, sizeof(buffer), &error), NSS_STATUS_NOTFOUND);
        ASSERT_EQ(_nss_iam_endpwent(), NSS_STATUS_SUCCESS);

        /* Without setgrent(), and beside the other database. */
        while (_nss_iam_getgrent_r(&grp, buffer, sizeof(buffer), &error) == NSS_STATUS_SUCCESS)
                n++;
        ASSERT_EQ(n, 4);
        ASSERT_EQ(_nss_iam_endgrent(), NSS_STATUS_SUCCESS);
}

static long gids_of(const char *name, gid_t primary, long size, long limit, gid_t **ret) {
        long start = 1;
        int error;

        *ret = malloc((size_t) size * sizeof(gid_t));
        (*ret)[0] = primary;
        if (_nss_iam_initgroups_dyn(name, primary, &start, &size, ret, limit, &error) !=
            NSS_STATUS_SUCCESS)
                return -1;
        return start;
}

TEST(initgroups_grows_stops_at_the_limit_and_skips_the_primary) {
        gid_t *gids;

        publish_some(true);
        ASSERT_EQ(gids_of("alice", 70001, 1, -1, &gids), 4);
        ASSERT_EQ(gids[0], 70001);
        ASSERT_EQ(gids[1], 70100);
        ASSERT_EQ(gids[3], 70102);
        free(gids);
        ASSERT_EQ(gids_of("alice", 70101, 1, 65536, &gids), 3);
        ASSERT_EQ(gids[1], 70100);
        ASSERT_EQ(gids[2], 70102);
        free(gids);
        for (long limit = 1; limit < 4; limit++) {
                ASSERT_EQ(gids_of("alice", 70001, 1, limit, &gids), limit);
                free(gids);
        }
        ASSERT_EQ(gids_of("nosuch", 70001, 1, -1, &gids), -1);
        free(gids);
        ASSERT_EQ(gids_of("root", 0, 1, -1, &gids), -1);
        free(gids);
}

TEST(a_change_is_seen_at_the_next_lookup) {
        static const DirectoryUser others[] = {
                { .name = "guest", .home = "/h", .shell = "/bin/sh", .uid = 70009, .gid = 70009 },
        };
        DirectoryInput input = { .base = { .users = others, .user_count = 1 },
                                 .is_complete = true };
        struct passwd pwd;
        char buffer[256];
        int error;

        publish_some(true);
        ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_SUCCESS);
        place_publish(&input);
        ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_NOTFOUND);
        ASSERT_EQ(_nss_iam_getpwnam_r("guest", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_SUCCESS);
}

TEST(without_snapshot_and_server_the_answer_is_unavailable) {
        struct passwd pwd;
        char buffer[256];
        int error = 0;

        place_unpublish();
        ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_UNAVAIL);
        ASSERT_EQ(error, ENOENT);
        ASSERT_EQ(_nss_iam_setpwent(0), NSS_STATUS_UNAVAIL);
        ASSERT_EQ(_nss_iam_getpwent_r(&pwd, buffer, sizeof(buffer), &error), NSS_STATUS_UNAVAIL);
        /* These are nobody's to ask about. */
        ASSERT_EQ(_nss_iam_getpwnam_r("root", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_NOTFOUND);
        ASSERT_EQ(_nss_iam_getpwuid_r(33, &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_NOTFOUND);
}

TEST(files_that_others_may_write_are_not_believed) {
        static const char *const names[] = { DIRECTORY_FILE, GENERATION_FILE, "" };
        DirectoryMapping mapping;
        char path[128];

        publish_some(true);
        ASSERT_OK(directory_mapping_open(place_public, &mapping));
        directory_mapping_close(&mapping);
        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                mode_t mode = names[i][0] != '\0' ? 0644 : 0755;

                snprintf(path, sizeof(path), "%s/%s", place_public, names[i]);
                ASSERT_OK(chmod(path, mode | 020));
                ASSERT_CODE(directory_mapping_open(place_public, &mapping), -EPERM);
                ASSERT_OK(chmod(path, mode | 002));
                ASSERT_CODE(directory_mapping_open(place_public, &mapping), -EPERM);
                ASSERT_OK(chmod(path, mode));
        }
        if (geteuid() == 0) { /* others' files can only be made by root */
                snprintf(path, sizeof(path), "%s/%s", place_public, DIRECTORY_FILE);
                ASSERT_OK(chown(path, 4711, 4711));
                ASSERT_CODE(directory_mapping_open(place_public, &mapping), -EPERM);
                ASSERT_OK(chown(place_public, 4711, 4711));
                ASSERT_CODE(directory_mapping_open(place_public, &mapping), -EPERM);
                ASSERT_OK(chown(place_public, 0, 0));
                ASSERT_OK(chown(path, 0, 0));
        }
        ASSERT_OK(directory_mapping_open(place_public, &mapping));
        directory_mapping_close(&mapping);
}

/* A server in a process of its own that answers each connection with the same bytes. */
static pid_t serve(const char *reply, size_t len) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        pid_t pid;

        memcpy(address.sun_path, place_socket, sizeof(place_socket));
        unlink(place_socket);
        ASSERT_OK(bind(fd, (struct sockaddr *) &address, sizeof(address)));
        ASSERT_OK(listen(fd, 8));
        pid = fork();
        if (pid == 0) {
                char query[1024];

                for (;;) {
                        int peer = accept(fd, NULL, NULL);

                        if (recv(peer, query, sizeof(query), 0) > 0 && len > 0)
                                (void) send(peer, reply, len, MSG_NOSIGNAL);
                        if (len == 0)
                                (void) recv(peer, query, sizeof(query), 0); /* silent */
                        close(peer);
                }
        }
        close(fd);
        return pid;
}

static void serve_end(pid_t pid) {
        kill(pid, SIGKILL);
        ASSERT_EQ(waitpid(pid, NULL, 0), pid);
        unlink(place_socket);
}

#define REPLY(text) text, sizeof(text)

TEST(an_incomplete_snapshot_lets_the_server_answer_misses) {
        struct passwd pwd;
        char buffer[256];
        gid_t *gids;
        int error;
        pid_t pid;

        publish_some(false);
        pid = serve(REPLY(
                        "{\"parameters\":{\"name\":\"dora\",\"uid\":70005,\"gid\":70005,\"gecos\":"
                        "\"\",\"home\":\"/home/dora\",\"shell\":\"/bin/sh\",\"groups\":[70100,"
                        "27,0]}}"));
        ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_SUCCESS);
        ASSERT_STREQ(pwd.pw_name, "alice");
        ASSERT_EQ(_nss_iam_getpwnam_r("dora", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_SUCCESS);
        ASSERT_STREQ(pwd.pw_dir, "/home/dora");
        ASSERT_EQ(pwd.pw_uid, 70005);
        /* gid 27 and gid 0 are not handed on. */
        ASSERT_EQ(gids_of("dora", 70005, 1, -1, &gids), 2);
        ASSERT_EQ(gids[1], 70100);
        free(gids);
        /* An answer about somebody else is none. */
        ASSERT_EQ(_nss_iam_getpwnam_r("erik", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_UNAVAIL);
        serve_end(pid);
}

TEST(a_group_comes_from_the_server_with_its_members) {
        struct group grp;
        char buffer[256];
        int error;
        pid_t pid;

        place_unpublish();
        pid = serve(REPLY("{\"parameters\":{\"name\":\"ops\",\"gid\":70100,\"members\":[\"alice\","
                          "\"root\",\"b\\u006fb\"]}}"));
        ASSERT_EQ(_nss_iam_getgrgid_r(70100, &grp, buffer, sizeof(buffer), &error),
                  NSS_STATUS_SUCCESS);
        ASSERT_STREQ(grp.gr_mem[0], "alice");
        ASSERT_STREQ(grp.gr_mem[1], "bob");
        ASSERT_STREQ(grp.gr_mem[2], NULL);
        serve_end(pid);
}

TEST(a_server_that_knows_nobody_gives_not_found) {
        struct passwd pwd;
        char buffer[256];
        int error;
        pid_t pid;

        place_unpublish();
        pid = serve(REPLY("{\"error\":\"org.iamd.Error.NotFound\",\"parameters\":{}}"));
        ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_NOTFOUND);
        serve_end(pid);
        pid = serve(REPLY("{\"error\":\"org.iamd.busy\",\"parameters\":{}}"));
        ASSERT_TRUE(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error) !=
                    NSS_STATUS_NOTFOUND);
        serve_end(pid);
}

TEST(hostile_answers_are_refused) {
#define USER(name, uid, gid, rest)                                                                 \
        "{\"parameters\":{\"name\":\"" name "\",\"uid\":" uid ",\"gid\":" gid ",\"gecos\":\"\","   \
        "\"shell\":\"/bin/sh\",\"groups\":[]," rest "}}"
        static const char *const replies[] = {
                "",
                "{}",
                "[]",
                "{\"parameters\":7}",
                USER("alice", "0", "70001", "\"home\":\"/h\""),
                USER("alice", "70001", "0", "\"home\":\"/h\""),
                USER("alice", "70001", "27", "\"home\":\"/h\""),
                USER("alice", "4294967296", "70001", "\"home\":\"/h\""),
                USER("alice", "-1", "70001", "\"home\":\"/h\""),
                USER("root", "70001", "70001", "\"home\":\"/h\""),
                USER("alice", "70001", "70001", "\"home\":\"/h:0\""),
                USER("alice", "70001", "70001", "\"home\":\"/h\\nroot::0:0\""),
                USER("alice", "70001", "70001", "\"home\":\"h\""),
                USER("alice", "70001", "70001", "\"house\":\"/h\""),
                USER("alice", "\"70001\"", "70001", "\"home\":\"/h\""),
        };
        struct passwd pwd;
        char buffer[512];
        int error;

        place_unpublish();
        for (size_t i = 0; i < ELEMENTSOF(replies); i++) {
                pid_t pid = serve(replies[i], strlen(replies[i]) + 1);

                ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error),
                          NSS_STATUS_UNAVAIL);
                serve_end(pid);
        }
}

static int64_t now_ms(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

TEST(a_silent_server_costs_half_a_second_once_and_is_asked_again_later) {
        int64_t begin;
        struct passwd pwd;
        char buffer[256];
        int error;
        pid_t pid;

        place_unpublish();
        pid = serve("", 0);
        begin = now_ms();
        ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_UNAVAIL);
        ASSERT_TRUE(now_ms() - begin >= LOOKUP_DEADLINE_MS - 1);
        ASSERT_TRUE(now_ms() - begin < LOOKUP_DEADLINE_MS + 300);
        begin = now_ms();
        for (int i = 0; i < 10; i++)
                ASSERT_EQ(_nss_iam_getpwnam_r("bob", &pwd, buffer, sizeof(buffer), &error),
                          NSS_STATUS_UNAVAIL);
        ASSERT_TRUE(now_ms() - begin < 100);
        serve_end(pid);
        pid = serve(REPLY(USER("alice", "70001", "70001", "\"home\":\"/h\"")));
        ASSERT_OK(usleep(2100000));
        ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_SUCCESS);
        serve_end(pid);
}

TEST(a_server_in_a_directory_of_others_is_not_believed) {
        LookupServer server = { .socket_path = place_socket,
                                .owner = UID_NONE,
                                .deadline_ms = 500 };
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        DirectoryUserView user;
        pid_t pid;

        place_make();
        pid = serve(REPLY(USER("alice", "70001", "70001", "\"home\":\"/h\"")));
        if (geteuid() == 0)
                ASSERT_OK(lookup_user(&server, &arena, &(LookupKey){ .name = "alice" }, &user));
        ASSERT_OK(chmod(place_root, 0777));
        ASSERT_CODE(lookup_user(&server, &arena, &(LookupKey){ .name = "alice" }, &user), -EPERM);
        ASSERT_OK(chmod(place_root, 0700));
        serve_end(pid);
}

/* Runs in a child that became another user: iamd itself, and a stranger. */
static int status_as(uid_t uid) {
        struct passwd pwd;
        char buffer[256];
        int error, status;
        pid_t pid = fork();

        if (pid == 0) {
                if (setuid(uid) < 0)
                        _exit(99);
                _exit(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error) + 10);
        }
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        return WEXITSTATUS(status) - 10;
}

TEST(iamd_itself_never_waits_for_its_own_socket) {
        pid_t pid;

        if (geteuid() != 0)
                skip(); /* ./dev test runs as root */
        place_unpublish();
        pid = serve(REPLY(USER("alice", "70001", "70001", "\"home\":\"/h\"")));
        ASSERT_OK(chmod(place_root, 0755));
        ASSERT_OK(chmod(place_socket, 0666));
        ASSERT_OK(chown(place_public, 990, 990));
        ASSERT_EQ(status_as(990), NSS_STATUS_UNAVAIL);
        ASSERT_EQ(status_as(4711), NSS_STATUS_SUCCESS);
        ASSERT_OK(chown(place_public, 0, 0));
        serve_end(pid);
}

static bool root_is_left_to_files(void) {
        long start = 1, size = 1;
        gid_t *gids = calloc(1, sizeof(*gids));
        struct passwd pwd;
        struct group grp;
        char buffer[256];
        bool is_left;
        int error;

        is_left = _nss_iam_initgroups_dyn("root", 0, &start, &size, &gids, -1, &error) ==
                                  NSS_STATUS_NOTFOUND &&
                  _nss_iam_getpwnam_r("root", &pwd, buffer, sizeof(buffer), &error) ==
                                  NSS_STATUS_NOTFOUND &&
                  _nss_iam_getpwuid_r(0, &pwd, buffer, sizeof(buffer), &error) ==
                                  NSS_STATUS_NOTFOUND &&
                  _nss_iam_getgrnam_r("root", &grp, buffer, sizeof(buffer), &error) ==
                                  NSS_STATUS_NOTFOUND &&
                  _nss_iam_getgrgid_r(27, &grp, buffer, sizeof(buffer), &error) ==
                                  NSS_STATUS_NOTFOUND;
        free(gids);
        return is_left;
}

/* In a child: it cuts what it has mapped, and a page that is gone kills its reader. */
static int cut_and_ask(void) {
        char path[128];

        (void) signal(SIGBUS, SIG_DFL);
        snprintf(path, sizeof(path), "%s/%s", place_public, DIRECTORY_FILE);
        if (truncate(path, 0) < 0)
                return 2;
        return root_is_left_to_files() ? 0 : 1;
}

TEST(a_snapshot_cut_under_its_readers_does_not_reach_root) {
        struct passwd pwd;
        char buffer[256];
        int error, status;
        pid_t pid;

        publish_some(true);
        ASSERT_EQ(_nss_iam_getpwnam_r("alice", &pwd, buffer, sizeof(buffer), &error),
                  NSS_STATUS_SUCCESS);
        pid = fork();
        if (pid == 0)
                _exit(cut_and_ask());
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        publish_some(true); /* for those after us */
        ASSERT_EQ(status, 0);
}
