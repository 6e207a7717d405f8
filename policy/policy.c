/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include "base/str.h"

static const char *const cause_texts[_POLICY_MAX] = {
        [POLICY_NO_RULE] = "no role or group allows it",
        [POLICY_BREAK_GLASS] = "local root may do everything",
        [POLICY_SUBJECT_DISABLED] = "the user is disabled",
        [POLICY_REALM_DISABLED] = "the realm is disabled",
        [POLICY_RULE] = "a permission allows it",
};

static bool word_matches(const char *pattern, const char *word) {
        return str_eq(pattern, POLICY_ANY) || str_eq(pattern, word);
}

static bool word_is_askable(const char *word) {
        return !str_is_empty(word) && !str_eq(word, POLICY_ANY);
}

static Verdict because(PolicyCause cause, size_t rule, PolicyExplanation *ret_why) {
        if (ret_why != NULL)
                *ret_why = (PolicyExplanation){ .cause = cause, .rule = rule };
        return cause == POLICY_RULE || cause == POLICY_BREAK_GLASS ? VERDICT_ALLOW : VERDICT_DENY;
}

Verdict
policy_decide(const PolicySubject *subject, const char *action, const char *resource,
              const PolicyContext *context, PolicyExplanation *ret_why) {
        if (!word_is_askable(action) || !word_is_askable(resource))
                return because(POLICY_NO_RULE, 0, ret_why);
        if (subject->is_break_glass)
                return because(POLICY_BREAK_GLASS, 0, ret_why);
        if (context->is_realm_disabled)
                return because(POLICY_REALM_DISABLED, 0, ret_why);
        if (subject->is_disabled)
                return because(POLICY_SUBJECT_DISABLED, 0, ret_why);

        for (size_t i = 0; i < subject->n_rules; i++)
                if (word_matches(subject->rules[i].resource, resource) &&
                    word_matches(subject->rules[i].action, action))
                        return because(POLICY_RULE, i, ret_why);
        return because(POLICY_NO_RULE, 0, ret_why);
}

const char *policy_cause_text(PolicyCause cause) {
        assert(cause >= 0 && cause < _POLICY_MAX);
        return cause_texts[cause];
}
