/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "tests/support/test.h"

static int check(const char *text) {
        JsonValue value;

        return json_check(text, strlen(text), &value, NULL);
}

static JsonValue parsed(const char *text) {
        JsonValue value = {};

        ASSERT_OK(json_check(text, strlen(text), &value, NULL));
        return value;
}

TEST(every_kind_of_value_is_known_by_its_type) {
        ASSERT_EQ(parsed("null").type, JSON_NULL);
        ASSERT_EQ(parsed(" true ").type, JSON_BOOL);
        ASSERT_EQ(parsed("-1").type, JSON_INT);
        ASSERT_EQ(parsed("\"\"").type, JSON_STRING);
        ASSERT_EQ(parsed("[]").type, JSON_ARRAY);
        ASSERT_EQ(parsed("\t{\r\n} ").type, JSON_OBJECT);
}

TEST(members_are_found_by_their_unescaped_name) {
        JsonValue object = parsed("{ \"a\" : [1, {\"b\":2}] , \"\\u0062\":\"]}\" }");
        JsonValue value;
        char text[8];
        size_t len;

        ASSERT_EQ(json_count(&object), 2);
        ASSERT_EQ(json_member(&object, "b", &value), 1);
        ASSERT_OK(json_get_str(&value, text, sizeof(text), &len));
        ASSERT_STREQ(text, "]}");
        ASSERT_EQ(len, 2);
        ASSERT_EQ(json_member(&object, "c", &value), 0);
        ASSERT_EQ(json_member(&object, "a", &value), 1);
        ASSERT_EQ(json_count(&value), 2);
}

TEST(duplicate_names_are_refused_however_they_are_written) {
        ASSERT_CODE(check("{\"a\":1,\"a\":2}"), -EINVAL);
        ASSERT_CODE(check("{\"a\":1,\"\\u0061\":2}"), -EINVAL);
        ASSERT_OK(check("{\"a\":{\"a\":1},\"b\":{\"a\":1}}"));
}

TEST(what_is_written_reads_back) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(1000);
        JsonWriter w = JSON_WRITER(&buf);

        json_begin_object(&w);
        json_put_str(&w, "name", "a\"\\\n\x01\xc3\xa4");
        json_put_str(&w, "absent", NULL);
        json_put_int(&w, "n", -9007199254740991);
        json_put_bool(&w, "yes", true);
        json_key(&w, "list");
        json_begin_array(&w);
        json_int(&w, 0);
        json_null(&w);
        json_begin_object(&w);
        json_end_object(&w);
        json_raw(&w, "[1]", 3);
        json_end_array(&w);
        json_end_object(&w);
        ASSERT_OK(buf_error(&buf));
        ASSERT_STREQ(buf.bytes, "{\"name\":\"a\\\"\\\\\\n\\u0001\xc3\xa4\",\"n\":-9007199254740991,"
                                "\"yes\":true,\"list\":[0,null,{},[1]]}");
        ASSERT_OK(check(buf.bytes));
}

TEST(malformed_texts_are_refused) {
        static const char *const bad[] = {
                "",           " ",     "{",       "[",
                "\"",         "[1",    "[1,",     "[1,]",
                "[,1]",       "[1 2]", "{\"a\"}", "{\"a\":}",
                "{\"a\":1,}", "{a:1}", "{1:1}",   "{\"a\" 1}",
                "{]",         "[}",    "]",       "1 1",
                "{}{}",       "tru",   "True",    "nul",
                "nan",        "'a'",   "/**/1",   "\xef\xbb\xbf{}",
                "[1]x",
        };

        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                if (check(bad[i]) != -EINVAL)
                        fail_msg("accepted: %s", bad[i]);
        }
}

TEST(a_nul_is_refused_raw_and_escaped) {
        JsonValue value;

        ASSERT_CODE(json_check("[1]\0", 4, &value, NULL), -EINVAL);
        ASSERT_CODE(json_check("\"a\0b\"", 5, &value, NULL), -EINVAL);
        ASSERT_CODE(check("\"\\u0000\""), -EINVAL);
}

TEST(numbers_are_integers_of_53_bits) {
        static const char *const bad[] = {
                "9007199254740992",
                "-9007199254740992",
                "99999999999999999999",
                "1.0",
                "1e3",
                "1E3",
                "01",
                "-01",
                "00",
                "-",
                "+1",
                ".5",
                "1.",
                "0x1",
                "--1",
                "1-",
        };
        JsonValue value;
        int64_t number = 0;

        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ASSERT_CODE(check(bad[i]), -EINVAL);
        value = parsed("-9007199254740991");
        ASSERT_OK(json_get_int(&value, &number));
        ASSERT_EQ(number, INT64_C(-9007199254740991));
        value = parsed("0");
        ASSERT_OK(json_get_int(&value, &number));
        ASSERT_EQ(number, 0);
}

TEST(depth_is_bounded_and_costs_no_stack) {
        static char deep[100000];

        ASSERT_OK(check("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]"));
        ASSERT_CODE(check("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]"), -EINVAL);
        memset(deep, '[', sizeof(deep) - 1);
        ASSERT_CODE(check(deep), -EINVAL);
}

TEST(an_object_has_64_members_at_most) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(10000);
        JsonValue object;

        buf_put_char(&buf, '{');
        for (int i = 0; i < JSON_MEMBERS_MAX; i++)
                buf_printf(&buf, "%s\"k%d\":%d", i > 0 ? "," : "", i, i);
        buf_put_char(&buf, '}');
        object = parsed(buf.bytes);
        ASSERT_EQ(json_count(&object), JSON_MEMBERS_MAX);

        buf.len--;
        buf_put_str(&buf, ",\"more\":1}");
        ASSERT_CODE(check(buf.bytes), -EINVAL);
}

