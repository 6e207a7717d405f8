/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/args.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define OPTION_MAX 64
#define WORDS_MAX 16
#define ITEMS_MAX 64

typedef struct Parse {
        Arena *arena;
        Usec now;
        CliArgs *args;
        int argc;
        char **argv;
        int at;
        const char *words[WORDS_MAX]; /* everything that is no option, in order */
        size_t n_words;
        size_t n_verb; /* of these, those that name the operation */
        const char *given[WORDS_MAX * 2]; /* fields that options set */
        size_t n_given;
} Parse;

static int _printf_(2, 3) problem(Parse *p, const char *format, ...) {
        va_list list;

        va_start(list, format);
        (void) vsnprintf(p->args->problem, sizeof(p->args->problem), format, list);
        va_end(list);
        return -EINVAL;
}

void cli_option_name(const char *field, char *ret, size_t size) {
        size_t n = 0;

        for (; *field != '\0' && n + 2 < size; field++) {
                bool upper = *field >= 'A' && *field <= 'Z';

                if (upper || *field == '_')
                        ret[n++] = '-';
                if (*field != '_')
                        ret[n++] = (char) (upper ? *field - 'A' + 'a' : *field);
        }
        ret[n] = '\0';
}

static const WireField *field_of_option(const WireTable *table, const char *option) {
        char name[OPTION_MAX];

        for (size_t i = 0; i < table->n; i++) {
                cli_option_name(table->fields[i].name, name, sizeof(name));
                if (str_eq(name, option))
                        return &table->fields[i];
        }
        return NULL;
}

static int list_add(Parse *p, StrList *list, const char *item) {
        const char **items;

        if (list->n >= ITEMS_MAX)
                return problem(p, "too many values");
        items = arena_new_n(p->arena, const char *, list->n + 1);
        if (items == NULL)
                return -ENOMEM;
        if (list->n > 0)
                memcpy(items, list->items, list->n * sizeof(*items));
        items[list->n] = item;
        *list = (StrList){ .items = items, .n = list->n + 1 };
        return 0;
}

static int bool_parse(const char *text, bool *ret) {
        if (!str_eq(text, "true") && !str_eq(text, "false") && !str_eq(text, "yes") &&
            !str_eq(text, "no"))
                return -EINVAL;
        *ret = str_eq(text, "true") || str_eq(text, "yes");
        return 0;
}

static int field_set(Parse *p, const WireField *field, const char *called, const char *text) {
        void *at = (char *) &p->args->in + field->offset;
        uint64_t number;
        bool yes;

        switch (field->type) {
        case WIRE_STRING:
                *(const char **) at = text;
                return 0;
        case WIRE_INT:
                if ((field->flags & WIRE_SECONDS) != 0 && cli_seconds_parse(text, at) == 0)
                        return 0;
                if (str_to_u64(text, &number) < 0 || number > INT32_MAX)
                        return problem(p, "%s: \"%s\" is not a number", called, text);
                *(int64_t *) at = (int64_t) number;
                return 0;
        case WIRE_BOOL:
        case WIRE_MAYBE:
                if (bool_parse(text, &yes) < 0)
                        return problem(p, "%s: \"%s\" is neither true nor false", called, text);
                if (field->type == WIRE_BOOL)
                        *(bool *) at = yes;
                else
                        *(Maybe *) at = yes ? MAYBE_YES : MAYBE_NO;
                return 0;
        case WIRE_TIME:
                if (cli_time_parse(text, p->now, at) < 0)
                        return problem(p,
                                       "%s: \"%s\" is not a time, as 2026-01-31, "
                                       "2026-01-31T15:04:05Z, 2h and 7d are",
                                       called, text);
                return 0;
        case WIRE_STRINGS:
                return list_add(p, at, text);
        case WIRE_SECRET:
                return problem(p,
                               "%s: secrets are never arguments, where others can read them; "
                               "leave it out to be asked, or use --stdin",
                               called);
        case WIRE_OBJECTS:
        case SENTINELS(WIRE):
                break;
        }
        assert(false);
        return -ENOTSUP;
}

/* The words so far are the operation's; no operation's words begin with another's. */
static bool words_match(const Parse *p, const char *op_words, size_t *ret_n) {
        const char *at = op_words;
        size_t n = 0;

        for (; n < p->n_words; n++) {
                size_t len = strlen(p->words[n]);

                if (strncmp(at, p->words[n], len) != 0 || (at[len] != ' ' && at[len] != '\0'))
                        return false;
                at += len;
                if (*at == '\0') {
                        *ret_n = n + 1;
                        return true;
                }
                at++;
        }
        return false;
}

