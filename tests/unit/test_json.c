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
