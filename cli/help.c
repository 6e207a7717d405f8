/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cli/args.h"

#define NAME_SIZE 64
#define COLUMN 28

/* "redirectUri": "REDIRECT-URI" */
static void word_name(const WireField *field, char ret[NAME_SIZE]) {
        cli_option_name(field->name, ret, NAME_SIZE);
        for (char *at = ret; *at != '\0'; at++)
                *at = (char) toupper((unsigned char) *at);
}

void cli_value_name(const WireField *field, char ret[CLI_VALUE_SIZE]) {
        const size_t size = CLI_VALUE_SIZE;
        char name[NAME_SIZE];
        size_t n = 0;

        word_name(field, name);
        if (field->choices == NULL) {
                (void) snprintf(ret, size, "%s",
                                field->type == WIRE_INT    ? "NUMBER"
                                : field->type == WIRE_TIME ? "TIME"
                                                           : name);
                return;
        }
        for (const char *at = field->choices; *at != '\0' && n + 1 < size; at++)
                ret[n++] = (char) (*at == ' ' ? '|' : *at);
        ret[n] = '\0';
}

static void option_text(const WireField *field, char *ret, size_t size) {
        char name[NAME_SIZE], value[CLI_VALUE_SIZE];

        cli_option_name(field->name, name, sizeof(name));
        cli_value_name(field, value);
        if (field->type == WIRE_BOOL)
                (void) snprintf(ret, size, "--%s", name);
        else if (field->type == WIRE_MAYBE)
                (void) snprintf(ret, size, "--[no-]%s", name);
        else
                (void) snprintf(ret, size, "--%s %s", name, value);
}

static bool is_word(const WireField *field) {
        return (field->flags & WIRE_POSITIONAL) != 0;
}

bool cli_is_required(const WireField *field) {
        return (field->flags & WIRE_REQUIRED) != 0 && (field->flags & WIRE_FROM_STDIN) == 0 &&
               field->type != WIRE_SECRET;
}

static void usage(Buf *out, const WireOp *op) {
        bool optional = false;

        buf_printf(out, "iamctl %s", op->words);
        for (size_t i = 0; i < op->in->n; i++) {
                const WireField *field = &op->in->fields[i];
                char name[NAME_SIZE], text[NAME_SIZE * 2 + 4];

                word_name(field, name);
                option_text(field, text, sizeof(text));
                if (is_word(field))
                        buf_printf(out, cli_is_required(field) ? " %s" : " [%s]", name);
                else if (cli_is_required(field))
                        buf_printf(out, " %s", text);
                else
                        optional = true;
        }
        buf_put_str(out, optional ? " [OPTIONS]" : "");
        for (size_t i = 0; i < op->in->n; i++)
                if ((op->in->fields[i].flags & WIRE_FROM_STDIN) != 0)
                        buf_put_str(out, " < FILE");
        buf_put_char(out, '\n');
}

static void row(Buf *out, const char *left, const char *right) {
        if (strlen(left) >= COLUMN - 1)
                buf_printf(out, "  %s\n  %*s%s\n", left, COLUMN, "", right);
        else
                buf_printf(out, "  %-*s%s\n", COLUMN, left, right);
}

static void field_row(Buf *out, const WireField *field) {
        char text[NAME_SIZE * 2 + 4];

        if (field->type == WIRE_SECRET) {
                (void) snprintf(text, sizeof(text), "(%s)", field->name);
                row(out, text, "is asked for; never an argument");
                row(out, "--stdin", "read it from standard input, one line");
                return;
        }
        if (is_word(field))
                word_name(field, text);
        else
                option_text(field, text, sizeof(text));
        row(out, text, field->doc);
}

void cli_help_op(Buf *out, const WireOp *op) {
        usage(out, op);
        buf_printf(out, "\n  %c%s.\n\n", toupper((unsigned char) op->doc[0]), op->doc + 1);
        for (size_t i = 0; i < op->in->n; i++)
                if (is_word(&op->in->fields[i]))
                        field_row(out, &op->in->fields[i]);
        for (size_t i = 0; i < op->in->n; i++)
                if (!is_word(&op->in->fields[i]))
                        field_row(out, &op->in->fields[i]);
        if (op->id == WIRE_OP_AUDIT_LIST)
                row(out, "--follow", "go on, and show events as they happen");
        if (op == &cli_host_enable)
                row(out, "--stdin", "read the answers from standard input, a line each");
        row(out, "--json", "print for programs");
        if (op->method == NULL)
                buf_put_str(out,
                            "\n  Only for root; changes this machine, and does not ask iamd.\n");
        else
                buf_printf(out, "\n  Needs the permission %s:%s.\n", op->resource, op->action);
}

static bool begins_with(const char *words, const char *prefix) {
        size_t len = strlen(prefix);

        return len == 0 || (strncmp(words, prefix, len) == 0 && words[len] == ' ');
}

void cli_help_list(Buf *out, const char *prefix) {
        bool all = str_is_empty(prefix);
        const char *first = NULL;
        const WireOp *op;

        buf_printf(out, "iamctl %s%s\n\n", prefix, all ? "OPERATION [OPTIONS]" : " ...");
        if (all)
                buf_put_str(out, "  Administers iamd.  iamctl OPERATION --help explains one.\n\n");
        for (size_t i = 0; (op = cli_op(i)) != NULL; i++)
                if (begins_with(op->words, prefix)) {
                        row(out, op->words, op->doc);
                        first = str_or(first, op->words);
                }
        if (!all) {
                buf_printf(out, "\n  What one takes: iamctl %s --help\n", str_or(first, prefix));
                return;
        }
        buf_put_str(out, "\n");
        row(out, "--json", "print for programs: one object");
        row(out, "--socket PATH", "iamd's admin socket; default: /run/iam/admin.socket");
        row(out, "--help", "this, or what an operation takes");
        buf_put_str(out, "\n  Exit codes: 0 done; 1 refused, with the reason on standard error;\n"
                         "  2 not understood; 3 iamd cannot be reached or is not to be believed;\n"
                         "  4 not done in time; 5 something is wrong (status).\n");
}
