/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/edit.h"

#include "base/reason.h"
#include "tests/support/test.h"

#define TEXT_MAX 65536

static void names_are(const char *before, const char *after) {
        CLEANUP(buf_done) Buf added = BUF_INIT(TEXT_MAX);
        CLEANUP(buf_done) Buf removed = BUF_INIT(TEXT_MAX);
        const char *why = NULL;

        ASSERT_OK(edit_names_add(before, strlen(before), &added, &why));
        ASSERT_STREQ(added.bytes, after);
        edit_names_remove(added.bytes, added.len, &removed);
        ASSERT_STREQ(removed.bytes, before);
}

TEST(iam_stands_behind_the_local_files_and_goes_without_a_trace) {
        names_are("passwd:         files systemd\ngroup:          files systemd\nhosts: files "
                  "dns\n",
                  "passwd:         files iam systemd\ngroup:          files iam systemd\n"
                  "hosts: files dns\n");
        names_are("# comment\n passwd :files # why\r\ngroup:\tcompat\n\nshadow: files",
                  "# comment\n passwd :files iam # why\r\ngroup:\tcompat iam\n\nshadow: files");
}

TEST(an_action_stays_between_the_services_it_stands_between) {
        names_are("passwd: files [SUCCESS=merge] systemd\ngroup: files [!UNAVAIL=return] db # x\n",
                  "passwd: files [SUCCESS=merge] systemd iam\n"
                  "group: files [!UNAVAIL=return] db iam # x\n");
        names_are("passwd: db [NOTFOUND=continue] files\ngroup: files sss [NOTFOUND=return]\n",
                  "passwd: db [NOTFOUND=continue] files iam\n"
                  "group: files iam sss [NOTFOUND=return]\n");
}

TEST(a_list_of_its_own_for_group_memberships_gets_it_too) {
        names_are("passwd: files\ngroup: files\ninitgroups: files\n",
                  "passwd: files iam\ngroup: files iam\ninitgroups: files iam\n");
}

TEST(what_asks_iam_already_stays_as_it_is) {
        static const char text[] = "passwd: iam files\ngroup: files [SUCCESS=merge] iam\n";
        CLEANUP(buf_done) Buf out = BUF_INIT(TEXT_MAX);
        const char *why = NULL;

        ASSERT_OK(edit_names_add(text, strlen(text), &out, &why));
        ASSERT_STREQ(out.bytes, text);
}

TEST(lines_that_are_missing_are_written) {
        static const struct {
                const char *before, *after;
        } cases[] = {
                { "", "passwd: files iam\ngroup: files iam\n" },
                { "hosts: files", "hosts: files\npasswd: files iam\ngroup: files iam\n" },
                { "group: files\n", "group: files iam\npasswd: files iam\n" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                CLEANUP(buf_done) Buf out = BUF_INIT(TEXT_MAX);
                const char *why = NULL;

                ASSERT_OK(edit_names_add(cases[i].before, strlen(cases[i].before), &out, &why));
                ASSERT_STREQ(out.bytes, cases[i].after);
        }
}

TEST(a_line_that_a_machine_should_not_guess_about_is_refused) {
        static const char *const texts[] = {
                "passwd: sss\ngroup: files\n",
                "passwd: files [SUCCESS=merge] sss [NOTFOUND=return]\ngroup: files\n",
                "passwd: files\ngroup:\n",
        };

        for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
                CLEANUP(buf_done) Buf out = BUF_INIT(TEXT_MAX);
                const char *why = NULL;

                ASSERT_CODE(edit_names_add(texts[i], strlen(texts[i]), &out, &why), IAM_E_INVALID);
                ASSERT_TRUE(why != NULL);
        }
}

TEST(what_an_administrator_said_about_iam_goes_with_it) {
        static const char before[] = "passwd: iam [NOTFOUND=continue] files\ngroup: files iam\n";
        CLEANUP(buf_done) Buf out = BUF_INIT(TEXT_MAX);

        edit_names_remove(before, strlen(before), &out);
        ASSERT_STREQ(out.bytes, "passwd: files\ngroup: files\n");
}

TEST(sudo_reads_its_folder_once) {
        static const struct {
                const char *before, *after;
        } cases[] = {
                { "Defaults env_reset\n@includedir /etc/sudoers.d\n", NULL },
                { "#includedir /etc/sudoers.d/\n", NULL },
                { "@includedir  /etc/sudoers.d", NULL },
                { "root ALL=(ALL) ALL", "root ALL=(ALL) ALL\n@includedir /etc/sudoers.d\n" },
                { "# @includedir /etc/sudoers.d\n",
                  "# @includedir /etc/sudoers.d\n@includedir /etc/sudoers.d\n" },
                { "@includedir /etc/sudoers.d2\n",
                  "@includedir /etc/sudoers.d2\n@includedir /etc/sudoers.d\n" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                CLEANUP(buf_done) Buf out = BUF_INIT(TEXT_MAX);

                edit_sudoers_add(cases[i].before, strlen(cases[i].before), &out);
                ASSERT_STREQ(out.bytes, cases[i].after != NULL ? cases[i].after : cases[i].before);
        }
}

TEST(only_our_lines_leave_a_file_that_was_ours) {
        static const char ours[] = "# what for\nKbd yes\n",
                          text[] = "# what for\nPort 23\nKbd yes\n";
        CLEANUP(buf_done) Buf out = BUF_INIT(TEXT_MAX);

        edit_lines_remove(text, strlen(text), ours, strlen(ours), &out);
        ASSERT_STREQ(out.bytes, "Port 23\n");
}

TEST(our_lines_are_added_once_behind_what_is_there) {
        static const char ours[] = "# what for\nPlugin ours\nPlugin more\n";
        static const struct {
                const char *before, *after;
        } cases[] = {
                { "", "# what for\nPlugin ours\nPlugin more\n" },
                { "Plugin other", "Plugin other\n# what for\nPlugin ours\nPlugin more\n" },
                { "Plugin ours\n", "Plugin ours\n# what for\nPlugin more\n" },
                { "#Plugin ours\n", "#Plugin ours\n# what for\nPlugin ours\nPlugin more\n" },
                { ours, ours },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                CLEANUP(buf_done) Buf out = BUF_INIT(TEXT_MAX);

                edit_lines_add(cases[i].before, strlen(cases[i].before), ours, strlen(ours), &out);
                ASSERT_STREQ(out.bytes, cases[i].after);
        }
}
