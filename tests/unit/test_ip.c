/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/test.h"

#include "base/ip.h"

TEST(addresses_have_one_form) {
        static const char *const same[][2] = {
                { "127.0.0.1", "127.0.0.1" },
                { "::ffff:127.0.0.1", "127.0.0.1" },
                { "2001:DB8:0::1", "2001:db8::1" },
                { "::", "::" },
        };
        char text[IP_TEXT_SIZE];
        Ip ip;

        for (size_t i = 0; i < ELEMENTSOF(same); i++) {
                ASSERT_OK(ip_parse(same[i][0], &ip));
                ip_format(&ip, text);
                ASSERT_STREQ(text, same[i][1]);
        }
}

TEST(what_is_no_address_is_refused) {
        static const char *const bad[] = { "",          "localhost", "127.1",    "[::1]",
                                           "1.2.3.4/8", "::1%lo",    "256.0.0.1" };
        Ip ip;

        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ASSERT_CODE(ip_parse(bad[i], &ip), -EINVAL);
}

TEST(a_network_has_its_addresses_and_no_others) {
        static const struct {
                const char *network, *address;
                bool has;
        } cases[] = {
                { "10.0.0.0/8", "10.255.0.1", true },
                { "10.0.0.0/8", "11.0.0.1", false },
                { "10.0.0.0/8", "::ffff:10.1.1.1", true },
                { "10.0.0.0/8", "a00::", false },
                { "0.0.0.0/0", "200.1.1.1", true },
                { "0.0.0.0/0", "2001:db8::1", false },
                { "::/0", "200.1.1.1", true },
                { "192.0.2.128/25", "192.0.2.127", false },
                { "192.0.2.128/25", "192.0.2.200", true },
                { "2001:db8::/32", "2001:db8:1::5", true },
                { "2001:db8::/32", "2001:db9::5", false },
                { "::1", "::1", true },
                { "::1", "::2", false },
        };
        Cidr cidr;
        Ip ip;

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ASSERT_OK(cidr_parse(cases[i].network, &cidr));
                ASSERT_OK(ip_parse(cases[i].address, &ip));
                if (cidr_has(&cidr, &ip) != cases[i].has)
                        fail_msg("%s in %s", cases[i].address, cases[i].network);
        }
}

TEST(what_is_no_network_is_refused) {
        static const char *const bad[] = { "10.0.0.1/8",  "10.0.0.0/33",  "::/129",
                                           "10.0.0.0/",   "10.0.0.0/8/8", "/8",
                                           "10.0.0.0/-1", "fe80::1/64" };
        Cidr cidr;

        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                if (cidr_parse(bad[i], &cidr) != -EINVAL)
                        fail_msg("%s was taken", bad[i]);
}

TEST(a_prefix_stands_for_its_neighbours) {
        Ip ip, prefix;
        char text[IP_TEXT_SIZE];

        ASSERT_OK(ip_parse("192.0.2.77", &ip));
        prefix = ip_prefix(&ip, 24, 48);
        ip_format(&prefix, text);
        ASSERT_STREQ(text, "192.0.2.0");
        ASSERT_OK(ip_parse("2001:db8:1:2:3::4", &ip));
        prefix = ip_prefix(&ip, 24, 48);
        ip_format(&prefix, text);
        ASSERT_STREQ(text, "2001:db8:1::");
        ASSERT_OK(ip_parse("127.9.9.9", &ip));
        ASSERT_TRUE(ip_is_loopback(&ip));
        ASSERT_OK(ip_parse("::1", &ip));
        ASSERT_TRUE(ip_is_loopback(&ip));
        ASSERT_OK(ip_parse("::2", &ip));
        ASSERT_FALSE(ip_is_loopback(&ip));
}
