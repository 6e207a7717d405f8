/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/ops.h"

#include <ctype.h>

#include "tests/support/test.h"

static void fields_are_sound(const WireOp *op, const WireTable *table) {
        bool optional_word = false;

        for (size_t i = 0; i < table->n; i++) {
                const WireField *f = &table->fields[i];

                if (f->offset >= table->size || f->min > f->max ||
                    wire_field_find(table->fields, i, f->name) != NULL)
                        fail_msg("%s: field %s is unsound", op->words, f->name);
                if (f->type == WIRE_OBJECTS)
                        for (size_t k = 0; k < f->n_fields; k++)
                                ASSERT_TRUE(f->fields[k].type != WIRE_OBJECTS &&
                                            f->fields[k].offset < f->row_size);
                if (table != op->in)
                        continue;
                ASSERT_TRUE(f->doc != NULL && f->type != WIRE_OBJECTS);
                if ((f->flags & WIRE_POSITIONAL) == 0)
                        continue;
                /* A word that may be missing must be the last. */
                ASSERT_FALSE(optional_word);
                optional_word = (f->flags & WIRE_REQUIRED) == 0;
                ASSERT_TRUE(f->type == WIRE_STRING);
        }
}

TEST(every_operation_is_described_in_full) {
        for (WireOpId id = 0; id < _WIRE_OP_MAX; id++) {
                const WireOp *op = wire_op(id);

                ASSERT_EQ(op->id, id);
                ASSERT_TRUE(op->doc != NULL && op->resource != NULL && op->action != NULL);
                ASSERT_TRUE(strncmp(op->method, "org.iamd.Admin.", 15) == 0);
                ASSERT_TRUE(wire_op_by_method(op->method) == op);
                ASSERT_TRUE(op->in->size <= sizeof(WireOpIn));
                ASSERT_TRUE(op->out->size <= sizeof(WireOpOut));
                fields_are_sound(op, op->in);
                fields_are_sound(op, op->out);
        }
        ASSERT_TRUE(wire_op_by_method("org.iamd.Admin.Nothing") == NULL);
        ASSERT_TRUE(wire_op_by_method("UserCreate") == NULL);
}

TEST(what_works_in_a_realm_says_which) {
        for (WireOpId id = 0; id < _WIRE_OP_MAX; id++) {
                const WireOp *op = wire_op(id);
                const WireField *realm = wire_field_find(op->in->fields, op->in->n, "realm");

                if (op->scope == WIRE_INSTALLATION && id != WIRE_OP_SETUP)
                        ASSERT_TRUE(realm == NULL);
                if (op->scope != WIRE_INSTALLATION)
                        ASSERT_TRUE(realm != NULL && realm->type == WIRE_STRING);
        }
}

TEST(no_two_operations_share_their_words_or_begin_with_anothers) {
        for (WireOpId a = 0; a < _WIRE_OP_MAX; a++)
                for (WireOpId b = 0; b < _WIRE_OP_MAX; b++) {
                        const char *longer = wire_op(a)->words, *shorter = wire_op(b)->words;
                        size_t len = strlen(shorter);

                        if (a != b && strncmp(longer, shorter, len) == 0 &&
                            (longer[len] == '\0' || longer[len] == ' '))
                                fail_msg("%s begins with %s", longer, shorter);
                }
}
