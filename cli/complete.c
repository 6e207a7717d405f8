/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complete.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cli/args.h"
#include "cli/call.h"
#include "cli/ops.h"
#include "cli/print.h"

#define OPTION_MAX 64
#define WORDS_MAX 128
/* Who presses a key does not wait for a daemon that hangs. */
#define COMPLETE_DEADLINE_MS 1000

typedef struct Line {
        Arena *arena;
        Buf *out;
        const char *typed; /* what every candidate begins with */
        char before[WORDS_MAX]; /* the words that may name an operation */
        const WireOp *op; /* NULL: not named yet */
        size_t n_places; /* words behind the operation's */
        const WireField *value_of; /* the option whose value is typed, or NULL */
        const char *realm; /* of --realm */
        const char *socket; /* of --socket */
        bool is_foreign; /* a value that is no business of ours is typed */
} Line;

static void put(Line *line, const char *candidate) {
        if (str_starts_with(candidate, line->typed))
                buf_printf(line->out, "%s\n", candidate);
}

static void put_option(Line *line, const char *prefix, const char *field) {
        char name[OPTION_MAX], option[OPTION_MAX + 8];

        cli_option_name(field, name, sizeof(name));
        (void) snprintf(option, sizeof(option), "--%s%s", prefix, name);
        put(line, option);
}

static const WireOp *op_by_words(const char *words) {
        for (size_t i = 0; cli_op(i) != NULL; i++)
                if (str_eq(cli_op(i)->words, words))
                        return cli_op(i);
        return NULL;
}

static const WireField *field_of(const WireOp *op, const char *option) {
        char name[OPTION_MAX];

        for (size_t i = 0; i < op->in->n; i++) {
                cli_option_name(op->in->fields[i].name, name, sizeof(name));
                if (str_eq(name, option))
                        return &op->in->fields[i];
        }
        return NULL;
}

/* One word that is complete; value: what follows it, for options that take one. */
static void take_option(Line *line, const char *name, const char *value) {
        const WireField *field = line->op != NULL ? field_of(line->op, name) : NULL;

        line->value_of = NULL;
        line->is_foreign = str_eq(name, "socket");
        if (line->is_foreign)
                line->socket = value;
        else if (field != NULL && field->type != WIRE_BOOL && field->type != WIRE_MAYBE)
                line->value_of = field;
        if (line->value_of != NULL && str_eq(field->name, "realm"))
                line->realm = value;
}

static void take_word(Line *line, const char *word) {
        size_t len = strlen(line->before);

        if (line->op != NULL) {
                line->n_places++;
                return;
        }
        (void) snprintf(line->before + len, sizeof(line->before) - len, "%s%s", len > 0 ? " " : "",
                        word);
        line->op = op_by_words(line->before);
}

/* The shell makes words of its own of "=". */
static void take_all(Line *line, size_t n, char **words) {
        for (size_t i = 0; i < n; i++) {
                bool is_value = line->value_of != NULL || line->is_foreign;

                if (str_eq(words[i], "="))
                        continue;
                if (is_value) {
                        line->value_of = NULL;
                        line->is_foreign = false;
                } else if (str_starts_with(words[i], "--")) {
                        const char *value = i + 1 < n ? words[i + 1] : NULL;

                        if (str_eq(value, "="))
                                value = i + 2 < n ? words[i + 2] : NULL;
                        take_option(line, words[i] + 2, value);
                } else {
                        take_word(line, words[i]);
                }
        }
}

/* The next word of every operation that begins as this line does, each once: those of one
 * beginning stand together in the table. */
static void put_verbs(Line *line) {
        size_t len = strlen(line->before);
        char last[WORDS_MAX] = "";

        for (size_t i = 0; cli_op(i) != NULL; i++) {
                const char *words = cli_op(i)->words;
                char next[WORDS_MAX];

                if (len > 0 && (!str_starts_with(words, line->before) || words[len] != ' '))
                        continue;
                words += len > 0 ? len + 1 : 0;
                (void) snprintf(next, sizeof(next), "%.*s", (int) strcspn(words, " "), words);
                if (!str_eq(next, last))
                        put(line, next);
                memcpy(last, next, sizeof(last));
        }
}

