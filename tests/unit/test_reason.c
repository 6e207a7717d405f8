/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "tests/support/test.h"

TEST(every_reason_has_a_name_of_its_own_and_a_message) {
        for (int i = 0; i < _IAM_E_MAX; i++) {
                ASSERT_TRUE(reason_name(i)[0] != '\0');
                ASSERT_TRUE(reason_message(i)[0] != '\0');
                ASSERT_CODE(reason_from_name(reason_name(i)), i);
        }
}

TEST(names_are_lower_case_words_with_hyphens) {
        for (int i = 0; i < _IAM_E_MAX; i++)
                ASSERT_EQ(strspn(reason_name(i), "abcdefghijklmnopqrstuvwxyz-"),
                          strlen(reason_name(i)));
}

TEST(names_stand_for_what_they_say) {
        ASSERT_STREQ(reason_name(IAM_OK), "ok");
        ASSERT_STREQ(reason_name(IAM_E_NOT_FOUND), "not-found");
        ASSERT_CODE(reason_from_name("user-locked"), IAM_E_USER_LOCKED);
        ASSERT_TRUE(reason_is_retryable(IAM_E_BUSY));
        ASSERT_FALSE(reason_is_retryable(IAM_E_DENIED));
}

TEST(a_broken_world_tells_strangers_nothing) {
        static const int codes[] = { -EIO, -EINVAL, INT32_MIN, _IAM_E_MAX, INT32_MAX };

        for (size_t i = 0; i < ELEMENTSOF(codes); i++) {
                ASSERT_STREQ(reason_name(codes[i]), "internal");
                ASSERT_FALSE(reason_is_tellable(codes[i]));
                ASSERT_FALSE(reason_is_retryable(codes[i]));
        }
}

TEST(what_would_tell_accounts_apart_is_not_tellable) {
        static const Reason hidden[] = {
                IAM_E_UNKNOWN_USER,  IAM_E_WRONG_PASSWORD, IAM_E_WRONG_CODE,
                IAM_E_CODE_REPLAYED, IAM_E_NO_PASSWORD,    IAM_E_USER_DISABLED,
                IAM_E_USER_LOCKED,   IAM_E_SOURCE_LOCKED,  IAM_E_REALM_DISABLED,
                IAM_E_HOST_DENIED,   IAM_E_NOT_POSIX,      IAM_E_FACTOR_NOT_SERVED,
        };

        for (size_t i = 0; i < ELEMENTSOF(hidden); i++)
                ASSERT_FALSE(reason_is_tellable((int) hidden[i]));
        ASSERT_TRUE(reason_is_tellable(IAM_E_WRONG_CREDENTIALS));
}

TEST(unknown_names_are_no_reason) {
        ASSERT_CODE(reason_from_name("internal"), _IAM_E_INVALID);
        ASSERT_CODE(reason_from_name("NOT_FOUND"), _IAM_E_INVALID);
        ASSERT_CODE(reason_from_name(""), _IAM_E_INVALID);
        ASSERT_CODE(reason_from_name(NULL), _IAM_E_INVALID);
}
