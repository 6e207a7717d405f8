/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/field.h"

#include <string.h>

#include "base/reason.h"
#include "base/secret_bytes.h"
#include "tests/support/test.h"

typedef struct Row {
        const char *key;
        int64_t value;
        StrList words;
} Row;

typedef struct Sample {
        const char *name;
        const char *kind;
        int64_t count;
        bool force;
        Maybe enabled;
        Secret password;
        Usec since;
        StrList words;
        WireRows rows;
} Sample;

static const WireField row_fields[] = {
        { .name = "key",
          .type = WIRE_STRING,
          .offset = offsetof(Row, key),
          .max = 8,
          .flags = WIRE_REQUIRED },
        { .name = "value",
          .type = WIRE_INT,
          .offset = offsetof(Row, value),
          .max = 9,
          .initial = 7 },
        { .name = "words", .type = WIRE_STRINGS, .offset = offsetof(Row, words), .max = 3 },
};

static const WireField sample_fields[] = {
        { .name = "name",
          .type = WIRE_STRING,
          .offset = offsetof(Sample, name),
          .min = 1,
          .max = 5,
          .flags = WIRE_REQUIRED },
        { .name = "kind",
          .type = WIRE_STRING,
          .offset = offsetof(Sample, kind),
          .max = 16,
          .choices = "public confidential" },
        { .name = "count",
          .type = WIRE_INT,
          .offset = offsetof(Sample, count),
          .min = -5,
          .max = 500,
          .initial = WIRE_INT_ABSENT },
        { .name = "force", .type = WIRE_BOOL, .offset = offsetof(Sample, force) },
        { .name = "enabled", .type = WIRE_MAYBE, .offset = offsetof(Sample, enabled) },
        { .name = "password",
          .type = WIRE_SECRET,
          .offset = offsetof(Sample, password),
          .min = 1,
          .max = 64 },
        { .name = "since", .type = WIRE_TIME, .offset = offsetof(Sample, since) },
        { .name = "words", .type = WIRE_STRINGS, .offset = offsetof(Sample, words), .max = 2 },
        { .name = "rows",
          .type = WIRE_OBJECTS,
          .offset = offsetof(Sample, rows),
          .max = 2,
          .fields = row_fields,
          .n_fields = ELEMENTSOF(row_fields),
          .row_size = sizeof(Row) },
};

static int sample_read(Arena *arena, const char *text, Sample *ret, const char **ret_where) {
        JsonValue value;

        ASSERT_OK(json_check(text, strlen(text), &value, NULL));
        return wire_read(arena, &value, sample_fields, ELEMENTSOF(sample_fields), ret, ret_where);
}

TEST(every_type_is_read_into_its_place) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        const char *where = NULL;
        Sample s;

        ASSERT_OK(sample_read(
                        &arena,
                        "{\"name\":\"a\\u006c\",\"kind\":\"public\",\"count\":-5,\"force\":true,"
                        "\"enabled\":false,\"password\":\"s\\u00fcss\",\"since\":17,"
                        "\"words\":[\"x\",\"y\"],"
                        "\"rows\":[{\"key\":\"k\"},{\"key\":\"l\",\"value\":3,\"words\":[\"z\"]}]}",
                        &s, &where));
        ASSERT_STREQ(s.name, "al");
        ASSERT_STREQ(s.kind, "public");
        ASSERT_TRUE(s.count == -5 && s.force && s.enabled == MAYBE_NO && s.since == 17);
        ASSERT_TRUE(bytes_equal(secret_bytes(&s.password), s.password.len, "s\xc3\xbcss", 5));
        ASSERT_TRUE(s.words.n == 2);
        ASSERT_STREQ(s.words.items[1], "y");
        ASSERT_TRUE(s.rows.n == 2);
        const Row *rows = s.rows.items;
        ASSERT_STREQ(rows[0].key, "k");
        ASSERT_TRUE(rows[0].value == 7 && rows[1].value == 3 && rows[1].words.n == 1);
}

TEST(absent_and_null_members_are_the_same) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        const char *where = NULL;
        Sample s;

        memset(&s, 0x5a, sizeof(s));
        ASSERT_OK(sample_read(&arena, "{\"name\":\"a\",\"kind\":null,\"rows\":null}", &s, &where));
        ASSERT_TRUE(s.kind == NULL && s.count == WIRE_INT_ABSENT && !s.force);
        ASSERT_TRUE(s.enabled == MAYBE_ABSENT && secret_is_empty(&s.password) && s.since == 0);
        ASSERT_TRUE(s.words.n == 0 && s.rows.n == 0);
}

