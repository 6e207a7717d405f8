/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The login as a state machine: what an attempt may do next, as a table.  Pure: who proved what is
 * found out elsewhere and comes in as an event.
 */
#pragma once

#include "daemon/core/attempt.h"

typedef enum FlowEvent {
        FLOW_NAMED, /* somebody said who they are, known or not */
        FLOW_CODE_ALONE, /* known who; the second factor alone is asked for */
        FLOW_TRUSTED, /* known who, and nothing is left to prove */
        FLOW_FACTOR_LEFT, /* right, and another factor is to be proven */
        FLOW_PROVEN, /* right, and that was all */
        FLOW_MUST_CHOOSE, /* right, and a new password is to be chosen */
        FLOW_CHOSEN,
        FLOW_WRONG, /* the same prompt again */
        FLOW_WRONG_RENAME, /* wrong, and the name is asked again: it may be what was mistyped */
        FLOW_GIVE_UP, /* too many wrong answers, or the door cannot go on */
        _FLOW_EVENT_MAX,
        _FLOW_EVENT_INVALID = -EINVAL,
} FlowEvent;

/* 0, or IAM_E_ATTEMPT_GONE when the state has no such way out. */
int flow_advance(FlowState *state, FlowEvent event);

static inline bool flow_is_over(FlowState state) {
        return state == FLOW_DONE || state == FLOW_REFUSED;
}

/* How an attempt begins once its user is named. */
FlowEvent flow_opening(Purpose purpose, bool has_second_factor);
/* The same for a login that a security key which verified its owner began: it stands for the
 * password, and the other factor is asked for; who has no other is asked for the password. */
FlowEvent flow_opening_by_key(bool has_second_factor);
/*
 * What a right answer leads to.  factor_is_left: the user has a second factor that was not proven
 * in this attempt; must_change: the password has expired.  PAM has its own question for that, which
 * key logins reach too, so a login by PAM is done all the same.
 */
FlowEvent
flow_after(Purpose purpose, Door door, FlowState state, bool factor_is_left, bool must_change);

/* True when this was the last wrong answer that the door's attempts allow in the state. */
bool flow_wrong_is_final(Door door, FlowState state, int64_t wrong);
/* True when all of a user's factors are proven for it. */
bool purpose_proves_all(Purpose purpose);
/* True when a session may be opened by what was proven for it. */
bool purpose_opens(Purpose purpose);

/* True when the person can name somebody else in the same attempt (a page, not PAM). */
bool flow_may_rename(Door door, Purpose purpose);
