/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret_bytes.h"
#include "tests/support/test.h"

static bool is_wiped(const void *bytes, size_t len) {
        for (size_t i = 0; i < len; i++) {
                if (((const uint8_t *) bytes)[i] != 0)
                        return false;
        }
        return true;
}

TEST(a_shorter_secret_leaves_nothing_of_the_longer_one) {
        CLEANUP(secret_clear) Secret s = {};

        ASSERT_OK(secret_set(&s, "correct horse", 13));
        ASSERT_OK(secret_set(&s, "abc", 3));
        ASSERT_EQ(s.len, 3);
        ASSERT_MEMEQ(secret_bytes(&s), "abc", 3);
        ASSERT_TRUE(is_wiped(secret_bytes(&s) + 3, SECRET_MAX - 3));
}

TEST(too_long_a_secret_is_refused_never_cut) {
        CLEANUP(secret_clear) Secret s = {};
        char bytes[SECRET_MAX + 1];

        memset(bytes, 'x', sizeof(bytes));
        ASSERT_OK(secret_set(&s, "old", 3));
        ASSERT_CODE(secret_set(&s, bytes, sizeof(bytes)), -EMSGSIZE);
        ASSERT_MEMEQ(secret_bytes(&s), "old", 3);
        ASSERT_OK(secret_set(&s, bytes, SECRET_MAX));
        ASSERT_EQ(s.len, SECRET_MAX);
}

TEST(moving_in_wipes_the_source_even_when_it_fails) {
        CLEANUP(secret_clear) Secret s = {};
        char small[] = "hunter2";
        char large[SECRET_MAX + 1];

        ASSERT_OK(secret_move_in(&s, small, 7));
        ASSERT_MEMEQ(secret_bytes(&s), "hunter2", 7);
        ASSERT_TRUE(is_wiped(small, sizeof(small)));

        memset(large, 'x', sizeof(large));
        ASSERT_CODE(secret_move_in(&s, large, sizeof(large)), -EMSGSIZE);
        ASSERT_TRUE(is_wiped(large, sizeof(large)));
}

TEST(clearing_wipes_all_and_takes_null) {
        Secret s = {};

        ASSERT_OK(secret_set(&s, "hunter2", 7));
        secret_clear(&s);
        ASSERT_TRUE(secret_is_empty(&s));
        ASSERT_TRUE(is_wiped(&s, sizeof(s)));
        secret_clear(NULL);
}

TEST(equality_sees_length_and_every_byte) {
        CLEANUP(secret_clear) Secret a = {};
        CLEANUP(secret_clear) Secret b = {};

        ASSERT_OK(secret_set(&a, "0123456789abcdef", 16));
        ASSERT_OK(secret_set(&b, "0123456789abcdef", 16));
        ASSERT_TRUE(secret_equal(&a, &b));
        for (size_t i = 0; i < 16; i++) {
                secret_buffer(&b)[i] ^= 1;
                ASSERT_FALSE(secret_equal(&a, &b));
                secret_buffer(&b)[i] ^= 1;
        }
        ASSERT_OK(secret_set(&b, "0123456789abcde", 15));
        ASSERT_FALSE(secret_equal(&a, &b));
}

TEST(an_empty_secret_equals_nothing) {
        Secret a = {};
        Secret b = {};

        ASSERT_FALSE(secret_equal(&a, &b));
        ASSERT_FALSE(secret_equal(&a, &a));
}

TEST(raw_bytes_compare_by_both_lengths) {
        ASSERT_TRUE(bytes_equal("ab", 2, "abc", 2));
        ASSERT_FALSE(bytes_equal("ab", 2, "abc", 3));
        ASSERT_FALSE(bytes_equal("ab", 2, "ac", 2));
        ASSERT_TRUE(bytes_equal(NULL, 0, "", 0));
}
