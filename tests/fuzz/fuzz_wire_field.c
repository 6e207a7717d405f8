/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first byte chooses a table of wire/ops, the rest is an object for it.  What is accepted can
 * be said again and means the same; what is refused names a field and leaves no secret behind.
 */
#include <string.h>

#include "base/reason.h"
#include "tests/support/fuzz.h"
#include "wire/ops.h"

#define ARENA_MAX ((size_t) 4 << 20)
#define TEXT_MAX ((size_t) 1 << 20)

typedef union Value {
        WireOpIn in;
        WireOpOut out;
} Value;

static bool is_clear(const WireTable *table, const Value *value) {
        for (size_t i = 0; i < table->n; i++)
                if (table->fields[i].type == WIRE_SECRET &&
                    !secret_is_empty(wire_at(&table->fields[i], value)))
                        return false;
        return true;
}

static void say(Buf *buf, const WireTable *table, const Value *value) {
        JsonWriter w = JSON_WRITER(buf);

        wire_write(&w, table->fields, table->n, value);
}

static void say_again(Arena *arena, const WireTable *table, const Buf *first) {
        CLEANUP(buf_done) Buf second = BUF_INIT(TEXT_MAX);
        const char *where = NULL;
        JsonValue json;
        Value value;

        FUZZ_ASSERT(json_check(first->bytes, first->len, &json, NULL) == 0);
        FUZZ_ASSERT(wire_read(arena, &json, table->fields, table->n, &value, &where) == 0);
        say(&second, table, &value);
        wire_clear(table->fields, table->n, &value);
        FUZZ_ASSERT(buf_error(&second) == 0 && second.len == first->len);
        FUZZ_ASSERT(memcmp(second.bytes, first->bytes, first->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(ARENA_MAX);
        CLEANUP(buf_done) Buf text = BUF_INIT(TEXT_MAX);
        const WireTable *table;
        const char *where = NULL;
        JsonValue json;
        Value value;
        int r;

        if (len < 1 || json_check((const char *) data + 1, len - 1, &json, NULL) != 0)
                return 0;
        const WireOp *op = wire_op((WireOpId) (data[0] % 128 % _WIRE_OP_MAX));
        table = data[0] < 128 ? op->in : op->out;

        r = wire_read(&arena, &json, table->fields, table->n, &value, &where);
        if (r != 0) {
                FUZZ_ASSERT(r < 0 || where != NULL);
                FUZZ_ASSERT(is_clear(table, &value));
                return 0;
        }
        say(&text, table, &value);
        wire_clear(table->fields, table->n, &value);
        FUZZ_ASSERT(is_clear(table, &value));
        if (buf_error(&text) == 0)
                say_again(&arena, table, &text);
        return 0;
}
