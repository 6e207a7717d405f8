/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a text: lines with their ends, words between blanks. */
#include "base/span.h"

#include <string.h>

#include "tests/support/test.h"

TEST(lines_keep_their_newlines_and_the_last_may_have_none) {
        static const char text[] = "one\n\nthree";
        const char *at = text, *end = text + strlen(text);
        Span line;

        ASSERT_TRUE(span_line(&at, end, &line) && span_is(line, "one\n"));
        ASSERT_TRUE(span_line(&at, end, &line) && span_is(line, "\n"));
        ASSERT_TRUE(span_line(&at, end, &line) && span_is(line, "three"));
        ASSERT_FALSE(span_line(&at, end, &line));
}

TEST(words_stand_between_blanks_of_any_number) {
        static const char text[] = " \tPlugin  [iam]\tx ";
        const char *at = text, *end = text + strlen(text);
        Span word;

        ASSERT_TRUE(span_word(&at, end, &word) && span_is(word, "Plugin"));
        ASSERT_TRUE(span_word(&at, end, &word) && span_is(word, "[iam]"));
        ASSERT_TRUE(span_word(&at, end, &word) && span_is(word, "x"));
        ASSERT_FALSE(span_word(&at, end, &word));
        ASSERT_FALSE(span_is(word, "x"));
}