TEST(what_does_not_fit_is_refused_by_name) {
        static const struct {
                const char *text;
                int reason;
                const char *where;
        } cases[] = {
                { "{}", IAM_E_MISSING, "name" },
                { "{\"name\":null}", IAM_E_MISSING, "name" },
                { "[]", IAM_E_INVALID, "parameters" },
                { "\"name\"", IAM_E_INVALID, "parameters" },
                { "{\"name\":\"a\",\"nmae\":1}", IAM_E_UNKNOWN_FIELD, "nmae" },
                { "{\"name\":\"\"}", IAM_E_INVALID, "name" },
                { "{\"name\":\"abcdef\"}", IAM_E_TOO_LARGE, "name" },
                { "{\"name\":\"abcdefabcdefabcdefabcdefabcdefabcdef\"}", IAM_E_TOO_LARGE, "name" },
                { "{\"name\":1}", IAM_E_INVALID, "name" },
                { "{\"name\":\"a\",\"kind\":\"pub\"}", IAM_E_INVALID, "kind" },
                { "{\"name\":\"a\",\"kind\":\"public confidential\"}", IAM_E_TOO_LARGE, "kind" },
                { "{\"name\":\"a\",\"count\":501}", IAM_E_INVALID, "count" },
                { "{\"name\":\"a\",\"count\":\"1\"}", IAM_E_INVALID, "count" },
                { "{\"name\":\"a\",\"force\":1}", IAM_E_INVALID, "force" },
                { "{\"name\":\"a\",\"since\":-1}", IAM_E_INVALID, "since" },
                { "{\"name\":\"a\",\"password\":\"\"}", IAM_E_INVALID, "password" },
                { "{\"name\":\"a\",\"password\":[]}", IAM_E_INVALID, "password" },
                { "{\"name\":\"a\",\"words\":[\"1\",\"2\",\"3\"]}", IAM_E_TOO_LARGE, "words" },
                { "{\"name\":\"a\",\"words\":[1]}", IAM_E_INVALID, "words" },
                { "{\"name\":\"a\",\"words\":{}}", IAM_E_INVALID, "words" },
                { "{\"name\":\"a\",\"rows\":[{\"key\":\"k\"},{}]}", IAM_E_MISSING, "rows[1].key" },
                { "{\"name\":\"a\",\"rows\":[{\"kex\":\"k\"}]}", IAM_E_UNKNOWN_FIELD,
                  "rows[0].kex" },
                { "{\"name\":\"a\",\"rows\":[[]]}", IAM_E_INVALID, "rows[0].parameters" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
                const char *where = NULL;
                Sample s;

                ASSERT_CODE(sample_read(&arena, cases[i].text, &s, &where), cases[i].reason);
                ASSERT_STREQ(where, cases[i].where);
        }
}

TEST(a_secret_longer_than_its_limit_is_refused_and_none_is_left_after_a_failure) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        char text[4096] = "{\"name\":\"a\",\"password\":\"";
        const char *where = NULL;
        Sample s;

        memset(text + strlen(text), 'x', 65);
        strcat(text, "\"}");
        ASSERT_CODE(sample_read(&arena, text, &s, &where), IAM_E_TOO_LARGE);
        ASSERT_STREQ(where, "password");

        ASSERT_CODE(sample_read(&arena, "{\"name\":\"a\",\"password\":\"hunter2\",\"words\":1}", &s,
                                &where),
                    IAM_E_INVALID);
        ASSERT_TRUE(secret_is_empty(&s.password));
        ASSERT_TRUE(memmem(&s.password, sizeof(s.password), "hunter", 6) == NULL);
}

TEST(a_secret_never_touches_the_arena) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        const char *where = NULL;
        size_t before;
        Sample s;

        ASSERT_OK(sample_read(&arena, "{\"name\":\"a\"}", &s, &where));
        before = arena.used;
        ASSERT_OK(sample_read(&arena, "{\"name\":\"a\",\"password\":\"hunter2\"}", &s, &where));
        ASSERT_TRUE(arena.used == 2 * before);
        wire_clear(sample_fields, ELEMENTSOF(sample_fields), &s);
        ASSERT_TRUE(secret_is_empty(&s.password));
}

TEST(an_arena_that_is_too_small_is_a_broken_world) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(16);
        const char *where = NULL;
        Sample s;

        ASSERT_CODE(sample_read(&arena, "{\"name\":\"a\",\"words\":[\"aaaaaaaaaaaaaaa\"]}", &s,
                                &where),
                    -ENOMEM);
}

TEST(what_is_written_reads_back_the_same) {
        static const char text[] = "{\"name\":\"al\",\"count\":-5,\"force\":true,\"enabled\":true,"
                                   "\"password\":\"p\\\"w\",\"since\":17,\"words\":[\"x\"],"
                                   "\"rows\":[{\"key\":\"k\",\"value\":7,\"words\":[]}]}";
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        CLEANUP(buf_done) Buf buf = BUF_INIT(4096);
        JsonWriter w = JSON_WRITER(&buf);
        const char *where = NULL;
        Sample s;

        ASSERT_OK(sample_read(&arena, text, &s, &where));
        wire_write(&w, sample_fields, ELEMENTSOF(sample_fields), &s);
        ASSERT_OK(buf_error(&buf));
        ASSERT_STREQ(buf.bytes, text);
}
