/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables that say how a JSON object and a C struct match, and the one reader and one writer that
 * obey them.  Sans-I/O: bytes come from base/json, memory from the caller's arena, secrets go
 * straight into a Secret of the struct.  Knows no method and no socket.
 */
#pragma once

#include "base/arena.h"
#include "base/json.h"
#include "base/macro.h"
#include "base/secret.h"
#include "base/str.h"

typedef enum WireType {
        WIRE_STRING, /* const char *; NULL when absent */
        WIRE_INT, /* int64_t; the field's `initial` when absent */
        WIRE_BOOL, /* bool; false when absent */
        WIRE_MAYBE, /* Maybe: absent differs from false */
        WIRE_SECRET, /* Secret; empty when absent */
        WIRE_TIME, /* Usec; 0 when absent, and 0 is not written */
        WIRE_STRINGS, /* StrList; empty when absent */
        WIRE_OBJECTS, /* WireRows of the sub-table's struct; empty when absent */
        _WIRE_MAX,
        _WIRE_INVALID = -EINVAL,
} WireType;

typedef enum Maybe {
        MAYBE_ABSENT,
        MAYBE_NO,
        MAYBE_YES,
        _MAYBE_MAX,
        _MAYBE_INVALID = -EINVAL,
} Maybe;

/* An int nobody gave: for optional numbers of which each value means something. */
#define WIRE_INT_ABSENT INT64_MIN

typedef struct WireRows {
        void *items; /* an array of the sub-table's struct */
        size_t n;
} WireRows;

typedef enum WireFlags {
        WIRE_REQUIRED = 1 << 0,
        WIRE_POSITIONAL = 1 << 1, /* iamctl takes it as a word, in the order of the table */
        WIRE_CONFIRM = 1 << 2, /* iamctl asks twice for this secret */
        WIRE_SECONDS = 1 << 4, /* an INT that iamctl takes as 90s, 5m, 24h, 7d as well */
        WIRE_WIDE = 1 << 3, /* left out of tables for people; programs get it */
        WIRE_FROM_STDIN = 1 << 5, /* iamctl reads this text from standard input when not given */
} WireFlags;

typedef struct WireField WireField;
struct WireField {
        const char *name; /* of the JSON member */
        WireType type;
        unsigned flags;
        size_t offset; /* in the struct */
        int64_t min; /* INT: smallest value; STRING, SECRET: fewest bytes */
        int64_t max; /* INT: largest value; STRING, SECRET: most bytes; lists: most items */
        int64_t initial;
        const char *choices; /* STRING: the acceptable words, space-separated; NULL: any */
        const char *doc;
        /* OBJECTS: the rows' table, which has no OBJECTS itself; STRINGS: each item's limit. */
        const WireField *fields;
        size_t n_fields;
        size_t row_size;
};

#define WIRE_ITEM_MAX 2048 /* bytes of one item of a STRINGS field */

/*
 * Fills the whole struct from a JSON object; members that are null count as absent.
 * IAM_E_UNKNOWN_FIELD, _MISSING, _TOO_LARGE or _INVALID with the member's name in ret_where (the
 * arena's, or the table's); -ENOMEM beyond the arena's limit.  After any failure no secret is left
 * in the struct.
 */
int wire_read(Arena *arena, const JsonValue *object, const WireField *fields, size_t n, void *out,
              const char **ret_where);

/* Writes one JSON object; absent values are left out.  Errors stick in the writer's buffer. */
void wire_write(JsonWriter *w, const WireField *fields, size_t n, const void *in);

/* Wipes the struct's secrets; all else is the arena's. */
void wire_clear(const WireField *fields, size_t n, void *out);

const WireField *wire_field_find(const WireField *fields, size_t n, const char *name);

/* Access by table, for programs that handle any struct (iamctl's tables). */
static inline const void *wire_at(const WireField *field, const void *row) {
        return (const char *) row + field->offset;
}
