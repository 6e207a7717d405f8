/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON (RFC 8259) for the local wire, policies and all that we emit: bounded and without
 * allocation.  The reader is a cursor over caller's text; it refuses duplicate member names,
 * depth beyond JSON_DEPTH_MAX, malformed UTF-8, lone surrogates, NUL and trailing bytes.  Numbers
 * are integers of 53 bits; anything else is refused.  Foreign JSON goes to jansson, elsewhere.
 */
#pragma once

#include "base/buf.h"
#include "base/macro.h"

#define JSON_DEPTH_MAX 16
#define JSON_MEMBERS_MAX 64 /* members of one object */

typedef enum JsonType {
        JSON_NULL,
        JSON_BOOL,
        JSON_INT,
        JSON_STRING,
        JSON_ARRAY,
        JSON_OBJECT,
        _JSON_MAX,
        _JSON_INVALID = -EINVAL,
} JsonType;

/* A value inside a text that json_check() accepted; it lends from that text. */
typedef struct JsonValue {
        JsonType type;
        const char *text; /* first byte of the value */
        size_t len;
} JsonValue;

/* Iterates over an array's items or an object's members. */
typedef struct JsonIter {
        const char *at;
        const char *end;
        bool is_object;
        bool at_first;
} JsonIter;

/* Checks the whole text once; every call below needs a value that came from here.  -EINVAL with
 * the offset of the offence in ret_offset (may be NULL). */
int json_check(const char *text, size_t len, JsonValue *ret, size_t *ret_offset);

void json_iter(const JsonValue *container, JsonIter *ret);
/* 1: an item; 0: the end.  ret_key is a JSON_STRING value for members; NULL for arrays. */
int json_next(JsonIter *iter, JsonValue *ret_key, JsonValue *ret_value);
/* 1: found; 0: absent. */
int json_member(const JsonValue *object, const char *name, JsonValue *ret);
size_t json_count(const JsonValue *container);

int json_get_int(const JsonValue *value, int64_t *ret); /* -EINVAL on another type */
int json_get_bool(const JsonValue *value, bool *ret);
/* Unescaped into ret with a NUL.  -EMSGSIZE when capacity (with the NUL) is too small. */
int json_get_str(const JsonValue *value, char *ret, size_t capacity, size_t *ret_len);
/* The unescaped string equals text. */
bool json_str_eq(const JsonValue *value, const char *text);

/*
 * The writer.  Commas and colons are its business; errors stick in the buffer.
 *   json_begin_object(&w); json_key(&w, "a"); json_int(&w, 1); json_end_object(&w);
 */
typedef struct JsonWriter {
        Buf *buf;
        bool needs_comma;
} JsonWriter;

#define JSON_WRITER(buffer)                                                                        \
        { .buf = (buffer) }

void json_begin_object(JsonWriter *w);
void json_end_object(JsonWriter *w);
void json_begin_array(JsonWriter *w);
void json_end_array(JsonWriter *w);
void json_key(JsonWriter *w, const char *name);
void json_null(JsonWriter *w);
void json_bool(JsonWriter *w, bool value);
void json_int(JsonWriter *w, int64_t value);
void json_str(JsonWriter *w, const char *text); /* NULL writes null; must be UTF-8 */
void json_str_n(JsonWriter *w, const char *text, size_t len);
void json_raw(JsonWriter *w, const char *json, size_t len); /* already JSON, made by us */
/* Key and value in one: null strings are left out. */
void json_put_str(JsonWriter *w, const char *name, const char *text);
void json_put_int(JsonWriter *w, const char *name, int64_t value);
void json_put_bool(JsonWriter *w, const char *name, bool value);
