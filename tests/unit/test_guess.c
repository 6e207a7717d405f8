/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/guess.h"

#include "base/reason.h"
#include "tests/support/test.h"

static const RealmSettings settings = { .lockout_threshold = 5, .lockout_duration_seconds = 60 };

TEST(a_stranger_is_counted_by_source_account_and_realm) {
        GuessRule rules[GUESS_RULES_MAX];

        ASSERT_EQ(guess_rules(&settings, /* device_is_known= */ false, rules), 3);
        ASSERT_EQ(rules[0].scope, GUESS_SOURCE);
        ASSERT_EQ(rules[1].scope, GUESS_ACCOUNT);
        ASSERT_EQ(rules[1].limit, 5);
        ASSERT_EQ(rules[1].window, 60 * USEC_PER_SEC);
        ASSERT_EQ(rules[2].scope, GUESS_REALM);
}

TEST(a_known_device_has_a_counter_that_strangers_cannot_fill) {
        GuessRule rules[GUESS_RULES_MAX];

        ASSERT_EQ(guess_rules(&settings, /* device_is_known= */ true, rules), 1);
        ASSERT_EQ(rules[0].scope, GUESS_ACCOUNT_DEVICE);
        ASSERT_EQ(rules[0].limit, 5);
}

TEST(the_guess_after_the_last_is_refused) {
        static const struct {
                GuessScope scope;
                int reason;
        } cases[] = {
                { GUESS_ACCOUNT, IAM_E_USER_LOCKED },
                { GUESS_ACCOUNT_DEVICE, IAM_E_USER_LOCKED },
                { GUESS_SOURCE, IAM_E_SOURCE_LOCKED },
                { GUESS_REALM, IAM_E_SOURCE_LOCKED },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const GuessRule rule = { .scope = cases[i].scope, .limit = 3, .window = 1 };

                ASSERT_OK(guess_judge(&rule, &(GuessCounter){ .count = 3 }));
                ASSERT_CODE(guess_judge(&rule, &(GuessCounter){ .count = 4 }), cases[i].reason);
        }
}

TEST(only_the_source_pays_for_a_guess_that_was_not_made) {
        ASSERT_FALSE(guess_is_refunded(&(GuessRule){ .scope = GUESS_SOURCE }));
        ASSERT_TRUE(guess_is_refunded(&(GuessRule){ .scope = GUESS_ACCOUNT }));
        ASSERT_TRUE(guess_is_refunded(&(GuessRule){ .scope = GUESS_REALM }));
}

TEST(a_source_is_a_prefix_a_console_or_a_name) {
        static const struct {
                const char *address;
                const char *same_as;
        } same[] = {
                { "192.0.2.1", "192.0.2.254" },
                { "192.0.2.1", "::ffff:192.0.2.9" },
                { "2001:db8:1::1", "2001:db8:1:ffff::2" },
                { NULL, "" },
                { "Host.Example.ORG", "host.example.org" },
        };
        static const struct {
                const char *address;
                const char *other;
        } differ[] = {
                { "192.0.2.1", "192.0.3.1" },
                { "2001:db8:1::1", "2001:db8:2::1" },
                { NULL, "192.0.2.1" },
        };
        char a[GUESS_SOURCE_SIZE];
        char b[GUESS_SOURCE_SIZE];

        for (size_t i = 0; i < ELEMENTSOF(same); i++) {
                guess_source(same[i].address, a);
                guess_source(same[i].same_as, b);
                ASSERT_STREQ(a, b);
        }
        for (size_t i = 0; i < ELEMENTSOF(differ); i++) {
                guess_source(differ[i].address, a);
                guess_source(differ[i].other, b);
                ASSERT_TRUE(strcmp(a, b) != 0);
        }
}

TEST(a_long_host_name_is_cut_to_its_limit) {
        char text[300];
        char source[GUESS_SOURCE_SIZE];

        memset(text, 'x', sizeof(text) - 1);
        text[sizeof(text) - 1] = '\0';
        guess_source(text, source);
        ASSERT_EQ(strlen(source), GUESS_SOURCE_SIZE - 1);
}
