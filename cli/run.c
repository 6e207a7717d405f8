/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/reason.h"
#include "base/str.h"
#include "cli/args.h"
#include "cli/call.h"
#include "cli/complete.h"
#include "cli/help.h"
#include "cli/local.h"
#include "cli/man.h"
#include "cli/print.h"
#include "cli/prompt.h"
#include "cli/status.h"

#define CURSOR_SIZE 256
#define REFUSAL_MAX 8192
#define OUTPUT_MAX ((size_t) 16 << 20)
#define PAGE_ARENA ((size_t) 32 << 20)
#define WAIT_STEP_MS 50
#define WAIT_STEPS 200 /* ten seconds */
#define FOLLOW_STEP_MS 500
#define FOLLOW_FIRST 10 /* events that a follower sees of what was before */
#define FOLLOW_LOST_MAX 60 /* steps without an answer until it gives up: a restart is shorter */

typedef struct Run {
        Arena arena; /* arguments: for the whole run */
        Arena page; /* one reply */
        CliArgs args;
        Buf out;
        size_t rows; /* printed so far */
        char cursor[CURSOR_SIZE]; /* where the next page begins; the request lends from it */
} Run;

static void run_done(Run *run) {
        if (run->args.op != NULL)
                wire_clear(run->args.op->in->fields, run->args.op->in->n, &run->args.in);
        arena_done(&run->arena);
        arena_done(&run->page);
        buf_done(&run->out);
}

static const char *error_text(int error) {
        return str_or(strerrordesc_np(error), "unknown error");
}

static CliExit complain(const char *what) {
        (void) fprintf(stderr, "iamctl: %s\n", what);
        return CLI_USAGE;
}

/* Whole output or none: what cannot be written was not done for who reads it. */
static CliExit flush(Run *run) {
        if (buf_error(&run->out) != 0) {
                (void) complain("the answer is too large to print; use --limit");
                return CLI_REFUSED;
        }
        if (run->out.len > 0 && (fwrite(run->out.bytes, 1, run->out.len, stdout) != run->out.len ||
                                 fflush(stdout) != 0)) {
                (void) fprintf(stderr, "iamctl: standard output: %s\n", error_text(errno));
                return CLI_REFUSED;
        }
        buf_clear(&run->out);
        return CLI_DONE;
}

/* `name "alice"`, `--shell "sh"`: what iamd complains about, as the person wrote it. */
static void put_where(Buf *out, const Run *run, const char *where) {
        const WireTable *table = run->args.op->in;
        const WireField *field = wire_field_find(table->fields, table->n, where);
        bool is_word = field == NULL || (field->flags & (WIRE_POSITIONAL | WIRE_FROM_STDIN)) != 0;
        char name[64];

        cli_option_name(where, name, sizeof(name));
        buf_printf(out, "%s%s", is_word || field->type == WIRE_SECRET ? "" : "--", name);
        if (field == NULL || field->type != WIRE_STRING || (field->flags & WIRE_FROM_STDIN) != 0)
                return;
        const char *value = *(const char *const *) wire_at(field, &run->args.in);
        if (value != NULL) {
                buf_put_str(out, " \"");
                cli_put_text(out, value);
                buf_put_str(out, "\"");
        }
}

static CliExit refused(const Run *run, const VarlinkReply *reply) {
        CLEANUP(buf_done) Buf text = BUF_INIT(REFUSAL_MAX);

        buf_printf(&text, "iamctl: %s: ", run->args.op->words);
        if (reply->where != NULL) {
                put_where(&text, run, reply->where);
                buf_put_str(&text, ": ");
        }
        buf_printf(&text, "%s\n", reason_message(reply->reason));
        (void) fputs(buf_error(&text) == 0 ? text.bytes : "iamctl: refused\n", stderr);
        return CLI_REFUSED;
}

static CliExit unreachable(const Run *run, int error) {
        const char *path = str_or(run->args.socket, CLI_SOCKET);

        if (error == -EPERM)
                (void) fprintf(stderr,
                               "iamctl: %s is not iamd's: its folder or who serves it is "
                               "neither root's nor iam's\n",
                               path);
        else if (error == -EACCES)
                (void) fprintf(stderr, "iamctl: %s: only root and the group iam-admin may use it\n",
                               path);
        else if (error == -EMSGSIZE)
                (void) fprintf(stderr, "iamctl: the values are too large for one request\n");
        else
                (void) fprintf(stderr, "iamctl: iamd does not answer at %s: %s\n", path,
                               error_text(-error));
        return CLI_UNREACHABLE;
}

