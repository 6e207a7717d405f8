/* SPDX-License-Identifier: Apache-2.0 */
#include "base/names.h"
#include "tests/support/test.h"

#define TEN "aaaaaaaaaa"
#define SIXTY TEN TEN TEN TEN TEN TEN

typedef bool (*Rule)(const char *name);

static void assert_rule(Rule rule, bool expected, const char *const *names, size_t n) {
        for (size_t i = 0; i < n; i++) {
                if (rule(names[i]) != expected)
                        fail_msg("%s", names[i] != NULL ? names[i] : "NULL");
        }
}

#define ASSERT_ALL(rule, ...) ASSERT_RULE(rule, true, __VA_ARGS__)
#define ASSERT_NONE(rule, ...) ASSERT_RULE(rule, false, __VA_ARGS__)
#define ASSERT_RULE(rule, expected, ...)                                                           \
        do {                                                                                       \
                static const char *const names_[] = { __VA_ARGS__ };                               \
                assert_rule(rule, expected, names_, ELEMENTSOF(names_));                           \
        } while (0)

TEST(user_names_are_lower_case_and_short) {
        ASSERT_ALL(name_is_user, "alice", "bob", "_a", "a", "a.b-c_9", TEN TEN TEN "ab");
        ASSERT_NONE(name_is_user, NULL, "", "Alice", "1a", "-a", ".a", "a b", "a:b", "a\n", "a/b",
                    "a$", "\xc3\xa4", "42", TEN TEN TEN "abc");
        ASSERT_ALL(name_is_group, "people");
        ASSERT_NONE(name_is_group, "People", "root");
}

TEST(names_that_mean_power_over_a_host_are_reserved) {
        ASSERT_NONE(name_is_user, "root", "daemon", "nobody", "systemd-network", "systemd-", "iam",
                    "iam-admin", "sudo", "wheel", "admin", "adm", "disk", "shadow", "docker", "lxd",
                    "libvirt", "www-data", "_apt", "sshd", "messagebus");
        ASSERT_ALL(name_is_user, "roots", "systemd", "iamb", "iam_x", "sudoer");
        ASSERT_TRUE(name_is_reserved("root"));
        ASSERT_FALSE(name_is_reserved("alice"));
        ASSERT_FALSE(name_is_reserved(NULL));
}

/* All of them, each under its own letter. */
TEST(every_reserved_name_is_found) {
        ASSERT_ALL(name_is_reserved, "_apt", "_chrony", "_flatpak", "_ssh", "adm", "admin", "audio",
                   "avahi", "backup", "bin", "cdrom", "crontab", "daemon", "dialout", "dip", "disk",
                   "dnsmasq", "docker", "fax", "floppy", "games", "gnats", "iam", "incus", "input",
                   "irc", "kmem", "kvm", "landscape", "libvirt", "libvirt-qemu", "list", "lp",
                   "lpadmin", "lxd", "mail", "man", "messagebus", "mysql", "netdev", "news",
                   "nobody", "nogroup", "operator", "plugdev", "polkitd", "pollinate", "postfix",
                   "postgres", "proxy", "pulse", "redis", "render", "root", "rtkit", "sambashare",
                   "sasl", "scanner", "sgx", "shadow", "src", "ssh", "sshd", "ssl-cert", "staff",
                   "sudo", "sync", "sys", "syslog", "tape", "tcpdump", "tss", "tty", "users",
                   "utmp", "uucp", "uuidd", "video", "voice", "wheel", "wireshark", "www-data");
        ASSERT_NONE(name_is_user, "_apt", "_chrony", "_flatpak", "_ssh", "adm", "admin", "audio",
                    "avahi", "backup", "bin", "cdrom", "crontab", "daemon", "dialout", "dip",
                    "disk", "dnsmasq", "docker", "fax", "floppy", "games", "gnats", "iam", "incus",
                    "input", "irc", "kmem", "kvm", "landscape", "libvirt", "libvirt-qemu", "list",
                    "lp", "lpadmin", "lxd", "mail", "man", "messagebus", "mysql", "netdev", "news",
                    "nobody", "nogroup", "operator", "plugdev", "polkitd", "pollinate", "postfix",
                    "postgres", "proxy", "pulse", "redis", "render", "root", "rtkit", "sambashare",
                    "sasl", "scanner", "sgx", "shadow", "src", "ssh", "sshd", "ssl-cert", "staff",
                    "sudo", "sync", "sys", "syslog", "tape", "tcpdump", "tss", "tty", "users",
                    "utmp", "uucp", "uuidd", "video", "voice", "wheel", "wireshark", "www-data");
}

TEST(realm_names_are_labels_but_no_numbers) {
        ASSERT_ALL(name_is_realm, "master", "a", "1a", "a-1", TEN TEN TEN "ab");
        ASSERT_NONE(name_is_realm, NULL, "", "1", "2026", "-a", "A", "a.b", "a_b", "a/b",
                    TEN TEN TEN "abc");
}

