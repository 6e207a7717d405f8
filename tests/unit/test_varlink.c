/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/varlink.h"

#include "base/reason.h"
#include "tests/support/test.h"

static int read_call(Arena *arena, const char *text, VarlinkCall *ret) {
        return varlink_call_read(arena, text, strlen(text), ret);
}

TEST(a_message_ends_at_its_nul) {
        size_t len = 99;

        ASSERT_CODE(varlink_frame("", 0, 10, &len), 0);
        ASSERT_CODE(varlink_frame("{}", 2, 10, &len), 0);
        ASSERT_CODE(varlink_frame("{}\0{", 4, 10, &len), 1);
        ASSERT_EQ(len, 2);
}

TEST(a_message_beyond_its_limit_is_refused_before_its_end_is_seen) {
        char bytes[16];
        size_t len;

        memset(bytes, 'a', sizeof(bytes));
        ASSERT_CODE(varlink_frame(bytes, 10, 10, &len), 0);
        ASSERT_CODE(varlink_frame(bytes, 11, 10, &len), -EMSGSIZE);
        bytes[10] = '\0';
        ASSERT_CODE(varlink_frame(bytes, 16, 10, &len), 1);
        ASSERT_EQ(len, 10);
        bytes[10] = 'a';
        bytes[11] = '\0';
        ASSERT_CODE(varlink_frame(bytes, 16, 10, &len), -EMSGSIZE);
}

TEST(a_call_is_taken_apart) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        VarlinkCall call;
        JsonValue value;

        ASSERT_OK(read_call(
                        &arena,
                        "{\"method\":\"org.iamd.Login.Start\",\"parameters\":{\"user\":\"alice\"},"
                        "\"more\":true}",
                        &call));
        ASSERT_STREQ(call.interface, "org.iamd.Login");
        ASSERT_STREQ(call.method, "Start");
        ASSERT_TRUE(call.more);
        ASSERT_FALSE(call.oneway);
        ASSERT_CODE(json_member(&call.parameters, "user", &value), 1);
        ASSERT_TRUE(json_str_eq(&value, "alice"));
}

TEST(a_call_without_parameters_has_none) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        VarlinkCall call;

        ASSERT_OK(read_call(&arena, "{\"method\":\"a.B\"}", &call));
        ASSERT_EQ(json_count(&call.parameters), 0);
        ASSERT_OK(read_call(&arena, "{\"method\":\"a.B\",\"parameters\":null}", &call));
        ASSERT_EQ(json_count(&call.parameters), 0);
}

TEST(what_is_not_a_call_is_refused) {
        static const char *const texts[] = {
                "",
                "[]",
                "{}",
                "{\"method\":1}",
                "{\"method\":\"\"}",
                "{\"method\":\"Start\"}",
                "{\"method\":\".Start\"}",
                "{\"method\":\"org.iamd.\"}",
                "{\"method\":\"a.\\u00e4\"}",
                "{\"method\":\"a.B\",\"parameters\":[]}",
                "{\"method\":\"a.B\",\"more\":1}",
                "{\"method\":\"a.B\",\"upgrade\":true}",
                "{\"method\":\"a.B\",\"method\":\"a.C\"}",
                "{\"method\":\"a.B\"} x",
        };
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        VarlinkCall call;

        for (size_t i = 0; i < ELEMENTSOF(texts); i++)
                ASSERT_CODE(read_call(&arena, texts[i], &call), -EBADMSG);
}

TEST(a_written_call_reads_back) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        CLEANUP(buf_done) Buf buf = BUF_INIT(VARLINK_CALL_MAX);
        JsonWriter w = JSON_WRITER(&buf);
        VarlinkCall call;
        size_t len;

        for (int i = 0; i < 2; i++) { /* two messages in one buffer */
                varlink_call_begin(&w, "org.iamd.Login", "Start");
                json_begin_object(&w);
                json_put_str(&w, "user", "alice");
                json_end_object(&w);
                varlink_end(&w);
        }
        ASSERT_OK(buf_error(&buf));
        for (int i = 0; i < 2; i++) {
                ASSERT_CODE(varlink_frame(buf.bytes, buf.len, VARLINK_CALL_MAX, &len), 1);
                ASSERT_OK(varlink_call_read(&arena, buf.bytes, len, &call));
                ASSERT_STREQ(call.method, "Start");
                buf_drop_front(&buf, len + 1);
        }
        ASSERT_EQ(buf.len, 0);
}

TEST(every_reason_travels) {
        for (int reason = 1; reason < _IAM_E_MAX; reason++) {
                CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
                CLEANUP(buf_done) Buf buf = BUF_INIT(4096);
                JsonWriter w = JSON_WRITER(&buf);
                VarlinkReply reply;

                varlink_error_write(&w, reason, reason == IAM_E_INVALID ? "name" : NULL);
                ASSERT_OK(buf_error(&buf));
                ASSERT_OK(varlink_reply_read(&arena, buf.bytes, buf.len - 1, &reply));
                ASSERT_CODE(reply.reason, reason);
                ASSERT_STREQ(reply.where, reason == IAM_E_INVALID ? "name" : NULL);
        }
}

TEST(an_unknown_error_never_reads_as_success) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        VarlinkReply reply;
        const char *foreign = "{\"error\":\"com.example.Odd\",\"parameters\":{\"reason\":\"ok\"}}";
        const char *ok = "{\"error\":\"org.iamd.Error.Ok\",\"parameters\":{\"reason\":\"ok\"}}";
        const char *bare = "{\"error\":\"org.iamd.Error.NotFound\"}";
        const char *service = "{\"error\":\"org.varlink.service.MethodNotFound\"}";

        ASSERT_OK(varlink_reply_read(&arena, foreign, strlen(foreign), &reply));
        ASSERT_CODE(reply.reason, IAM_E_UNAVAILABLE);
        ASSERT_OK(varlink_reply_read(&arena, ok, strlen(ok), &reply));
        ASSERT_CODE(reply.reason, IAM_E_UNAVAILABLE);
        ASSERT_OK(varlink_reply_read(&arena, bare, strlen(bare), &reply));
        ASSERT_CODE(reply.reason, IAM_E_UNAVAILABLE);
        ASSERT_OK(varlink_reply_read(&arena, service, strlen(service), &reply));
        ASSERT_CODE(reply.reason, IAM_E_UNKNOWN_METHOD);
        ASSERT_CODE(varlink_reply_read(&arena, "{\"error\":1}", 11, &reply), -EBADMSG);
}
