/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret_bytes.h"
#include "daemon/os/clock.h"
#include "daemon/os/group.h"
#include "daemon/os/journal.h"
#include "daemon/os/process.h"

TEST(the_clock_reads_wall_time_and_chance_fills_all) {
        Usec now = os_clock.now(os_clock.self);
        uint8_t a[300] = {}, b[300] = {};

        ASSERT_TRUE(now > 1577836800 * USEC_PER_SEC); /* 2020 */
        ASSERT_OK(os_clock.random(os_clock.self, a, sizeof(a)));
        ASSERT_OK(os_clock.random(os_clock.self, b, sizeof(b)));
        ASSERT_TRUE(memcmp(a, b, sizeof(a)) != 0);
        ASSERT_TRUE(memcmp(a + 268, b, 32) != 0);
}

typedef struct LogWorld {
        Journal *journal;
        LogPort log;
        int fds[2];
        char heard[4096];
} LogWorld;

static void log_world_init(LogWorld *world, unsigned level) {
        ASSERT_OK(pipe2(world->fds, O_CLOEXEC | O_NONBLOCK));
        ASSERT_OK(journal_new(level, &world->journal));
        journal_set_fd(world->journal, world->fds[1]);
        world->log = journal_port(world->journal);
}

static const char *log_world_heard(LogWorld *world) {
        ssize_t n = read(world->fds[0], world->heard, sizeof(world->heard) - 1);

        world->heard[n > 0 ? n : 0] = '\0';
        return world->heard;
}

static void log_world_done(LogWorld *world) {
        world->journal = journal_free(world->journal);
        (void) close(world->fds[0]);
        (void) close(world->fds[1]);
}

TEST(an_event_is_one_line_whatever_a_stranger_typed) {
        LogWorld world;

        log_world_init(&world, 6);
        log_event(&world.log, LOG_LOGIN_REFUSED,
                  LOG_FIELDS({ "IAM_USER", "al\n<0>ice" }, { "IAM_ROLE", NULL },
                             { "IAM_REALM", "demo" }),
                  "refused %s", "a\nb");
        ASSERT_STREQ(log_world_heard(&world), "<5>refused a?b IAM_USER=al?<0>ice IAM_REALM=demo\n");
        log_world_done(&world);
}

TEST(the_level_decides_what_is_written) {
        LogWorld world;

        log_world_init(&world, 5);
        log_event(&world.log, LOG_LOGIN, NULL, 0, "fine");
        ASSERT_STREQ(log_world_heard(&world), "");
        journal_set_level(world.journal, 6);
        log_event(&world.log, LOG_LOGIN, NULL, 0, "fine");
        ASSERT_STREQ(log_world_heard(&world), "<6>fine\n");
        log_world_done(&world);
}

TEST(long_messages_are_cut_and_still_end_their_line) {
        char text[8000], value[2000];
        LogField fields[LOG_FIELDS_MAX + 4];
        LogWorld world;
        size_t len;

        memset(text, 'x', sizeof(text) - 1);
        text[sizeof(text) - 1] = '\0';
        memset(value, 'y', sizeof(value) - 1);
        value[sizeof(value) - 1] = '\0';
        for (size_t i = 0; i < ELEMENTSOF(fields); i++)
                fields[i] = (LogField){ "IAM_X", value };
        log_world_init(&world, 7);
        log_event(&world.log, LOG_PUBLISHED, fields, ELEMENTSOF(fields), "%s", text);
        len = strlen(log_world_heard(&world));
        ASSERT_TRUE(len > 1000 && len < 4000);
        ASSERT_EQ(world.heard[len - 1], '\n');
        ASSERT_TRUE(strchr(world.heard, '\n') == world.heard + len - 1);
        log_world_done(&world);
}

TEST(groups_are_found_in_the_file_and_nowhere_else) {
        char path[] = "/tmp/iam-group-XXXXXX";
        static const char text[] = "root:x:0:\niam-admin:x:4242:alice,bob\n";
        int fd = mkstemp(path);
        gid_t gid;

        ASSERT_TRUE(fd >= 0);
        ASSERT_EQ(write(fd, text, strlen(text)), strlen(text));
        (void) close(fd);
        ASSERT_OK(group_find_local(path, "iam-admin", &gid));
        ASSERT_EQ(gid, 4242);
        ASSERT_OK(group_find_local(path, "iam-adm", &gid));
        ASSERT_EQ(gid, GID_NONE);
        (void) unlink(path);
        ASSERT_CODE(group_find_local(path, "root", &gid), -ENOENT);
}

static void credential_write(const char *directory, size_t len, mode_t mode) {
        char path[128];
        uint8_t bytes[64];
        int fd;

        memset(bytes, 0x5a, sizeof(bytes));
        (void) snprintf(path, sizeof(path), "%s/iamd.kek", directory);
        (void) unlink(path);
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        ASSERT_TRUE(fd >= 0);
        ASSERT_EQ(write(fd, bytes, len), len);
        ASSERT_OK(fchmod(fd, mode));
        (void) close(fd);
}

TEST(a_credential_is_whole_and_private_or_refused) {
        static const struct {
                size_t len;
                mode_t mode;
                int code;
        } cases[] = {
                { 32, 0400, 0 },        { 32, 0600, 0 },       { 31, 0400, -EBADMSG },
                { 33, 0400, -EBADMSG }, { 0, 0400, -EBADMSG }, { 32, 0440, -EPERM },
                { 32, 0404, -EPERM },   { 32, 0460, -EPERM },
        };
        char directory[] = "/tmp/iam-credential-XXXXXX";
        char path[128];
        Secret secret = {};

        (void) unsetenv("CREDENTIALS_DIRECTORY");
        ASSERT_CODE(credential_read(KEK_CREDENTIAL, 32, &secret), -ENOKEY);
        ASSERT_TRUE(mkdtemp(directory) != NULL);
        ASSERT_OK(setenv("CREDENTIALS_DIRECTORY", directory, 1));
        ASSERT_CODE(credential_read(KEK_CREDENTIAL, 32, &secret), -ENOKEY);

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                credential_write(directory, cases[i].len, cases[i].mode);
                secret_clear(&secret);
                ASSERT_CODE(credential_read(KEK_CREDENTIAL, 32, &secret), cases[i].code);
                ASSERT_EQ(secret.len, cases[i].code == 0 ? 32 : 0);
                if (cases[i].code == 0)
                        ASSERT_EQ(secret_bytes(&secret)[31], 0x5a);
        }
        (void) snprintf(path, sizeof(path), "%s/iamd.kek", directory);
        (void) unlink(path);
        ASSERT_OK(symlink("/dev/zero", path));
        ASSERT_CODE(credential_read(KEK_CREDENTIAL, 32, &secret), -ELOOP);
        (void) unlink(path);
        ASSERT_OK(rmdir(directory));
        (void) unsetenv("CREDENTIALS_DIRECTORY");
}