static void put_options(Line *line) {
        const WireTable *table = line->op != NULL ? line->op->in : NULL;

        for (size_t i = 0; table != NULL && i < table->n; i++) {
                const WireField *field = &table->fields[i];

                if (field->type == WIRE_SECRET)
                        put(line, "--stdin");
                else if ((field->flags & WIRE_POSITIONAL) == 0)
                        put_option(line, "", field->name);
                if (field->type == WIRE_MAYBE)
                        put_option(line, "no-", field->name);
        }
        if (line->op != NULL && line->op->id == WIRE_OP_AUDIT_LIST)
                put(line, "--follow");
        put(line, "--json");
        put(line, "--help");
        put(line, "--socket");
}

static void put_choices(Line *line, const char *choices) {
        while (*choices != '\0') {
                size_t n = strcspn(choices, " ");
                char *choice = arena_strndup(line->arena, choices, n);

                if (choice == NULL)
                        return;
                put(line, choice);
                choices += n + (choices[n] == ' ');
        }
}

static void put_names(Line *line, const WireOp *list, const JsonValue *reply) {
        const WireField *rows = cli_list_field(list);
        JsonValue items, item, name;
        JsonIter iter;

        if (rows == NULL || json_member(reply, rows->name, &items) != 1 || items.type != JSON_ARRAY)
                return;
        json_iter(&items, &iter);
        while (json_next(&iter, NULL, &item) == 1) {
                char text[256];

                if (item.type == JSON_OBJECT && json_member(&item, "name", &name) == 1 &&
                    name.type == JSON_STRING && json_get_str(&name, text, sizeof(text), NULL) == 0)
                        put(line, text);
        }
}

static void set_text(const WireOp *list, WireOpIn *in, const char *field_name, const char *value) {
        const WireField *field = wire_field_find(list->in->fields, list->in->n, field_name);

        if (field != NULL && !str_is_empty(value))
                *(const char **) (void *) ((char *) in + field->offset) = value;
}

/* What `NOUN list` answers, of the realm that the line names. */
static void ask_names(Line *line, const char *noun) {
        CLEANUP(cli_reply_done) CliReply reply = {};
        char words[OPTION_MAX + 8];
        const WireField *limit;
        const WireOp *list;
        WireOpIn in = {};

        (void) snprintf(words, sizeof(words), "%s list", noun);
        list = op_by_words(words);
        if (list == NULL || wire_field_find(list->out->fields, list->out->n, "next") == NULL)
                return;
        set_text(list, &in, "realm", line->realm);
        set_text(list, &in, "search", line->typed);
        limit = wire_field_find(list->in->fields, list->in->n, "limit");
        if (limit != NULL)
                *(int64_t *) (void *) ((char *) &in + limit->offset) = WIRE_PAGE_MAX;
        if (cli_call(line->arena, str_or(line->socket, CLI_SOCKET), list, &in, COMPLETE_DEADLINE_MS,
                     &reply) == 0 &&
            reply.reply.reason == 0)
                put_names(line, list, &reply.reply.parameters);
}

/* A field that is called as a noun is, or `name` in a verb of that noun, holds one of its names;
 * unless the verb makes it. */
static void put_values(Line *line, const WireField *field) {
        const char *words = line->op->words;
        char noun[OPTION_MAX];

        if (field->choices != NULL) {
                put_choices(line, field->choices);
                return;
        }
        if (field->type != WIRE_STRING)
                return;
        if (!str_eq(field->name, "name"))
                (void) snprintf(noun, sizeof(noun), "%s", field->name);
        else if (!str_ends_with(words, " create"))
                (void) snprintf(noun, sizeof(noun), "%.*s", (int) strcspn(words, " "), words);
        else
                return;
        ask_names(line, noun);
}

static const WireField *place_at(const WireOp *op, size_t place) {
        for (size_t i = 0; i < op->in->n; i++)
                if ((op->in->fields[i].flags & WIRE_POSITIONAL) != 0 && place-- == 0)
                        return &op->in->fields[i];
        return NULL;
}

void cli_complete(Arena *arena, size_t n, char **words, Buf *out) {
        Line line = { .arena = arena, .out = out, .typed = n > 0 ? words[n - 1] : "" };

        if (n > 0)
                take_all(&line, n - 1, words);
        if (str_eq(line.typed, "="))
                line.typed = "";
        if (line.is_foreign)
                return;
        if (line.value_of != NULL) {
                put_values(&line, line.value_of);
                return;
        }
        if (line.typed[0] == '-') {
                put_options(&line);
                return;
        }
        if (line.op == NULL) {
                put_verbs(&line);
                return;
        }
        const WireField *field = place_at(line.op, line.n_places);
        if (field != NULL)
                put_values(&line, field);
}
