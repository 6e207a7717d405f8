/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The authorisation core: one pure decision over values, deny by default, with the reason why.
 * Knows no store, no clock and no names but those it is given.  Conditions (and the time they need)
 * become further members of PolicyRule and PolicyContext; callers keep their shape.
 */
#pragma once

#include "base/macro.h"

/* Zero is deny, and one flipped bit of anything else is not allow.  Tested only by == ALLOW. */
typedef enum Verdict {
        VERDICT_DENY = 0,
        VERDICT_ALLOW = 0x5b3c69a6,
} Verdict;

#define POLICY_ANY "*"

/* A right the subject holds: to do `action` on `resource`; "*" stands for any of either. */
typedef struct PolicyRule {
        const char *resource;
        const char *action;
} PolicyRule;

typedef struct PolicySubject {
        bool is_break_glass; /* local root: may do all, whatever the rules say */
        bool is_disabled; /* may do nothing */
        const PolicyRule *rules;
        size_t n_rules;
} PolicySubject;

typedef struct PolicyContext {
        bool is_realm_disabled; /* nobody of the realm may do anything; break-glass may */
} PolicyContext;

typedef enum PolicyCause {
        POLICY_NO_RULE,
        POLICY_BREAK_GLASS,
        POLICY_SUBJECT_DISABLED,
        POLICY_REALM_DISABLED,
        POLICY_RULE, /* see rule */
        _POLICY_MAX,
        _POLICY_INVALID = -EINVAL,
} PolicyCause;

typedef struct PolicyExplanation {
        PolicyCause cause;
        size_t rule; /* index of the rule that allowed; the first that matches */
} PolicyExplanation;

/* ret_why may be NULL.  An empty action or resource, or "*" as one, is nothing one can ask for. */
Verdict
policy_decide(const PolicySubject *subject, const char *action, const char *resource,
              const PolicyContext *context, PolicyExplanation *ret_why);

const char *policy_cause_text(PolicyCause cause); /* "no role or group allows it" */