TEST(role_and_client_names_may_mix_case) {
        ASSERT_ALL(name_is_role, "Admin", "host:login", "a.b_c-d", "9", SIXTY "aaaa");
        ASSERT_NONE(name_is_role, NULL, "", ":a", "a b", "a/b", "a*", SIXTY "aaaaa");
        ASSERT_ALL(name_is_client, "My-App.1", SIXTY "aaaa");
        ASSERT_NONE(name_is_client, NULL, "", "a:b", "-a", "a b", SIXTY "aaaaa");
}

TEST(email_is_a_plain_addr_spec) {
        ASSERT_ALL(name_is_email, "alice@example.org", "a.b+c@x", "o'brien@a-b.example",
                   SIXTY "aaaa@example.org");
        ASSERT_NONE(name_is_email, NULL, "", "alice", "@example.org", "alice@", "a@b@c", ".a@b.c",
                    "a.@b.c", "a..b@c.d", "a b@c.d", "\"a\"@b.c", "a(x)@b.c", "a@.c", "a@b.",
                    "a@b..c", "a@-b.c", "a@b-.c", "a@b.c-", "a@b_c.d", "a@[127.0.0.1]", "a@b.c\n",
                    "\xc3\xa4@b.c", SIXTY "aaaaa@example.org", "a@" SIXTY "aaaa.org");
}

TEST(email_ends_at_254_bytes) {
        ASSERT_ALL(name_is_email, "a@" SIXTY "." SIXTY "." SIXTY "." SIXTY ".aaaaaaaa");
        ASSERT_NONE(name_is_email, "a@" SIXTY "." SIXTY "." SIXTY "." SIXTY ".aaaaaaaaa");
}

TEST(posix_ids_are_ours_within_their_ranges_only) {
        static const uint32_t ours[] = { 65536, 99999, 1879048192, 2147483647 };
        static const uint32_t imported[] = { 1000, 60000 };
        static const uint32_t never[] = {
                0,      1,      999,    60001,     65533,      65534,      65535,      100000,
                165536, 524287, 524288, 600100000, 1879048191, 2147483648, 4294967294, 4294967295,
        };

        for (size_t i = 0; i < ELEMENTSOF(ours); i++)
                ASSERT_TRUE(posix_id_is_ours(ours[i]) && posix_id_is_acceptable(ours[i]));
        for (size_t i = 0; i < ELEMENTSOF(imported); i++)
                ASSERT_TRUE(!posix_id_is_ours(imported[i]) && posix_id_is_acceptable(imported[i]));
        for (size_t i = 0; i < ELEMENTSOF(never); i++)
                ASSERT_FALSE(posix_id_is_ours(never[i]) || posix_id_is_acceptable(never[i]));
}

TEST(a_passwd_field_cannot_end_its_field_or_line) {
        ASSERT_TRUE(text_is_passwd_field("", 0));
        ASSERT_TRUE(text_is_passwd_field("Alice \xc3\x84, room 1", GECOS_MAX));
        ASSERT_TRUE(text_is_passwd_field("\xc2\xa0", 2));
        ASSERT_TRUE(text_is_passwd_field("12345", 5));
        ASSERT_FALSE(text_is_passwd_field("123456", 5));
        ASSERT_FALSE(text_is_passwd_field("a:b", 9));
        ASSERT_FALSE(text_is_passwd_field("a\nb", 9));
        ASSERT_FALSE(text_is_passwd_field("a\x1b[0m", 9));
        ASSERT_FALSE(text_is_passwd_field("\x7f", 9));
        ASSERT_FALSE(text_is_passwd_field("\xc2\x85", 9)); /* next line, a C1 control */
        ASSERT_FALSE(text_is_passwd_field("\xff", 9));
        ASSERT_FALSE(text_is_passwd_field(NULL, 9));
}

TEST(a_path_is_absolute_and_goes_straight) {
        static const char *const good[] = { "/", "/home/alice", "/a/..b/.c", "/usr/bin/bash" };
        static const char *const bad[] = {
                NULL, "",    "home",  "../x", "/a/../b", "/..",  "/.",    "/a/./b",
                "//", "//a", "/a//b", "/a/",  "/a:b",    "/a\n", "/\xff",
        };

        for (size_t i = 0; i < ELEMENTSOF(good); i++)
                ASSERT_TRUE(path_is_absolute_clean(good[i], HOST_PATH_MAX));
        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ASSERT_FALSE(path_is_absolute_clean(bad[i], HOST_PATH_MAX));
        ASSERT_FALSE(path_is_absolute_clean("/home/alice", 10));
        ASSERT_TRUE(path_is_absolute_clean("/home/alice", 11));
}
