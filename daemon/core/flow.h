/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The login as a state machine: what an attempt may do next, as a table.  Pure: who proved what is
 * found out elsewhere and comes in as an event.
 */
#pragma once

#include "daemon/core/attempt.h"

typedef enum FlowEvent {
        FLOW_NAMED, /* somebody said who they are, known or not */
        FLOW_PASSWORD_ENOUGH, /* right, and no second factor is set up */
        FLOW_PASSWORD_MORE, /* right, and a second factor is set up */
        FLOW_CODE_RIGHT,
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

/* True when this was the last wrong answer that the door's attempts allow in the state. */
bool flow_wrong_is_final(Door door, FlowState state, int64_t wrong);
/* True when the person can name somebody else in the same attempt (a page, not PAM). */
bool flow_may_rename(Door door);