static CliExit secret_get(Run *run, const WireField *field, Secret *ret) {
        char question[80];
        int r;

        (void) snprintf(question, sizeof(question), "%s", field->doc);
        r = run->args.from_stdin
                            ? cli_secret_from_stdin(ret)
                            : cli_secret_from_terminal(
                                              question, (field->flags & WIRE_CONFIRM) != 0, ret);
        if (r == 0)
                return CLI_DONE;
        if (r == -ENXIO)
                return complain("no terminal to ask for the secret; give it with --stdin");
        if (r == -EINVAL)
                return complain("the two answers differ");
        if (r == -EMSGSIZE)
                return complain("the secret is too long");
        return complain("no secret was given");
}

/* All of standard input, for a text that nobody gave as an option. */
static CliExit text_get(Run *run, const WireField *field) {
        const char **value = (const char **) (void *) ((char *) &run->args.in + field->offset);
        char *text = arena_alloc(&run->arena, (size_t) field->max + 2);
        char name[64];
        size_t n;

        if (*value != NULL)
                return CLI_DONE;
        if (text == NULL)
                return complain(error_text(ENOMEM));
        n = fread(text, 1, (size_t) field->max + 1, stdin);
        if (n > 0 && n <= (size_t) field->max && memchr(text, '\0', n) == NULL) {
                *value = text;
                return CLI_DONE;
        }
        cli_option_name(field->name, name, sizeof(name));
        (void) fprintf(stderr, "iamctl: %s: %s on standard input: %s\n", name, field->doc,
                       n == 0 ? "there is none" : "that is too long or no text");
        return CLI_USAGE;
}

static CliExit stdin_get(Run *run) {
        const WireTable *table = run->args.op->in;
        CliExit e = CLI_DONE;

        for (size_t i = 0; i < table->n && e == CLI_DONE; i++)
                if ((table->fields[i].flags & WIRE_FROM_STDIN) != 0)
                        e = text_get(run, &table->fields[i]);
        return e;
}

static CliExit secrets_get(Run *run) {
        const WireTable *table = run->args.op->in;

        for (size_t i = 0; i < table->n; i++) {
                const WireField *field = &table->fields[i];
                CliExit e;

                if (field->type != WIRE_SECRET)
                        continue;
                e = secret_get(run, field,
                               (Secret *) (void *) ((char *) &run->args.in + field->offset));
                if (e != CLI_DONE)
                        return e;
        }
        return CLI_DONE;
}

static int ask(Run *run, CliReply *ret) {
        arena_reset(&run->page);
        return cli_call(&run->page, str_or(run->args.socket, CLI_SOCKET), run->args.op,
                        &run->args.in, cli_deadline_ms(run->args.op), ret);
}

static CliExit malformed(void) {
        (void) fprintf(stderr, "iamctl: iamd's answer is not understood; versions differ?\n");
        return CLI_UNREACHABLE;
}

/* Replies that are no lists: a view for people, the object itself for programs. */
static CliExit print_single(Run *run, const CliReply *reply) {
        const WireTable *table = run->args.op->out;
        const char *where = NULL;
        WireOpOut out;
        int r;

        if (run->args.json) {
                buf_put(&run->out, reply->reply.parameters.text, reply->reply.parameters.len);
                buf_put_char(&run->out, '\n');
                return flush(run);
        }
        r = wire_read(&run->page, &reply->reply.parameters, table->fields, table->n, &out, &where);
        if (r != 0)
                return malformed();
        cli_print_view(&run->out, table, &out, isatty(STDOUT_FILENO) == 1);
        wire_clear(table->fields, table->n, &out);
        return flush(run);
}

/* Items as they came: separated in one array, or a line each. */
static void put_items(Run *run, const CliReply *reply, const WireField *list, bool lines) {
        JsonValue items, item;
        JsonIter iter;

        if (json_member(&reply->reply.parameters, list->name, &items) != 1)
                return;
        json_iter(&items, &iter);
        while (json_next(&iter, NULL, &item) == 1) {
                if (!lines && run->rows++ > 0)
                        buf_put_char(&run->out, ',');
                buf_put(&run->out, item.text, item.len);
                if (lines)
                        buf_put_char(&run->out, '\n');
        }
}

