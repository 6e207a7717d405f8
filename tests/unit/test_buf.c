/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "tests/support/test.h"

TEST(what_is_put_is_there_and_terminated) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(1000);

        buf_put_str(&buf, "alice");
        buf_put_char(&buf, ' ');
        buf_printf(&buf, "%s %d", "is", 7);
        buf_put(&buf, NULL, 0);
        ASSERT_STREQ(buf.bytes, "alice is 7");
        ASSERT_EQ(buf.len, 10);
        ASSERT_OK(buf_error(&buf));
}

TEST(the_limit_is_of_content_and_hard) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(5);

        buf_put_str(&buf, "12345");
        ASSERT_OK(buf_error(&buf));
        buf_put_char(&buf, '6');
        ASSERT_CODE(buf_error(&buf), -EMSGSIZE);
        ASSERT_STREQ(buf.bytes, "12345");
}

TEST(a_buffer_without_a_limit_takes_nothing) {
        CLEANUP(buf_done) Buf buf = {};

        buf_put_char(&buf, 'x');
        ASSERT_CODE(buf_error(&buf), -EMSGSIZE);
        ASSERT_EQ(buf.len, 0);
}

TEST(the_first_error_sticks_until_clear) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(4);

        buf_put_str(&buf, "ab");
        buf_put_str(&buf, "cde"); /* as a whole too large */
        buf_put_char(&buf, 'c');
        buf_printf(&buf, "%d", 1);
        ASSERT_CODE(buf_error(&buf), -EMSGSIZE);
        ASSERT_STREQ(buf.bytes, "ab");
        buf_clear(&buf);
        ASSERT_OK(buf_error(&buf));
        buf_put_str(&buf, "wxyz");
        ASSERT_STREQ(buf.bytes, "wxyz");
}

TEST(clear_wipes_the_whole_block) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(100);

        buf_put_str(&buf, "correct horse");
        buf_clear(&buf);
        for (size_t i = 0; i < 13; i++)
                ASSERT_EQ(buf.bytes[i], 0);
        ASSERT_EQ(buf.len, 0);
}

TEST(growth_keeps_the_content_and_doubles) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(100000);
        size_t moves = 0;
        size_t last = 0;

        for (size_t i = 0; i < 100000; i++) {
                buf_put_char(&buf, (char) ('a' + i % 26));
                moves += buf.capacity != last;
                last = buf.capacity;
        }
        ASSERT_OK(buf_error(&buf));
        ASSERT_TRUE(moves <= 12);
        ASSERT_TRUE(buf.capacity <= 100001);
        for (size_t i = 0; i < 100000; i++)
                ASSERT_EQ(buf.bytes[i], 'a' + i % 26);
}

TEST(dropping_the_front_keeps_and_terminates_the_rest) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(100);

        buf_drop_front(&buf, 0);
        buf_put_str(&buf, "secret rest");
        buf_drop_front(&buf, 7);
        ASSERT_STREQ(buf.bytes, "rest");
        ASSERT_EQ(buf.len, 4);
        for (size_t i = 4; i < 11; i++)
                ASSERT_EQ(buf.bytes[i], 0); /* what moved away is wiped */
        buf_drop_front(&buf, 4);
        ASSERT_STREQ(buf.bytes, "");
}

TEST(a_length_that_overflows_is_refused) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(SIZE_MAX);

        buf_put_char(&buf, 'x');
        buf_put(&buf, "", SIZE_MAX - 1);
        ASSERT_CODE(buf_error(&buf), -ENOMEM);
        ASSERT_STREQ(buf.bytes, "x");
}

TEST(a_copy_lives_in_the_arena_and_is_not_made_of_what_failed) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4096);
        const char *text = "untouched";
        Buf buf = BUF_INIT(4);

        ASSERT_OK(buf_copy(&buf, &arena, &text));
        ASSERT_STREQ(text, "");
        buf_put_str(&buf, "abcd");
        ASSERT_OK(buf_copy(&buf, &arena, &text));
        buf_put_char(&buf, 'e');
        ASSERT_CODE(buf_copy(&buf, &arena, &text), -EMSGSIZE);
        buf_done(&buf);
        ASSERT_STREQ(text, "abcd");
}
