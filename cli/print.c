/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/print.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/secret_bytes.h"
#include "cli/args.h"

#define CELL_MAX 1024 /* bytes of one cell; longer ones are cut, and say so */
#define HEAD_MAX 64
#define GAP 2

void cli_put_text(Buf *out, const char *text) {
        for (const char *at = text; *at != '\0'; at++) {
                unsigned char c = (unsigned char) *at;

                /* C0, DEL, and the C1 controls, which UTF-8 writes as C2 80..9F. */
                if (c < 0x20 || c == 0x7f)
                        buf_put_char(out, '?');
                else if (c == 0xc2 && (unsigned char) at[1] >= 0x80 &&
                         (unsigned char) at[1] < 0xa0) {
                        buf_put_char(out, '?');
                        at++;
                } else
                        buf_put_char(out, *at);
        }
}

static size_t width_of(const char *text) {
        size_t n = 0;

        for (; *text != '\0'; text++)
                n += ((unsigned char) *text & 0xc0) != 0x80;
        return n;
}

/* "displayName": "display name", or in capitals. */
static void head_text(const WireField *field, bool capitals, char ret[HEAD_MAX]) {
        cli_option_name(field->name, ret, HEAD_MAX);
        for (char *at = ret; *at != '\0'; at++)
                *at = (char) (*at == '-' ? ' ' : capitals ? toupper((unsigned char) *at) : *at);
}

static void put_list(Buf *out, const StrList *list) {
        for (size_t i = 0; i < list->n; i++) {
                if (i > 0)
                        buf_put_str(out, ", ");
                cli_put_text(out, list->items[i]);
        }
}

static bool is_absent(const WireField *field, const void *at) {
        switch (field->type) {
        case WIRE_STRING:
                return str_is_empty(*(const char *const *) at);
        case WIRE_INT:
                return *(const int64_t *) at == WIRE_INT_ABSENT;
        case WIRE_BOOL:
                return false;
        case WIRE_MAYBE:
                return *(const Maybe *) at == MAYBE_ABSENT;
        case WIRE_SECRET:
                return secret_is_empty(at);
        case WIRE_TIME:
                return *(const Usec *) at == 0;
        case WIRE_STRINGS:
                return ((const StrList *) at)->n == 0;
        case WIRE_OBJECTS:
                return ((const WireRows *) at)->n == 0;
        case SENTINELS(WIRE):
                break;
        }
        return true;
}

static void put_value(Buf *out, const WireField *field, const void *at) {
        char time[CLI_TIME_SIZE];
        const Secret *secret = at;

        if (is_absent(field, at))
                return;
        switch (field->type) {
        case WIRE_STRING:
                cli_put_text(out, *(const char *const *) at);
                return;
        case WIRE_INT:
                buf_printf(out, "%" PRId64, *(const int64_t *) at);
                return;
        case WIRE_BOOL:
                buf_put_str(out, *(const bool *) at ? "yes" : "no");
                return;
        case WIRE_MAYBE:
                buf_put_str(out, *(const Maybe *) at == MAYBE_YES ? "yes" : "no");
                return;
        case WIRE_SECRET:
                buf_put(out, secret_bytes(secret), secret->len);
                return;
        case WIRE_TIME:
                cli_time_format(*(const Usec *) at, time);
                buf_put_str(out, time);
                return;
        case WIRE_STRINGS:
                put_list(out, at);
                return;
        case WIRE_OBJECTS:
        case SENTINELS(WIRE):
                return;
        }
}

static const void *row_at(const WireField *field, const WireRows *rows, size_t i) {
        return (const char *) rows->items + i * field->row_size;
}

/* Shown when any row has a value, and people may want it. */
static bool column_is_shown(const WireField *column, const WireField *field, const WireRows *rows) {
        if ((column->flags & WIRE_WIDE) != 0)
                return false;
        for (size_t i = 0; i < rows->n; i++)
                if (!is_absent(column, wire_at(column, row_at(field, rows, i))))
                        return true;
        return false;
}

static void put_cell(Buf *out, Buf *cell, size_t width, bool last) {
        buf_put_str(out, cell->len > 0 ? cell->bytes : "-");
        if (last)
                return;
        for (size_t n = cell->len > 0 ? width_of(cell->bytes) : 1; n < width + GAP; n++)
                buf_put_char(out, ' ');
}

static void cell_make(Buf *cell, const WireField *column, const void *row) {
        buf_clear(cell);
        put_value(cell, column, wire_at(column, row));
        if (buf_error(cell) != 0) {
                buf_clear(cell);
                buf_put_str(cell, "(too long)");
        }
}

static size_t
column_width(const WireField *column, const WireField *field, const WireRows *rows,
             bool with_head) {
        CLEANUP(buf_done) Buf cell = BUF_INIT(CELL_MAX);
        char head[HEAD_MAX];
        size_t width;

        head_text(column, true, head);
        width = with_head ? strlen(head) : 1;
        for (size_t i = 0; i < rows->n; i++) {
                cell_make(&cell, column, row_at(field, rows, i));
                if (cell.len > 0 && width_of(cell.bytes) > width)
                        width = width_of(cell.bytes);
        }
        return width;
}