/* The next page's cursor goes into the request; NULL when this was the last. */
static CliExit cursor_take(Run *run, const WireOpOut *out) {
        const WireOp *op = run->args.op;
        const WireField *after = wire_field_find(op->in->fields, op->in->n, "after");
        const WireField *next = wire_field_find(op->out->fields, op->out->n, "next");
        const char *cursor;

        if (after == NULL || next == NULL)
                return CLI_DONE;
        cursor = *(const char *const *) wire_at(next, out);
        if (cursor != NULL && strlen(cursor) >= sizeof(run->cursor))
                return malformed();
        if (cursor != NULL)
                memcpy(run->cursor, cursor, strlen(cursor) + 1);
        *(const char **) (void *) ((char *) &run->args.in + after->offset) =
                        cursor != NULL ? run->cursor : NULL;
        return CLI_DONE;
}

static CliExit print_page(Run *run, const CliReply *reply, const WireField *list, bool lines) {
        const WireTable *table = run->args.op->out;
        const char *where = NULL;
        const WireRows *rows;
        WireOpOut out;

        if (wire_read(&run->page, &reply->reply.parameters, table->fields, table->n, &out,
                      &where) != 0)
                return malformed();
        rows = wire_at(list, &out);
        if (run->args.json) {
                put_items(run, reply, list, lines);
        } else if (rows->n > 0) {
                cli_print_rows(&run->out, list, rows, run->rows == 0);
                run->rows += rows->n;
        }
        return cursor_take(run, &out);
}

static const char *cursor_of(const Run *run) {
        const WireField *after =
                        wire_field_find(run->args.op->in->fields, run->args.op->in->n, "after");

        return after != NULL ? *(const char *const *) wire_at(after, &run->args.in) : NULL;
}

/* All pages, unless --limit asked for one.  The audit trail's newest page is all it shows. */
static CliExit run_list(Run *run, const WireField *list) {
        bool one = run->args.limited || run->args.op->id == WIRE_OP_AUDIT_LIST;
        CliExit e = CLI_DONE;

        if (run->args.json)
                buf_printf(&run->out, "{\"%s\":[", list->name);
        do {
                CLEANUP(cli_reply_done) CliReply reply = {};
                int r = ask(run, &reply);

                if (r < 0)
                        return unreachable(run, r);
                if (reply.reply.reason != 0)
                        return refused(run, &reply.reply);
                e = print_page(run, &reply, list, /* lines= */ false);
                if (e == CLI_DONE && !run->args.json)
                        e = flush(run);
        } while (e == CLI_DONE && !one && cursor_of(run) != NULL);
        if (e != CLI_DONE)
                return e;
        if (run->args.json) {
                buf_put_str(&run->out, "]");
                if (one && cursor_of(run) != NULL) {
                        JsonWriter w = { .buf = &run->out, .needs_comma = true };

                        json_put_str(&w, "next", cursor_of(run));
                }
                buf_put_str(&run->out, "}\n");
        }
        return flush(run);
}

static void pause_ms(int ms) {
        (void) poll(NULL, 0, ms);
}

/* Whether a follower may hope: a daemon that restarts answers again soon. */
static bool is_lost(int error, int steps, bool is_first) {
        return is_first || steps > FOLLOW_LOST_MAX || error == -EPERM || error == -EACCES;
}

static CliExit run_follow(Run *run, const WireField *list) {
        AuditListIn *in = &run->args.in.AUDIT_LIST;
        bool is_first = true;
        int lost = 0;

        if (!run->args.limited)
                in->limit = FOLLOW_FIRST;
        for (;;) {
                CLEANUP(cli_reply_done) CliReply reply = {};
                char before[CURSOR_SIZE];
                CliExit e = CLI_DONE;
                int r;

                memcpy(before, run->cursor, sizeof(before));
                r = ask(run, &reply);
                if (r < 0 && is_lost(r, ++lost, is_first))
                        return unreachable(run, r);
                if (r == 0 && reply.reply.reason != 0 && !reason_is_retryable(reply.reply.reason))
                        return refused(run, &reply.reply);
                if (r == 0 && reply.reply.reason == 0) {
                        e = print_page(run, &reply, list, /* lines= */ true);
                        if (e == CLI_DONE)
                                e = flush(run);
                        in->limit = WIRE_PAGE_DEFAULT;
                        is_first = false;
                        lost = 0;
                }
                if (e != CLI_DONE)
                        return e;
                /* No pause while there is more to read. */
                if (str_eq(before, run->cursor))
                        pause_ms(FOLLOW_STEP_MS);
        }
}

