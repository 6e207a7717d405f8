/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/flow.h"

#include "base/reason.h"
#include "tests/support/test.h"

TEST(a_code_cannot_be_reached_without_a_right_password) {
        for (FlowEvent event = 0; event < _FLOW_EVENT_MAX; event++) {
                FlowState at = FLOW_IDENTIFY;

                if (flow_advance(&at, event) == 0)
                        ASSERT_TRUE(at == FLOW_PASSWORD || at == FLOW_REFUSED);
                at = FLOW_PASSWORD;
                if (flow_advance(&at, event) == 0 && at == FLOW_TOTP)
                        ASSERT_EQ(event, FLOW_PASSWORD_MORE);
        }
}

TEST(only_the_last_factor_ends_in_done) {
        for (FlowState from = 0; from < _FLOW_MAX; from++) {
                for (FlowEvent event = 0; event < _FLOW_EVENT_MAX; event++) {
                        FlowState at = from;

                        if (flow_advance(&at, event) != 0 || at != FLOW_DONE)
                                continue;
                        ASSERT_TRUE((from == FLOW_PASSWORD && event == FLOW_PASSWORD_ENOUGH) ||
                                    (from == FLOW_TOTP && event == FLOW_CODE_RIGHT));
                }
        }
}

TEST(what_is_over_stays_over) {
        const FlowState over[] = { FLOW_DONE, FLOW_REFUSED };

        for (size_t i = 0; i < ELEMENTSOF(over); i++) {
                for (FlowEvent event = 0; event < _FLOW_EVENT_MAX; event++) {
                        FlowState at = over[i];

                        ASSERT_CODE(flow_advance(&at, event), IAM_E_ATTEMPT_GONE);
                        ASSERT_EQ(at, over[i]);
                }
                ASSERT_TRUE(flow_is_over(over[i]));
        }
}

TEST(a_pam_attempt_ends_at_a_wrong_password_and_asks_a_code_thrice) {
        ASSERT_TRUE(flow_wrong_is_final(DOOR_PAM, FLOW_PASSWORD, 1));
        ASSERT_FALSE(flow_wrong_is_final(DOOR_PAM, FLOW_TOTP, 2));
        ASSERT_TRUE(flow_wrong_is_final(DOOR_PAM, FLOW_TOTP, 3));
}

TEST(a_page_asks_again_up_to_a_limit) {
        ASSERT_FALSE(flow_wrong_is_final(DOOR_BROWSER, FLOW_PASSWORD, 9));
        ASSERT_TRUE(flow_wrong_is_final(DOOR_BROWSER, FLOW_PASSWORD, 10));
        ASSERT_TRUE(flow_wrong_is_final(DOOR_BROWSER, FLOW_TOTP, 10));
        ASSERT_TRUE(flow_may_rename(DOOR_BROWSER));
        ASSERT_FALSE(flow_may_rename(DOOR_PAM));
}
