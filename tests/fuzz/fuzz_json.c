/* SPDX-License-Identifier: Apache-2.0 */
/* What the reader accepts, the writer says again, and it means the same. */
#include <string.h>

#include "base/json.h"
#include "tests/support/fuzz.h"

#define TEXT_MAX ((size_t) 65536)

static char scratch[TEXT_MAX];

static void write_scalar(JsonWriter *w, const JsonValue *value) {
        int64_t number;
        bool flag;
        size_t len;

        if (value->type == JSON_INT) {
                FUZZ_ASSERT(json_get_int(value, &number) == 0);
                json_int(w, number);
        } else if (value->type == JSON_BOOL) {
                FUZZ_ASSERT(json_get_bool(value, &flag) == 0);
                json_bool(w, flag);
        } else if (value->type == JSON_STRING) {
                FUZZ_ASSERT(json_get_str(value, scratch, sizeof(scratch), &len) == 0);
                FUZZ_ASSERT(strlen(scratch) == len && json_str_eq(value, scratch));
                json_str_n(w, scratch, len);
        } else {
                FUZZ_ASSERT(value->type == JSON_NULL);
                json_null(w);
        }
}

static bool is_container(const JsonValue *value) {
        return value->type == JSON_ARRAY || value->type == JSON_OBJECT;
}

static void write_begin(JsonWriter *w, const JsonValue *value) {
        if (value->type == JSON_OBJECT)
                json_begin_object(w);
        else
                json_begin_array(w);
}

static void write_key(JsonWriter *w, const JsonValue *key) {
        FUZZ_ASSERT(key->type == JSON_STRING);
        FUZZ_ASSERT(json_get_str(key, scratch, sizeof(scratch), NULL) == 0);
        json_key(w, scratch);
}

static void write_value(JsonWriter *w, const JsonValue *root) {
        JsonIter iters[JSON_DEPTH_MAX];
        size_t depth = 0;

        if (!is_container(root)) {
                write_scalar(w, root);
                return;
        }
        write_begin(w, root);
        json_iter(root, &iters[depth++]);
        while (depth > 0) {
                JsonIter *iter = &iters[depth - 1];
                JsonValue key = {};
                JsonValue value;

                if (json_next(iter, iter->is_object ? &key : NULL, &value) == 0) {
                        if (iter->is_object)
                                json_end_object(w);
                        else
                                json_end_array(w);
                        depth--;
                        continue;
                }
                if (iter->is_object)
                        write_key(w, &key);
                if (is_container(&value)) {
                        FUZZ_ASSERT(depth < JSON_DEPTH_MAX);
                        write_begin(w, &value);
                        json_iter(&value, &iters[depth++]);
                } else {
                        write_scalar(w, &value);
                }
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        CLEANUP(buf_done) Buf once = BUF_INIT(TEXT_MAX * 6);
        CLEANUP(buf_done) Buf twice = BUF_INIT(TEXT_MAX * 6);
        JsonWriter w_once = JSON_WRITER(&once);
        JsonWriter w_twice = JSON_WRITER(&twice);
        JsonValue value;
        size_t offset = 0;

        if (len >= TEXT_MAX)
                return 0;
        if (json_check((const char *) data, len, &value, &offset) < 0) {
                FUZZ_ASSERT(offset <= len);
                return 0;
        }
        write_value(&w_once, &value);
        FUZZ_ASSERT(buf_error(&once) == 0);

        FUZZ_ASSERT(json_check(once.bytes, once.len, &value, NULL) == 0);
        FUZZ_ASSERT(value.text == once.bytes && value.len == once.len);
        write_value(&w_twice, &value);
        FUZZ_ASSERT(twice.len == once.len && memcmp(twice.bytes, once.bytes, once.len) == 0);
        return 0;
}