static CliExit run_wait(Run *run) {
        for (int i = 0; i < WAIT_STEPS; i++) {
                CLEANUP(cli_reply_done) CliReply reply = {};
                JsonValue value;
                bool published = false;
                int r = ask(run, &reply);

                if (r < 0)
                        return unreachable(run, r);
                if (reply.reply.reason != 0)
                        return refused(run, &reply.reply);
                if (json_member(&reply.reply.parameters, "published", &value) == 1 &&
                    json_get_bool(&value, &published) == 0 && published)
                        return run->args.json ? print_single(run, &reply) : CLI_DONE;
                pause_ms(WAIT_STEP_MS);
        }
        (void) fprintf(stderr, "iamctl: wait: hosts do not see the last changes yet\n");
        return CLI_LATE;
}

/* A monitoring script needs no more than the exit code. */
static bool is_well(const VarlinkReply *reply) {
        JsonValue checks, check, state;
        JsonIter iter;
        char text[16];

        if (json_member(&reply->parameters, "checks", &checks) != 1 || checks.type != JSON_ARRAY)
                return true;
        json_iter(&checks, &iter);
        while (json_next(&iter, NULL, &check) == 1)
                if (json_member(&check, "state", &state) == 1 &&
                    json_get_str(&state, text, sizeof(text), NULL) == 0 && str_eq(text, "bad"))
                        return false;
        return true;
}

static CliExit run_status(Run *run) {
        CLEANUP(cli_reply_done) CliReply reply = {};
        CLEANUP(buf_done) Buf text = BUF_INIT(OUTPUT_MAX);
        HostLook here = host_look_here();
        CliExit e;
        int r = ask(run, &reply);

        if (r < 0)
                return unreachable(run, r);
        if (reply.reply.reason != 0)
                return refused(run, &reply.reply);
        /* Behind another socket is another daemon, maybe not of this machine. */
        if (run->args.socket == NULL) {
                JsonValue both;

                if (cli_status_add(&reply.reply.parameters, &here, &text, &both) < 0)
                        return malformed();
                reply.reply.parameters = both;
        }
        e = print_single(run, &reply);
        return e == CLI_DONE && !is_well(&reply.reply) ? CLI_UNWELL : e;
}

static CliExit run_single(Run *run) {
        CLEANUP(cli_reply_done) CliReply reply = {};
        int r = ask(run, &reply);

        if (r < 0)
                return unreachable(run, r);
        if (reply.reply.reason != 0)
                return refused(run, &reply.reply);
        return print_single(run, &reply);
}

static CliExit show_help(Run *run) {
        if (run->args.op != NULL)
                cli_help_op(&run->out, run->args.op);
        else
                cli_help_list(&run->out, run->args.prefix);
        return flush(run);
}

CliExit cli_run(int argc, char **argv) {
        CLEANUP(run_done)
        Run run = {
                .arena = ARENA_INIT(PAGE_ARENA),
                .page = ARENA_INIT(PAGE_ARENA),
                .out = BUF_INIT(OUTPUT_MAX),
        };
        const WireField *list;
        struct timespec now;
        CliExit e;
        int r;

        if (argc == 2 && str_eq(argv[1], "--print-man")) {
                cli_man(&run.out);
                return flush(&run);
        }
        if (argc >= 2 && str_eq(argv[1], "--complete")) {
                cli_complete(&run.arena, (size_t) (argc - 2), argv + 2, &run.out);
                return flush(&run);
        }
        clock_gettime(CLOCK_REALTIME, &now);
        r =
                        cli_args_parse(&run.arena, argc, argv,
                                       now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000, &run.args);
        if (r < 0)
                return complain(r == -EINVAL ? run.args.problem : error_text(-r));
        if (run.args.help)
                return show_help(&run);

        e = secrets_get(&run);
        if (e == CLI_DONE)
                e = stdin_get(&run);
        if (e != CLI_DONE)
                return e;
        if (run.args.op->method == NULL)
                return cli_local(&run.args);
        list = cli_list_field(run.args.op);
        if (run.args.follow)
                return run_follow(&run, list);
        if (run.args.op->id == WIRE_OP_WAIT)
                return run_wait(&run);
        if (run.args.op->id == WIRE_OP_STATUS)
                return run_status(&run);
        return list != NULL ? run_list(&run, list) : run_single(&run);
}
