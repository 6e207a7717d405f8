/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/man.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "cli/args.h"
#include "cli/help.h"
#include "cli/ops.h"

#define NAME_SIZE 64

/* What mdoc would take for its own: a backslash, and a word that begins as a request does. */
static void put_text(Buf *out, const char *text) {
        if (text[0] == '.' || text[0] == '\'')
                buf_put_str(out, "\\&");
        for (; *text != '\0'; text++)
                if (*text == '\\')
                        buf_put_str(out, "\\e");
                else
                        buf_put_char(out, *text);
}

/* "the login name" as a sentence. */
static void put_sentence(Buf *out, const char *text) {
        buf_put_char(out, (char) toupper((unsigned char) text[0]));
        put_text(out, text + 1);
        buf_put_str(out, ".\n");
}

static bool is_word(const WireField *field) {
        return (field->flags & WIRE_POSITIONAL) != 0;
}

/* Macros of one line: ".It Fl Fl shell Ar SHELL". */
static void put_argument(Buf *out, const WireField *field) {
        char name[NAME_SIZE], value[CLI_VALUE_SIZE];

        cli_option_name(field->name, name, sizeof(name));
        cli_value_name(field, value);
        if (is_word(field))
                buf_printf(out, "Ar %s", value);
        else if (field->type == WIRE_BOOL)
                buf_printf(out, "Fl Fl %s", name);
        else if (field->type == WIRE_MAYBE)
                buf_printf(out, "Fl Fl %s | Fl Fl no-%s", name, name);
        else
                buf_printf(out, "Fl Fl %s Ar %s", name, value);
}

static void put_arguments(Buf *out, const WireOp *op) {
        for (size_t i = 0; i < op->in->n; i++) {
                const WireField *field = &op->in->fields[i];

                if (field->type == WIRE_SECRET)
                        continue;
                buf_put_str(out, cli_is_required(field) ? " " : " Oo ");
                put_argument(out, field);
                buf_put_str(out, cli_is_required(field) ? "" : " Oc");
        }
}

static void put_fields(Buf *out, const WireOp *op) {
        if (op->in->n == 0)
                return;
        buf_put_str(out, ".Bl -tag -width Ds -compact\n");
        for (size_t i = 0; i < op->in->n; i++) {
                const WireField *field = &op->in->fields[i];

                buf_put_str(out, ".It ");
                if (field->type == WIRE_SECRET) {
                        buf_printf(out,
                                   "Fl Fl stdin\nThe %s is asked for, or read from standard "
                                   "input, one line; never an argument.\n",
                                   field->name);
                        continue;
                }
                put_argument(out, field);
                buf_put_char(out, '\n');
                put_sentence(out, field->doc);
        }
        buf_put_str(out, ".El\n");
}

static void put_op(Buf *out, const WireOp *op) {
        buf_printf(out, ".It Ic %s", op->words);
        put_arguments(out, op);
        if (op->id == WIRE_OP_AUDIT_LIST)
                buf_put_str(out, " Oo Fl Fl follow Oc");
        buf_put_char(out, '\n');
        put_sentence(out, op->doc);
        if (op->resource != NULL)
                buf_printf(out, "Needs the permission\n.Ql %s:%s .\n", op->resource, op->action);
        else
                buf_put_str(out, "Done by\n.Nm\nitself on this machine; needs root.\n");
        put_fields(out, op);
}

void cli_man(Buf *out) {
        buf_put_str(out, ".Dd " IAMD_DATE "\n.Dt IAMCTL 1\n.Os iamd " IAMD_VERSION "\n"
                         ".Sh NAME\n.Nm iamctl\n.Nd administer the identity server\n"
                         ".Sh SYNOPSIS\n.Nm\n.Ar operation\n.Op Ar options\n"
                         ".Sh DESCRIPTION\n"
                         "Each operation is one call of\n.Xr iamd 8\n"
                         "over its admin socket, which root and the members of the group\n"
                         ".Ql iam\\-admin\nmay use.\n"
                         "Without a realm an operation works in that of this host, or in the only "
                         "one\nbesides master.\n.Pp\n"
                         "With every operation go\n.Bl -tag -width Ds\n"
                         ".It Fl Fl json\nPrint one object for programs: times in microseconds "
                         "since 1970, lists with all\npages in one array.\n"
                         ".It Fl Fl socket Ar PATH\nThe admin socket; default:\n"
                         ".Pa /run/iam/admin.socket .\n"
                         ".It Fl Fl help\nSay what an operation takes.\n.El\n"
                         ".Sh OPERATIONS\n.Bl -tag -width Ds\n");
        for (size_t i = 0; cli_op(i) != NULL; i++)
                put_op(out, cli_op(i));
        buf_put_str(out, ".El\n.Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n"
                         ".It 0\nDone.\n.It 1\nRefused, with the reason on standard error.\n"
                         ".It 2\nNot understood.\n"
                         ".It 3\nThe server cannot be reached or is not to be believed.\n"
                         ".It 4\nNot done in time.\n"
                         ".It 5\nSomething is wrong:\n.Ic status\nshows a check that is bad.\n.El\n"
                         ".Sh EXAMPLES\n"
                         "A user who may log in to this host:\n"
                         ".Bd -literal -offset indent\n"
                         "iamctl user create alice --display-name \"Alice\"\n"
                         "iamctl user set-password alice\n"
                         "iamctl role create ops\n"
                         "iamctl role assign ops --user alice\n"
                         "iamctl host allow --role ops\n.Ed\n"
                         ".Sh SEE ALSO\n.Xr iamd.conf 5 ,\n.Xr iamd 8 ,\n.Xr pam_iam 8\n");
}
