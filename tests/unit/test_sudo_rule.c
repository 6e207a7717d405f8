/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sudo_rule.h"
#include "tests/support/test.h"

TEST(commands_that_sudo_takes_by_the_letter_are_acceptable) {
        static const char *const good[] = {
                "ALL",
                "/usr/bin/id",
                "/usr/bin/id -u",
                "/usr/bin/systemctl restart apache2.service",
                "/usr/bin/mount -o rw,nosuid /dev/sdb1 /mnt",
                "/usr/bin/env A=b c:d",
                "/usr/bin/id \"\"",
                "/opt/a+b/x@y%z",
        };

        for (size_t i = 0; i < ELEMENTSOF(good); i++)
                ASSERT_TRUE(sudo_command_is_acceptable(good[i]));
}

TEST(commands_that_mean_more_than_they_say_are_not) {
        static const char *const bad[] = {
                NULL,
                "",
                "id",
                "all",
                "/",
                "/usr/bin/",
                "/usr/bin/*",
                "/usr/bin/../bin/id",
                "//usr/bin/id",
                "/usr/bin/less /var/log/*",
                "/usr/bin/less ?",
                "/usr/bin/less [a]",
                "/usr/bin/id ",
                "/usr/bin/id  -u",
                "/usr/bin/id \"\" -u",
                "/usr/bin/id 'x'",
                "/usr/bin/id \\-u",
                "/usr/bin/id #",
                "/usr/bin/id ^-.*$",
                "/usr/bin/id !x",
                "/usr/bin/id\n#0 ALL=(ALL) ALL",
                "/usr/bin/id\t-u",
                "/usr/bin/id\r",
                "/usr/bin/id \xc3\xa9",
                "!/usr/bin/id",
                "sudoedit /etc/hosts",
                "/usr/bin/sudoedit",
                "^/usr/bin/.*$",
                "NOPASSWD: ALL",
                "ALL, /usr/bin/id",
                "/bin/a, ALL",
                "/bin/a x, /bin/b",
                "/bin/a=b",
                " ALL",
        };

        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ASSERT_FALSE(sudo_command_is_acceptable(bad[i]));
}

TEST(a_command_has_a_greatest_length) {
        char text[SUDO_COMMAND_MAX + 2] = "/usr/bin/id ";

        memset(text + strlen(text), 'a', sizeof(text) - strlen("/usr/bin/id ") - 2);
        ASSERT_EQ(strlen(text), SUDO_COMMAND_MAX);
        ASSERT_TRUE(sudo_command_is_acceptable(text));
        text[SUDO_COMMAND_MAX] = 'a';
        ASSERT_FALSE(sudo_command_is_acceptable(text));
}

TEST(who_to_run_as_is_one_account_or_all) {
        static const char *const good[] = { "ALL", "root", "www-data", "_apt", "a.b" };
        static const char *const bad[] = { NULL,
                                           "",
                                           "Root",
                                           "ADMINS",
                                           "#0",
                                           "%wheel",
                                           "+netgroup",
                                           "!root",
                                           "a,b",
                                           "a b",
                                           "a:b",
                                           "root)",
                                           "-1",
                                           "0",
                                           "a\nb",
                                           "ALL ",
                                           "a\\b",
                                           "a=",
                                           "abcdefghijklmnopqrstuvwxyzabcdefghi" };

        for (size_t i = 0; i < ELEMENTSOF(good); i++)
                ASSERT_TRUE(sudo_run_as_is_acceptable(good[i]));
        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ASSERT_FALSE(sudo_run_as_is_acceptable(bad[i]));
}

TEST(a_rule_may_match_whatever_sudo_could_take_it_for) {
        static const struct {
                const char *rule_run_as, *rule_command, *run_as, *path;
                bool may;
        } cases[] = {
                { "root", "ALL", "root", "/usr/bin/id", true },
                { "ALL", "ALL", "www-data", "/usr/bin/id", true },
                { "root", "ALL", "www-data", "/usr/bin/id", false },
                { "root", "ALL", NULL, "/usr/bin/id", true },
                { "root", "/usr/bin/id -u", "root", "/bin/id", true },
                { "root", "/usr/bin/id", "root", "/home/alice/a b/id", true },
                { "root", "/usr/bin/id", "root", "/usr/bin/idle", false },
                { "root", "/usr/bin/idle", "root", "/usr/bin/id", false },
                { "root", "/usr/bin/id", "root", "", true },
                { "root", "/usr/bin/id", "root", "sudoedit", false },
                { "root", "/usr/bin/id", "root", "/usr/bin/id -u", false },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                if (sudo_rule_may_match(
                                    cases[i].rule_run_as, cases[i].rule_command, cases[i].run_as,
                                    cases[i].path) != cases[i].may)
                        fail_msg("case %zu", i);
}