/* Numbers that nobody gives have their default. */
static void preset(CliArgs *args) {
        const WireTable *table = args->op->in;

        for (size_t i = 0; i < table->n; i++)
                if (table->fields[i].type == WIRE_INT)
                        *(int64_t *) (void *) ((char *) &args->in + table->fields[i].offset) =
                                        table->fields[i].initial;
}

static void op_find(Parse *p) {
        const WireOp *op;

        for (size_t i = 0; p->args->op == NULL && (op = cli_op(i)) != NULL; i++)
                if (words_match(p, op->words, &p->n_verb))
                        p->args->op = op;
        if (p->args->op != NULL)
                preset(p->args);
}

/* Options that belong to iamctl, not to an operation.  1: it was one. */
static int own_option(Parse *p, const char *name, const char *value) {
        if (str_eq(name, "help"))
                p->args->help = true;
        else if (str_eq(name, "json"))
                p->args->json = true;
        else if (str_eq(name, "stdin"))
                p->args->from_stdin = true;
        else if (str_eq(name, "follow"))
                p->args->follow = true;
        else
                return 0;
        return value != NULL ? problem(p, "--%s takes no value", name) : 1;
}

static int option_value(Parse *p, const char *name, const char *inlined, const char **ret) {
        if (inlined != NULL) {
                *ret = inlined;
                return 0;
        }
        if (p->at + 1 >= p->argc)
                return problem(p, "--%s needs a value", name);
        *ret = p->argv[++p->at];
        return 0;
}

static bool is_switch(const WireField *field) {
        return field->type == WIRE_BOOL || field->type == WIRE_MAYBE;
}

static int op_option(Parse *p, const char *name, const char *inlined) {
        const WireTable *table = p->args->op->in;
        const WireField *field = field_of_option(table, name);
        char called[OPTION_MAX + 2];
        const char *value = "";
        int r;

        (void) snprintf(called, sizeof(called), "--%s", name);
        if (field == NULL && str_starts_with(name, "no-") && inlined == NULL) {
                field = field_of_option(table, name + 3);
                if (field != NULL && is_switch(field))
                        return field_set(p, field, called, "false");
                field = NULL;
        }
        if (field == NULL)
                return problem(p, "%s: no option --%s; see iamctl %s --help", p->args->op->words,
                               name, p->args->op->words);
        if (is_switch(field) && inlined == NULL)
                return field_set(p, field, called, "true");
        r = field->type == WIRE_SECRET ? 0 : option_value(p, name, inlined, &value);
        if (r < 0)
                return r;
        if (p->n_given < ELEMENTSOF(p->given))
                p->given[p->n_given++] = field->name;
        p->args->limited = p->args->limited || str_eq(field->name, "limit");
        return field_set(p, field, called, value);
}

static int option_read(Parse *p) {
        const char *text = p->argv[p->at] + 2;
        const char *equals = strchr(text, '=');
        const char *inlined = equals != NULL ? equals + 1 : NULL;
        char *name = equals != NULL ? arena_strndup(p->arena, text, (size_t) (equals - text))
                                    : arena_strdup(p->arena, text);
        int r;

        if (name == NULL)
                return -ENOMEM;
        r = own_option(p, name, inlined);
        if (r != 0)
                return r < 0 ? r : 0;
        if (str_eq(name, "socket"))
                return option_value(p, name, inlined, &p->args->socket);
        if (p->args->op == NULL)
                return problem(p,
                               "--%s: say first what to do, then with which options; see "
                               "iamctl --help",
                               name);
        return op_option(p, name, inlined);
}

/* The words before an operation's options name it: only then it is known which take values. */
static int word_read(Parse *p, const char *word) {
        if (p->n_words >= WORDS_MAX)
                return problem(p, "too many words");
        p->words[p->n_words++] = word;
        if (p->args->op == NULL)
                op_find(p);
        return 0;
}

static int all_read(Parse *p) {
        bool only_words = false;

        for (p->at = 1; p->at < p->argc; p->at++) {
                const char *text = p->argv[p->at];
                int r = 0;

                if (only_words || text[0] != '-' || text[1] == '\0')
                        r = word_read(p, text);
                else if (str_eq(text, "--"))
                        only_words = true;
                else if (str_eq(text, "-h"))
                        p->args->help = true;
                else if (text[1] == '-')
                        r = option_read(p);
                else
                        r = problem(p, "no option %s", text);
                if (r < 0)
                        return r;
        }
        return 0;
}

