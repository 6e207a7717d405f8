/* SPDX-License-Identifier: Apache-2.0 */
/* Replies for people: aligned columns, one line a row; for programs the JSON as it came. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "wire/ops.h"

/* Text from elsewhere, without what a terminal would obey. */
void cli_put_text(Buf *out, const char *text);

/* A struct as names and values, its rows as tables below.  qr: draw the symbol, if there is one. */
void cli_print_view(Buf *out, const WireTable *table, const void *value, bool qr);

/* The table of a list; with_head: the line with the columns' names. */
void cli_print_rows(Buf *out, const WireField *field, const WireRows *rows, bool with_head);

/* The operation answers with rows and nothing else but a cursor; NULL otherwise. */
const WireField *cli_list_field(const WireOp *op);

/* Half blocks, dark on light, with the quiet zone; two modules a character. */
void cli_print_qr(Buf *out, const uint8_t *packed, size_t size);
