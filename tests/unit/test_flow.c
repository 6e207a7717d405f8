/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/flow.h"

#include "base/reason.h"
#include "tests/support/test.h"

TEST(a_code_is_asked_after_a_right_password_or_alone_where_that_is_the_purpose) {
        for (FlowEvent event = 0; event < _FLOW_EVENT_MAX; event++) {
                FlowState at = FLOW_IDENTIFY;

                if (flow_advance(&at, event) == 0 && at == FLOW_TOTP)
                        ASSERT_EQ(event, FLOW_CODE_ALONE);
                at = FLOW_PASSWORD;
                if (flow_advance(&at, event) == 0 && at == FLOW_TOTP)
                        ASSERT_EQ(event, FLOW_FACTOR_LEFT);
        }
}

TEST(only_the_last_factor_or_a_choice_ends_in_done) {
        for (FlowState from = 0; from < _FLOW_MAX; from++) {
                for (FlowEvent event = 0; event < _FLOW_EVENT_MAX; event++) {
                        FlowState at = from;

                        if (flow_advance(&at, event) != 0 || at != FLOW_DONE)
                                continue;
                        ASSERT_TRUE((from == FLOW_PASSWORD && event == FLOW_PROVEN) ||
                                    (from == FLOW_TOTP && event == FLOW_PROVEN) ||
                                    (from == FLOW_CHOOSE && event == FLOW_CHOSEN));
                }
        }
}

TEST(only_a_reset_by_root_begins_without_a_question) {
        for (Purpose purpose = 0; purpose < _PURPOSE_MAX; purpose++) {
                for (int has_second = 0; has_second < 2; has_second++) {
                        FlowEvent event = flow_opening(purpose, has_second != 0);

                        ASSERT_EQ(event == FLOW_TRUSTED, purpose == PURPOSE_RESET);
                        ASSERT_EQ(event == FLOW_CODE_ALONE,
                                  purpose == PURPOSE_CONFIRM && has_second != 0);
                }
        }
}

TEST(no_purpose_passes_over_a_factor_that_is_left) {
        for (Purpose purpose = 0; purpose < _PURPOSE_MAX; purpose++)
                for (Door door = 0; door < _DOOR_MAX; door++)
                        ASSERT_EQ(flow_after(purpose, door, FLOW_PASSWORD, true, true),
                                  FLOW_FACTOR_LEFT);
}

TEST(an_expired_password_is_replaced_on_the_page_before_anybody_gets_in) {
        ASSERT_EQ(flow_after(PURPOSE_LOGIN, DOOR_BROWSER, FLOW_TOTP, false, true),
                  FLOW_MUST_CHOOSE);
        ASSERT_EQ(flow_after(PURPOSE_LOGIN, DOOR_BROWSER, FLOW_PASSWORD, false, true),
                  FLOW_MUST_CHOOSE);
        ASSERT_EQ(flow_after(PURPOSE_LOGIN, DOOR_PAM, FLOW_TOTP, false, true), FLOW_PROVEN);
        ASSERT_EQ(flow_after(PURPOSE_CONFIRM, DOOR_BROWSER, FLOW_TOTP, false, true), FLOW_PROVEN);
        ASSERT_EQ(flow_after(PURPOSE_CHANGE, DOOR_PAM, FLOW_TOTP, false, false), FLOW_MUST_CHOOSE);
}

TEST(a_confirmation_and_a_reset_open_no_session) {
        ASSERT_TRUE(purpose_opens(PURPOSE_LOGIN));
        ASSERT_TRUE(purpose_opens(PURPOSE_CHANGE));
        ASSERT_FALSE(purpose_opens(PURPOSE_CONFIRM));
        ASSERT_FALSE(purpose_opens(PURPOSE_REAUTH));
        ASSERT_FALSE(purpose_opens(PURPOSE_RESET));
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
        ASSERT_TRUE(flow_may_rename(DOOR_BROWSER, PURPOSE_LOGIN));
        ASSERT_FALSE(flow_may_rename(DOOR_PAM, PURPOSE_LOGIN));
        ASSERT_FALSE(flow_may_rename(DOOR_BROWSER, PURPOSE_REAUTH));
}
