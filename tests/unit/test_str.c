/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "tests/support/test.h"

TEST(null_equals_only_null) {
        ASSERT_TRUE(str_eq(NULL, NULL));
        ASSERT_FALSE(str_eq(NULL, ""));
        ASSERT_FALSE(str_eq("", NULL));
        ASSERT_TRUE(str_eq("bob", "bob"));
        ASSERT_FALSE(str_eq("bob", "Bob"));
        ASSERT_TRUE(str_is_empty(NULL) && str_is_empty("") && !str_is_empty("x"));
        ASSERT_STREQ(str_or(NULL, "x"), "x");
        ASSERT_STREQ(str_or("", "x"), "");
}

TEST(beginnings_and_ends_are_seen) {
        ASSERT_TRUE(str_starts_with("alice", "al") && str_starts_with("alice", ""));
        ASSERT_FALSE(str_starts_with("al", "alice") || str_starts_with(NULL, ""));
        ASSERT_TRUE(str_ends_with("alice", "ice") && str_ends_with("alice", ""));
        ASSERT_FALSE(str_ends_with("ice", "alice") || str_ends_with(NULL, ""));
}

TEST(a_list_has_its_items_only) {
        const char *items[] = { "alice", "bob" };
        StrList list = { items, ELEMENTSOF(items) };
        StrList none = {};

        ASSERT_TRUE(str_list_has(&list, "bob"));
        ASSERT_FALSE(str_list_has(&list, "bo"));
        ASSERT_FALSE(str_list_has(&none, "bob"));
}

TEST(words_are_found_whole) {
        ASSERT_TRUE(str_words_have("openid profile", "openid"));
        ASSERT_TRUE(str_words_have("openid profile", "profile"));
        ASSERT_TRUE(str_words_have("  openid  ", "openid"));
        ASSERT_FALSE(str_words_have("openid profile", "open"));
        ASSERT_FALSE(str_words_have("openid profile", "file"));
        ASSERT_FALSE(str_words_have("openid profile", "openid profile"));
        ASSERT_FALSE(str_words_have("openid", ""));
        ASSERT_FALSE(str_words_have("", ""));
        ASSERT_FALSE(str_words_have(NULL, "openid") || str_words_have("a", NULL));
}

TEST(lower_case_is_ascii_whatever_the_locale) {
        char text[] = "AlIcE-Z[@\xc3\x84";

        str_ascii_lower(text);
        ASSERT_STREQ(text, "alice-z[@\xc3\x84");
}

TEST(printable_is_space_to_tilde) {
        ASSERT_TRUE(str_is_ascii_printable("") && str_is_ascii_printable(" ~"));
        ASSERT_FALSE(str_is_ascii_printable("\x1f") || str_is_ascii_printable("\x7f"));
        ASSERT_FALSE(str_is_ascii_printable("\xc3\xa4") || str_is_ascii_printable(NULL));
}

TEST(well_formed_utf8_is_accepted_at_its_edges) {
        static const char *const good[] = {
                "",
                "\x01",
                "\x7f",
                "\xc2\x80",
                "\xdf\xbf",
                "\xe0\xa0\x80",
                "\xed\x9f\xbf",
                "\xee\x80\x80",
                "\xef\xbf\xbf",
                "\xf0\x90\x80\x80",
                "\xf4\x8f\xbf\xbf",
        };

        for (size_t i = 0; i < ELEMENTSOF(good); i++)
                ASSERT_TRUE(str_is_utf8(good[i], strlen(good[i])));
}

TEST(malformed_utf8_is_refused) {
        static const char *const bad[] = {
                "\x80",
                "\xc0\xaf",
                "\xc1\xbf",
                "\xc2",
                "\xc2\x7f",
                "\xc2\xc0",
                "\xe0\x9f\xbf",
                "\xed\xa0\x80",
                "\xe2\x82",
                "\xe2\x82\x7f",
                "\xf0\x8f\xbf\xbf",
                "\xf4\x90\x80\x80",
                "\xf5\x80\x80\x80",
                "\xf0\x90\x80",
                "\xff",
                "a\xc3",
        };

        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ASSERT_FALSE(str_is_utf8(bad[i], strlen(bad[i])));
        ASSERT_FALSE(str_is_utf8("a\0b", 3));
        ASSERT_EQ(utf8_char_len("\xc3\xa4x", 3), 2);
        ASSERT_EQ(utf8_char_len("\xc3\xa4x", 1), 0);
        ASSERT_EQ(utf8_char_len("x", 0), 0);
}

TEST(numbers_are_whole_strings_of_digits) {
        static const char *const bad[] = { "", "-1", "+1", " 1", "1 ", "0x1", "1.0", "a", "1a" };
        uint64_t value = 7;

        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ASSERT_CODE(str_to_u64(bad[i], &value), -EINVAL);
        ASSERT_CODE(str_to_u64(NULL, &value), -EINVAL);
        ASSERT_EQ(value, 7);
        ASSERT_OK(str_to_u64("007", &value));
        ASSERT_EQ(value, 7);
}

TEST(numbers_out_of_range_are_refused_at_the_edge) {
        uint64_t wide = 7;
        uint32_t narrow = 7;

        ASSERT_OK(str_to_u64("18446744073709551615", &wide));
        ASSERT_TRUE(wide == UINT64_MAX);
        ASSERT_CODE(str_to_u64("18446744073709551616", &wide), -ERANGE);
        ASSERT_CODE(str_to_u64("99999999999999999999999", &wide), -ERANGE);
        ASSERT_OK(str_to_u32("4294967295", &narrow));
        ASSERT_TRUE(narrow == UINT32_MAX);
        ASSERT_CODE(str_to_u32("4294967296", &narrow), -ERANGE);
        ASSERT_CODE(str_to_u32("x", &narrow), -EINVAL);
        ASSERT_TRUE(narrow == UINT32_MAX);
}