static bool was_given(const Parse *p, const char *field) {
        for (size_t i = 0; i < p->n_given; i++)
                if (str_eq(p->given[i], field))
                        return true;
        return false;
}

static int words_apply(Parse *p) {
        const WireTable *table = p->args->op->in;
        size_t next = p->n_verb;

        for (size_t i = 0; i < table->n; i++) {
                const WireField *field = &table->fields[i];
                char called[OPTION_MAX];
                int r;

                if ((field->flags & WIRE_POSITIONAL) != 0 && !was_given(p, field->name) &&
                    next < p->n_words) {
                        r = field_set(p, field, field->name, p->words[next++]);
                        if (r < 0)
                                return r;
                        continue;
                }
                if ((field->flags & WIRE_REQUIRED) == 0 || field->type == WIRE_SECRET ||
                    (field->flags & WIRE_FROM_STDIN) != 0 || was_given(p, field->name))
                        continue;
                cli_option_name(field->name, called, sizeof(called));
                return problem(p, "%s: %s%s is missing: %s; see iamctl %s --help",
                               p->args->op->words,
                               (field->flags & WIRE_POSITIONAL) != 0 ? "" : "--", called,
                               field->doc, p->args->op->words);
        }
        if (next < p->n_words)
                return problem(p, "%s: \"%s\" is one word too many; see iamctl %s --help",
                               p->args->op->words, p->words[next], p->args->op->words);
        return 0;
}

static bool has_secret(const WireOp *op) {
        for (size_t i = 0; i < op->in->n; i++)
                if (op->in->fields[i].type == WIRE_SECRET)
                        return true;
        return false;
}

/* Whether any operation begins with these words. */
static bool is_beginning(const char *words) {
        size_t len = strlen(words);
        const WireOp *op;

        for (size_t i = 0; (op = cli_op(i)) != NULL; i++)
                if (len == 0 || (strncmp(op->words, words, len) == 0 &&
                                 (op->words[len] == ' ' || op->words[len] == '\0')))
                        return true;
        return false;
}

/* The words up to the first that leads nowhere: help is given for those. */
static int help_prefix(Parse *p) {
        char prefix[128] = "";
        const WireOp *op;
        size_t i = 0;

        if (p->n_words > 0 && str_eq(p->words[0], "help")) {
                p->args->help = true;
                i++;
        }
        for (; i < p->n_words; i++) {
                size_t len = strlen(prefix);
                const char *space = len > 0 ? " " : "";

                (void) snprintf(prefix + len, sizeof(prefix) - len, "%s%s", space, p->words[i]);
                if (is_beginning(prefix))
                        continue;
                prefix[len] = '\0';
                return problem(p, "%s%sno operation \"%s\"; see iamctl %s%s--help", prefix,
                               len > 0 ? ": " : "", p->words[i], prefix, len > 0 ? " " : "");
        }
        /* `help user create` is found here, where `help` was not counted. */
        for (i = 0; (op = cli_op(i)) != NULL; i++)
                if (str_eq(op->words, prefix))
                        p->args->op = op;
        p->args->prefix = arena_strdup(p->arena, prefix);
        return p->args->prefix == NULL ? -ENOMEM : 0;
}

int cli_args_parse(Arena *arena, int argc, char **argv, Usec now, CliArgs *ret) {
        Parse p = { .arena = arena, .now = now, .args = ret, .argc = argc, .argv = argv };
        int r;

        *ret = (CliArgs){ .prefix = "" };
        r = all_read(&p);
        if (r < 0)
                return r;
        if (ret->op == NULL) {
                r = help_prefix(&p);
                if (r < 0 || ret->help)
                        return r;
                return problem(&p, "%s%ssay what to do; see iamctl %s%s--help", ret->prefix,
                               ret->prefix[0] != '\0' ? ": " : "", ret->prefix,
                               ret->prefix[0] != '\0' ? " " : "");
        }
        if (ret->help)
                return 0;
        r = words_apply(&p);
        if (r == 0 && ret->follow && ret->op->id != WIRE_OP_AUDIT_LIST)
                r = problem(&p, "%s: nothing to --follow", ret->op->words);
        if (r == 0 && ret->from_stdin && !has_secret(ret->op) && ret->op != &cli_host_enable)
                r = problem(&p, "%s: takes no secret from --stdin", ret->op->words);
        return r;
}
