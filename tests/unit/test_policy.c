/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include "tests/support/test.h"

static const PolicyContext open_realm = {};

TEST(what_no_rule_allows_is_denied) {
        PolicyRule rules[] = { { "user", "show" } };
        PolicySubject subject = { .rules = rules, .n_rules = 1 };
        PolicyExplanation why;

        ASSERT_EQ(policy_decide(&subject, "create", "user", &open_realm, &why), VERDICT_DENY);
        ASSERT_EQ(why.cause, POLICY_NO_RULE);
        ASSERT_EQ(policy_decide(&subject, "show", "users", &open_realm, &why), VERDICT_DENY);
        ASSERT_EQ(policy_decide(&subject, "user", "show", &open_realm, &why), VERDICT_DENY);
        ASSERT_EQ(policy_decide(&subject, "show", "user", &open_realm, &why), VERDICT_ALLOW);
        ASSERT_EQ(why.cause, POLICY_RULE);
        ASSERT_EQ(why.rule, 0);
        subject.n_rules = 0;
        ASSERT_EQ(policy_decide(&subject, "show", "user", &open_realm, NULL), VERDICT_DENY);
}

TEST(a_star_stands_for_any_word_but_only_in_a_rule) {
        static const struct {
                PolicyRule rule;
                const char *action, *resource;
                Verdict verdict;
        } cases[] = {
                { { "*", "*" }, "login", "host", VERDICT_ALLOW },
                { { "user", "*" }, "create", "user", VERDICT_ALLOW },
                { { "user", "*" }, "create", "role", VERDICT_DENY },
                { { "*", "list" }, "list", "role", VERDICT_ALLOW },
                { { "*", "list" }, "show", "role", VERDICT_DENY },
                { { "us*", "list" }, "list", "user", VERDICT_DENY },
                { { "user", "list" }, "*", "*", VERDICT_DENY },
                { { "*", "*" }, "*", "user", VERDICT_DENY },
                { { "*", "*" }, "", "user", VERDICT_DENY },
                { { "*", "*" }, "list", "", VERDICT_DENY },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                PolicySubject subject = { .rules = &cases[i].rule, .n_rules = 1 };

                ASSERT_EQ(policy_decide(&subject, cases[i].action, cases[i].resource, &open_realm,
                                        NULL),
                          cases[i].verdict);
        }
}

TEST(a_disabled_user_may_nothing_and_nobody_in_a_disabled_realm) {
        PolicyRule all = { "*", "*" };
        PolicySubject subject = { .rules = &all, .n_rules = 1, .is_disabled = true };
        PolicyContext closed = { .is_realm_disabled = true };
        PolicyExplanation why;

        ASSERT_EQ(policy_decide(&subject, "login", "host", &open_realm, &why), VERDICT_DENY);
        ASSERT_EQ(why.cause, POLICY_SUBJECT_DISABLED);
        subject.is_disabled = false;
        ASSERT_EQ(policy_decide(&subject, "login", "host", &closed, &why), VERDICT_DENY);
        ASSERT_EQ(why.cause, POLICY_REALM_DISABLED);
}

TEST(local_root_may_do_everything) {
        PolicySubject root = { .is_break_glass = true };
        PolicyContext closed = { .is_realm_disabled = true };
        PolicyExplanation why;

        ASSERT_EQ(policy_decide(&root, "delete", "realm", &closed, &why), VERDICT_ALLOW);
        ASSERT_EQ(why.cause, POLICY_BREAK_GLASS);
}

TEST(the_first_rule_that_matches_is_the_explanation) {
        PolicyRule rules[] = { { "a", "b" }, { "host", "*" }, { "host", "login" } };
        PolicySubject subject = { .rules = rules, .n_rules = 3 };
        PolicyExplanation why;

        ASSERT_EQ(policy_decide(&subject, "login", "host", &open_realm, &why), VERDICT_ALLOW);
        ASSERT_EQ(why.rule, 1);
}