#define COLUMNS_MAX 24

void cli_print_rows(Buf *out, const WireField *field, const WireRows *rows, bool with_head) {
        CLEANUP(buf_done) Buf cell = BUF_INIT(CELL_MAX);
        const WireField *columns[COLUMNS_MAX];
        size_t widths[COLUMNS_MAX], n = 0;

        for (size_t i = 0; i < field->n_fields && n < COLUMNS_MAX; i++) {
                const WireField *column = &field->fields[i];

                if (!column_is_shown(column, field, rows))
                        continue;
                widths[n] = column_width(column, field, rows, with_head);
                columns[n++] = column;
        }
        for (size_t i = 0; with_head && i < n; i++) {
                char head[HEAD_MAX];

                head_text(columns[i], true, head);
                buf_clear(&cell);
                buf_put_str(&cell, head);
                put_cell(out, &cell, widths[i], i + 1 == n);
        }
        if (with_head && n > 0)
                buf_put_char(out, '\n');
        for (size_t k = 0; k < rows->n; k++) {
                for (size_t i = 0; i < n; i++) {
                        cell_make(&cell, columns[i], row_at(field, rows, k));
                        put_cell(out, &cell, widths[i], i + 1 == n);
                }
                buf_put_char(out, '\n');
        }
}

const WireField *cli_list_field(const WireOp *op) {
        const WireField *list = NULL;

        for (size_t i = 0; i < op->out->n; i++) {
                const WireField *field = &op->out->fields[i];

                if (field->type == WIRE_OBJECTS && list == NULL)
                        list = field;
                else if (strcmp(field->name, "next") != 0)
                        return NULL;
        }
        return list;
}

static bool is_dark(const uint8_t *packed, size_t size, size_t x, size_t y, size_t quiet) {
        size_t i;

        if (x < quiet || y < quiet || x >= size + quiet || y >= size + quiet)
                return false;
        i = (y - quiet) * size + (x - quiet);
        return (packed[i / 8] & (0x80 >> i % 8)) != 0;
}

void cli_print_qr(Buf *out, const uint8_t *packed, size_t size) {
        const size_t quiet = 4; /* ISO/IEC 18004: four modules on each side */
        const size_t side = size + 2 * quiet;

        /* Black on white by itself, whatever colours the terminal has. */
        for (size_t y = 0; y < side; y += 2) {
                buf_put_str(out, "\x1b[30;107m");
                for (size_t x = 0; x < side; x++) {
                        bool upper = is_dark(packed, size, x, y, quiet);
                        bool lower = is_dark(packed, size, x, y + 1, quiet);

                        buf_put_str(out, upper && lower ? "\u2588"
                                         : upper        ? "\u2580"
                                         : lower        ? "\u2584"
                                                        : " ");
                }
                buf_put_str(out, "\x1b[0m\n");
        }
}

/* The symbol of a reply that has one: its members are "qr" and "qrSize". */
static void put_qr(Buf *out, const WireTable *table, const void *value) {
        const WireField *qr = wire_field_find(table->fields, table->n, "qr");
        const WireField *side = wire_field_find(table->fields, table->n, "qrSize");
        uint8_t packed[SECRET_MAX];
        const Secret *text;
        int64_t size;
        size_t len;

        if (qr == NULL || side == NULL)
                return;
        text = wire_at(qr, value);
        size = *(const int64_t *) wire_at(side, value);
        if (size <= 0 || size > 256 ||
            base64url_decode(
                            (const char *) secret_bytes(text), text->len, packed, sizeof(packed),
                            &len) < 0 ||
            len * 8 < (size_t) (size * size))
                return;
        cli_print_qr(out, packed, (size_t) size);
        explicit_bzero(packed, sizeof(packed));
}

static bool is_symbol(const WireField *field) {
        return strcmp(field->name, "qr") == 0 || strcmp(field->name, "qrSize") == 0;
}

void cli_print_view(Buf *out, const WireTable *table, const void *value, bool qr) {
        size_t width = 0;
        char head[HEAD_MAX];

        for (size_t i = 0; i < table->n; i++) {
                head_text(&table->fields[i], false, head);
                if (table->fields[i].type != WIRE_OBJECTS && !is_symbol(&table->fields[i]) &&
                    strlen(head) > width)
                        width = strlen(head);
        }
        for (size_t i = 0; i < table->n; i++) {
                const WireField *field = &table->fields[i];
                const void *at = wire_at(field, value);

                if (is_absent(field, at) || is_symbol(field))
                        continue;
                head_text(field, false, head);
                if (field->type == WIRE_OBJECTS) {
                        buf_printf(out, "\n%s\n", head);
                        cli_print_rows(out, field, at, true);
                        continue;
                }
                buf_printf(out, "%-*s", (int) (width + GAP), head);
                put_value(out, field, at);
                buf_put_char(out, '\n');
        }
        if (qr)
                put_qr(out, table, value);
}
