/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/look.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/test.h"

static char root[] = "/tmp/iam-look-XXXXXX";
static const char *const folders[] = {
        "/etc", "/etc/sudoers.d", "/usr",         "/usr/libexec",      "/opt",
        "/var", "/var/lib",       "/var/lib/iam", "/usr/libexec/sudo", "/var/lib/iam/private"
};
static const char *const files[] = { "/etc/sudo.conf", "/etc/sudoers.d/iam", "/opt/iam_b.so",
                                     "/usr/libexec/sudo/iam_a.so",
                                     "/var/lib/iam/private/sudo.rules" };
static char answer[4096];

static const char *at(const char *path) {
        static char full[128];

        snprintf(full, sizeof(full), "%s%s", root, path);
        return full;
}

static void remove_all(void) {
        for (size_t i = 0; i < ELEMENTSOF(files); i++)
                (void) unlink(at(files[i]));
        for (size_t i = ELEMENTSOF(folders); i > 0; i--)
                (void) rmdir(at(folders[i - 1]));
        (void) rmdir(root);
}

static void put(const char *path, const char *text, time_t age) {
        struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, {} };
        FILE *file = fopen(at(path), "we");

        ASSERT_TRUE(file != NULL && fputs(text, file) >= 0);
        ASSERT_OK(fclose(file));
        times[1].tv_sec = 1000000 - age;
        ASSERT_OK(utimensat(AT_FDCWD, at(path), times, 0));
}

static void place_make(void) {
        static bool is_made;

        if (!is_made) {
                ASSERT_TRUE(mkdtemp(root) != NULL);
                for (size_t i = 0; i < ELEMENTSOF(folders); i++)
                        ASSERT_OK(mkdir(at(folders[i]), 0755));
                (void) atexit(remove_all);
        }
        is_made = true;
        put("/etc/sudo.conf",
            "# Plugin x missing.so\nPlugin iam_a iam_a.so\n"
            "Plugin iam_b /opt/iam_b.so with=words\n",
            0);
        put("/usr/libexec/sudo/iam_a.so", "", 0);
        put("/opt/iam_b.so", "", 0);
        put("/etc/sudoers.d/iam", "", 0);
        put("/var/lib/iam/private/sudo.rules", "", 0);
}

static const char *look_as(bool is_root, const char *const *failed_units) {
        const HostLook here = { .root = root, .failed_units = failed_units, .is_root = is_root };
        CLEANUP(buf_done) Buf out = BUF_INIT(sizeof(answer) - 1);
        JsonWriter w = JSON_WRITER(&out);

        json_begin_array(&w);
        host_look(&here, &w);
        json_end_array(&w);
        ASSERT_OK(buf_error(&out));
        memcpy(answer, out.bytes, out.len + 1);
        return answer;
}

#define ROW(state, detail)                                                                         \
        "[{\"check\":\"sudo\",\"state\":\"" state "\",\"detail\":\"" detail "\"}]"

static const char *look(void) {
        return look_as(/* is_root= */ true, /* failed_units= */ NULL);
}

TEST(sudo_is_well_when_its_plugins_are_there_and_its_rules_the_newest) {
        place_make();
        ASSERT_STREQ(look(), ROW("ok", "plugins are there, and the rules are the newest"));
        ASSERT_STREQ(look_as(/* is_root= */ false, NULL), "[]");
}

TEST(a_plugin_that_sudo_is_told_of_and_cannot_find_is_bad) {
        static const char *const gone[] = { "/usr/libexec/sudo/iam_a.so", "/opt/iam_b.so" };
        static const char *const said[] = { "iam_a.so", "/opt/iam_b.so" };
        char wanted[512];

        for (size_t i = 0; i < ELEMENTSOF(gone); i++) {
                place_make();
                ASSERT_OK(unlink(at(gone[i])));
                snprintf(wanted, sizeof(wanted),
                         ROW("bad", "%s, which /etc/sudo.conf names, is missing: sudo runs "
                                    "nothing"),
                         said[i]);
                ASSERT_STREQ(look(), wanted);
        }
        place_make();
        put("/etc/sudo.conf", "Path plugin_dir /opt\nPlugin iam_b iam_b.so", 0);
        ASSERT_TRUE(strstr(look(), "\"ok\"") != NULL);
}

TEST(rules_that_the_root_helper_has_not_taken_are_bad) {
        place_make();
        put("/etc/sudoers.d/iam", "", 20);
        ASSERT_TRUE(strstr(look(), "\"bad\"") == NULL);
        put("/etc/sudoers.d/iam", "", 600);
        ASSERT_TRUE(strstr(look(), "is 600 s older than the rules") != NULL);
        ASSERT_OK(unlink(at("/etc/sudoers.d/iam"))); /* nobody wants rules here */
        ASSERT_TRUE(strstr(look(), "\"bad\"") == NULL);
}

TEST(units_that_failed_are_named) {
        static const char *const none[] = { "/usr/bin/env", "true", NULL };
        static const char *const two[] = { "/usr/bin/env", "printf",
                                           "iamd.service loaded failed failed A server\n"
                                           "iam-userdb.socket loaded failed failed Another\n",
                                           NULL };

        ASSERT_STREQ(look_as(/* is_root= */ false, none),
                     "[{\"check\":\"units\",\"state\":\"ok\",\"detail\":\"none has failed\"}]");
        ASSERT_TRUE(strstr(look_as(/* is_root= */ false, two),
                           "\"bad\",\"detail\":\"iamd.service, iam-userdb.socket failed") != NULL);
}
