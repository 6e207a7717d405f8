/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/test.h"

#include "directory/read.h"
#include "directory/text.h"

#include <stdio.h>
#include <stdlib.h>

TEST(the_fast_text_rules_agree_with_the_slow_ones) {
        static const char *const pieces[] = { "/",        "//",       ".",        "..",
                                              "a",        "/home",    ":",        "\n",
                                              "\x7f",     "\xc3\xa4", "\xc2\x85", "\xff",
                                              "alphabet", " ",        "\x1f",     "/." };
        char text[64];

        for (size_t i = 0; i < ELEMENTSOF(pieces); i++) {
                for (size_t j = 0; j < ELEMENTSOF(pieces); j++) {
                        for (size_t k = 0; k < ELEMENTSOF(pieces); k++) {
                                int n =
                                                snprintf(text, sizeof(text), "%s%s%s", pieces[i],
                                                         pieces[j], pieces[k]);

                                ASSERT_EQ(field_is_acceptable(text, (size_t) n, GECOS_MAX),
                                          text_is_passwd_field(text, GECOS_MAX));
                                ASSERT_EQ(path_is_acceptable(text, (size_t) n),
                                          path_is_absolute_clean(text, HOST_PATH_MAX));
                        }
                }
        }
        ASSERT_FALSE(field_is_acceptable("a\0b", 3, GECOS_MAX));
        ASSERT_FALSE(path_is_acceptable("/a\0b", 4));
        ASSERT_FALSE(path_is_acceptable("", 0));
}

/* Four texts as a record holds them; the view lends from them. */
static DirectoryUserView
packed(char *texts, const char *name, const char *gecos, const char *home, const char *shell) {
        DirectoryUserView user = { .uid = 70001, .gid = 70001 };

        user.name = texts;
        user.gecos = stpcpy(texts, name) + 1;
        user.home = stpcpy(texts + (user.gecos - texts), gecos) + 1;
        user.shell = stpcpy(texts + (user.home - texts), home) + 1;
        strcpy(texts + (user.shell - texts), shell);
        user.name_len = (uint8_t) strlen(name);
        user.gecos_len = (uint8_t) strlen(gecos);
        user.home_len = (uint8_t) strlen(home);
        user.shell_len = (uint8_t) strlen(shell);
        return user;
}

static void assert_rules_agree(const char *name, const char *gecos, const char *home) {
        char *texts = malloc(1024);
        DirectoryUserView user = packed(texts, name, gecos, home, "/bin/sh");
        size_t len = (size_t) (user.shell - texts) + user.shell_len + 1;
        bool is_acceptable = directory_name_is_acceptable(name, strlen(name)) &&
                             text_is_passwd_field(gecos, GECOS_MAX) &&
                             path_is_absolute_clean(home, HOST_PATH_MAX);

        texts = realloc(texts, len); /* to the byte, for the sanitizers */
        user = packed(texts, name, gecos, home, "/bin/sh");
        ASSERT_EQ(directory_user_is_acceptable(&user), is_acceptable);
        for (size_t at = 0; is_acceptable && at < len; at++) {
                char was = texts[at];

                texts[at] = was != '\0' ? '\0' : ' ';
                ASSERT_FALSE(directory_user_is_acceptable(&user));
                texts[at] = was;
        }
        free(texts);
}

TEST(one_pass_over_all_texts_agrees_with_the_rules_for_each) {
        static const char *const names[] = { "a",
                                             "alice",
                                             "alice.of-the_realm9",
                                             "root",
                                             "sudo",
                                             "systemd-x",
                                             "abcdefghijklmnop",
                                             "abcdefghijklmnopq",
                                             "Alice",
                                             "9lives",
                                             "al:ice",
                                             "al/ice",
                                             "-a",
                                             "_a",
                                             "al ice",
                                             "",
                                             "alice@other" };
        static const char *const pieces[] = {
                "/",     "//", ".",        "..",   "a",
                "/home", ":",  "\n",       "\x7f", "\xc3\xa4",
                "\xff",  " ",  "alphabet", "/.x",  "seventeen-letters"
        };
        char text[64];

        for (size_t n = 0; n < ELEMENTSOF(names); n++) {
                assert_rules_agree(names[n], "", "/");
                assert_rules_agree(names[n], "A User", "/home/user");
        }
        for (size_t i = 0; i < ELEMENTSOF(pieces); i++) {
                for (size_t j = 0; j < ELEMENTSOF(pieces); j++) {
                        for (size_t k = 0; k < ELEMENTSOF(pieces); k++) {
                                snprintf(text, sizeof(text), "%s%s%s", pieces[i], pieces[j],
                                         pieces[k]);
                                assert_rules_agree("alice", text, "/home/alice");
                                assert_rules_agree("alice", "Alice", text);
                        }
                }
        }
}
