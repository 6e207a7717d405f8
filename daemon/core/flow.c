/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/flow.h"

#include "base/reason.h"

/*
 * A program that speaks PAM asks again by itself after a wrong password, so its attempt ends there;
 * a wrong code is asked again within the attempt, so that nobody types a long password twice for
 * a code that had just run out.  The guess counters bound what many attempts may do together.
 */
#define PAM_WRONG_PASSWORDS 1
#define PAM_WRONG_ANSWERS 3
#define PAGE_WRONG_ANSWERS 10

typedef struct FlowWay {
        bool legal;
        FlowState next;
} FlowWay;

/* clang-format off */
/* An absent cell is zero: not legal. */
static const FlowWay ways[_FLOW_MAX][_FLOW_EVENT_MAX] = {
        [FLOW_IDENTIFY] = { [FLOW_NAMED]        = { true, FLOW_PASSWORD },
                            [FLOW_CODE_ALONE]   = { true, FLOW_TOTP },
                            [FLOW_TRUSTED]      = { true, FLOW_CHOOSE },
                            [FLOW_GIVE_UP]      = { true, FLOW_REFUSED } },
        [FLOW_PASSWORD] = { [FLOW_NAMED]        = { true, FLOW_PASSWORD },
                            [FLOW_FACTOR_LEFT]  = { true, FLOW_TOTP },
                            [FLOW_PROVEN]       = { true, FLOW_DONE },
                            [FLOW_MUST_CHOOSE]  = { true, FLOW_CHOOSE },
                            [FLOW_WRONG]        = { true, FLOW_PASSWORD },
                            [FLOW_WRONG_RENAME] = { true, FLOW_IDENTIFY },
                            [FLOW_GIVE_UP]      = { true, FLOW_REFUSED } },
        [FLOW_TOTP]     = { [FLOW_PROVEN]       = { true, FLOW_DONE },
                            [FLOW_MUST_CHOOSE]  = { true, FLOW_CHOOSE },
                            [FLOW_WRONG]        = { true, FLOW_TOTP },
                            [FLOW_GIVE_UP]      = { true, FLOW_REFUSED } },
        [FLOW_CHOOSE]   = { [FLOW_CHOSEN]       = { true, FLOW_DONE },
                            [FLOW_WRONG]        = { true, FLOW_CHOOSE },
                            [FLOW_GIVE_UP]      = { true, FLOW_REFUSED } },
};
/* clang-format on */

int flow_advance(FlowState *state, FlowEvent event) {
        assert(*state >= 0 && *state < _FLOW_MAX);
        assert(event >= 0 && event < _FLOW_EVENT_MAX);

        const FlowWay *way = &ways[*state][event];
        if (!way->legal)
                return IAM_E_ATTEMPT_GONE;
        *state = way->next;
        return 0;
}

FlowEvent flow_opening(Purpose purpose, bool has_second_factor) {
        if (purpose == PURPOSE_RESET)
                return FLOW_TRUSTED;
        return purpose == PURPOSE_CONFIRM && has_second_factor ? FLOW_CODE_ALONE : FLOW_NAMED;
}

FlowEvent flow_opening_by_key(bool has_second_factor) {
        return has_second_factor ? FLOW_CODE_ALONE : FLOW_NAMED;
}

FlowEvent
flow_after(Purpose purpose, Door door, FlowState state, bool factor_is_left, bool must_change) {
        bool chooses = purpose == PURPOSE_CHANGE;

        if (state == FLOW_CHOOSE)
                return FLOW_CHOSEN;
        if (state == FLOW_PASSWORD && factor_is_left)
                return FLOW_FACTOR_LEFT;
        if (must_change && door == DOOR_BROWSER)
                chooses = purpose == PURPOSE_LOGIN || purpose == PURPOSE_REAUTH || chooses;
        return chooses ? FLOW_MUST_CHOOSE : FLOW_PROVEN;
}

bool purpose_proves_all(Purpose purpose) {
        return purpose != PURPOSE_CONFIRM && purpose != PURPOSE_RESET;
}

bool purpose_opens(Purpose purpose) {
        return purpose == PURPOSE_LOGIN || purpose == PURPOSE_CHANGE;
}

bool flow_may_rename(Door door, Purpose purpose) {
        return door == DOOR_BROWSER && purpose == PURPOSE_LOGIN;
}

bool flow_wrong_is_final(Door door, FlowState state, int64_t wrong) {
        if (door == DOOR_BROWSER)
                return wrong >= PAGE_WRONG_ANSWERS;
        if (state == FLOW_PASSWORD)
                return wrong >= PAM_WRONG_PASSWORDS;
        return wrong >= PAM_WRONG_ANSWERS;
}