TEST(strings_are_unescaped_and_surrogate_pairs_joined) {
        JsonValue value = parsed(
                        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E4\\u20ac\\ud83d\\uDE00\xc3\xa4\"");
        static const char want[] = "\"\\/\b\f\n\r\t\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa4";
        char text[64];
        size_t len = 0;

        ASSERT_OK(json_get_str(&value, text, sizeof(text), &len));
        ASSERT_STREQ(text, want);
        ASSERT_EQ(len, strlen(want));
        ASSERT_TRUE(json_str_eq(&value, want));
        ASSERT_FALSE(json_str_eq(&value, "\""));
}

TEST(lone_surrogates_and_bad_escapes_are_refused) {
        static const char *const bad[] = {
                "\"\\ud800\"",
                "\"\\ud800x\"",
                "\"\\ud800\\n\"",
                "\"\\udc00\"",
                "\"\\udc00\\ud800\"",
                "\"\\ud800\\ud800\"",
                "\"\\ud800\\u0041\"",
                "\"\\u12\"",
                "\"\\u123g\"",
                "\"\\x41\"",
                "\"\\",
                "\"\\u",
                "\"\\'\"",
                "\"\x1f\"",
                "\"\n\"",
                "\"\xc0\xaf\"",
                "\"\xed\xa0\x80\"",
                "\"\xff\"",
                "\"\xc3\"",
        };

        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ASSERT_CODE(check(bad[i]), -EINVAL);
}

TEST(a_string_that_does_not_fit_is_refused_whole) {
        JsonValue value = parsed("\"alice\"");
        char text[6] = "?";

        ASSERT_CODE(json_get_str(&value, text, 5, NULL), -EMSGSIZE);
        ASSERT_CODE(json_get_str(&value, text, 0, NULL), -EMSGSIZE);
        ASSERT_STREQ(text, "?");
        ASSERT_OK(json_get_str(&value, text, 6, NULL));
        ASSERT_STREQ(text, "alice");
}

TEST(a_string_equals_its_text_only) {
        JsonValue value = parsed("\"bob\"");

        ASSERT_TRUE(json_str_eq(&value, "bob"));
        ASSERT_FALSE(json_str_eq(&value, "bobo") || json_str_eq(&value, "bo"));
        ASSERT_FALSE(json_str_eq(&value, ""));
        value = parsed("1");
        ASSERT_FALSE(json_str_eq(&value, "1"));
}

TEST(another_type_is_an_error_and_never_a_crash) {
        JsonValue number = parsed("1");
        JsonValue text = parsed("\"1\"");
        JsonValue found;
        int64_t got;
        bool flag;
        char bytes[8];

        ASSERT_CODE(json_get_int(&text, &got), -EINVAL);
        ASSERT_CODE(json_get_bool(&number, &flag), -EINVAL);
        ASSERT_CODE(json_get_str(&number, bytes, sizeof(bytes), NULL), -EINVAL);
        ASSERT_EQ(json_member(&number, "a", &found), 0);
        ASSERT_EQ(json_count(&number), 0);
        ASSERT_EQ(json_count(&text), 0);
}

TEST(iteration_gives_each_value_without_what_surrounds_it) {
        JsonValue array = parsed(" [ 1 , \"a,]\" ,[ ],true, null ,{\"x\" : [ 2 ] } ] ");
        static const char *const want[] = { "1",    "\"a,]\"", "[ ]",
                                            "true", "null",    "{\"x\" : [ 2 ] }" };
        JsonIter iter;
        JsonValue value;
        size_t n = 0;

        for (json_iter(&array, &iter); json_next(&iter, NULL, &value) == 1; n++) {
                ASSERT_EQ(value.len, strlen(want[n]));
                ASSERT_MEMEQ(value.text, want[n], value.len);
        }
        ASSERT_EQ(n, ELEMENTSOF(want));
        ASSERT_EQ(json_next(&iter, NULL, &value), 0); /* and stays at the end */
}

TEST(the_offset_says_where_the_offence_is) {
        static const char text[] = "{\"a\":1,\"a\":2}";
        JsonValue value;
        size_t offset = 0;

        ASSERT_CODE(json_check(text, sizeof(text) - 1, &value, &offset), -EINVAL);
        ASSERT_EQ(offset, 7);
        ASSERT_CODE(json_check("[1, x]", 6, &value, &offset), -EINVAL);
        ASSERT_EQ(offset, 4);
}

TEST(the_writer_refuses_what_the_reader_would_refuse) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(1000);
        JsonWriter w = JSON_WRITER(&buf);

        json_str(&w, "\xff");
        ASSERT_CODE(buf_error(&buf), -EINVAL);
        buf_clear(&buf);
        json_str_n(&w, "a\0b", 3);
        ASSERT_CODE(buf_error(&buf), -EINVAL);
        buf_clear(&buf);
        json_int(&w, INT64_C(9007199254740992));
        ASSERT_CODE(buf_error(&buf), -ERANGE);
        buf_clear(&buf);
        json_int(&w, INT64_MIN);
        ASSERT_CODE(buf_error(&buf), -ERANGE);
}

TEST(a_null_text_is_written_as_null) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(100);
        JsonWriter w = JSON_WRITER(&buf);

        json_str(&w, NULL);
        ASSERT_STREQ(buf.bytes, "null");
}
