/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "base/str.h"

#define JSON_INT_LIMIT (INT64_C(1) << 53)

static void fail(JsonWriter *w, int error) {
        if (w->buf->error == 0)
                w->buf->error = error;
}

static void comma(JsonWriter *w) {
        if (w->needs_comma)
                buf_put_char(w->buf, ',');
        w->needs_comma = true;
}

static void begin(JsonWriter *w, char bracket) {
        comma(w);
        buf_put_char(w->buf, bracket);
        w->needs_comma = false;
}

static void end(JsonWriter *w, char bracket) {
        buf_put_char(w->buf, bracket);
        w->needs_comma = true;
}

void json_begin_object(JsonWriter *w) {
        begin(w, '{');
}

void json_end_object(JsonWriter *w) {
        end(w, '}');
}

void json_begin_array(JsonWriter *w) {
        begin(w, '[');
}

void json_end_array(JsonWriter *w) {
        end(w, ']');
}

static void put_escaped(Buf *buf, char c) {
        static const char from[] = "\"\\\b\f\n\r\t";
        static const char to[] = "\"\\bfnrt";
        static const char digits[] = "0123456789abcdef";
        const char *known = strchr(from, c);

        buf_put_char(buf, '\\');
        if (known != NULL) {
                buf_put_char(buf, to[known - from]);
                return;
        }
        buf_put_str(buf, "u00");
        buf_put_char(buf, digits[(uint8_t) c >> 4]);
        buf_put_char(buf, digits[(uint8_t) c & 0x0f]);
}

static void put_string(JsonWriter *w, const char *text, size_t len) {
        size_t start = 0;

        if (!str_is_utf8(text, len)) {
                fail(w, -EINVAL);
                return;
        }
        buf_put_char(w->buf, '"');
        for (size_t i = 0; i < len; i++) {
                if ((uint8_t) text[i] >= 0x20 && text[i] != '"' && text[i] != '\\')
                        continue;
                buf_put(w->buf, text + start, i - start);
                put_escaped(w->buf, text[i]);
                start = i + 1;
        }
        if (len > start)
                buf_put(w->buf, text + start, len - start);
        buf_put_char(w->buf, '"');
}

void json_key(JsonWriter *w, const char *name) {
        comma(w);
        put_string(w, name, strlen(name));
        buf_put_char(w->buf, ':');
        w->needs_comma = false;
}

void json_null(JsonWriter *w) {
        comma(w);
        buf_put_str(w->buf, "null");
}

void json_bool(JsonWriter *w, bool value) {
        comma(w);
        buf_put_str(w->buf, value ? "true" : "false");
}

void json_int(JsonWriter *w, int64_t value) {
        char digits[20]; /* of 2^53 at most, and the sign */
        size_t at = sizeof(digits);
        uint64_t rest;

        if (value <= -JSON_INT_LIMIT || value >= JSON_INT_LIMIT) {
                fail(w, -ERANGE);
                return;
        }
        rest = (uint64_t) (value < 0 ? -value : value);
        do {
                digits[--at] = (char) ('0' + rest % 10);
                rest /= 10;
        } while (rest > 0);
        if (value < 0)
                digits[--at] = '-';
        comma(w);
        buf_put(w->buf, digits + at, sizeof(digits) - at);
}

void json_str(JsonWriter *w, const char *text) {
        if (text == NULL)
                json_null(w);
        else
                json_str_n(w, text, strlen(text));
}

void json_str_n(JsonWriter *w, const char *text, size_t len) {
        comma(w);
        put_string(w, text, len);
}

void json_raw(JsonWriter *w, const char *json, size_t len) {
        comma(w);
        buf_put(w->buf, json, len);
}

void json_put_str(JsonWriter *w, const char *name, const char *text) {
        if (text == NULL)
                return;
        json_key(w, name);
        json_str(w, text);
}

void json_put_int(JsonWriter *w, const char *name, int64_t value) {
        json_key(w, name);
        json_int(w, value);
}

void json_put_bool(JsonWriter *w, const char *name, bool value) {
        json_key(w, name);
        json_bool(w, value);
}
