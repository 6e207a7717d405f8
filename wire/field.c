/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/field.h"

#include <string.h>

#include "base/reason.h"
#include "base/secret_bytes.h"

#define FIELD_NAME_MAX 64

/* One decoded item of a STRINGS field may be as long as its text: escapes only shrink. */
static int
read_text(Arena *arena, const JsonValue *value, size_t max, const char **ret, size_t *ret_len) {
        char *text;
        int r;

        if (value->type != JSON_STRING)
                return IAM_E_INVALID;
        /* Each byte of content takes at most 6 bytes of text (an escape), and two quotes. */
        if (value->len > max * 6 + 2)
                return IAM_E_TOO_LARGE;

        text = arena_alloc(arena, value->len < max + 1 ? value->len + 1 : max + 1);
        if (text == NULL)
                return -ENOMEM;
        r = json_get_str(value, text, value->len < max + 1 ? value->len + 1 : max + 1, ret_len);
        if (r == -EMSGSIZE)
                return IAM_E_TOO_LARGE;
        if (r < 0)
                return IAM_E_INVALID;
        *ret = text;
        return 0;
}

static int
read_string(Arena *arena, const WireField *field, const JsonValue *value, const char **ret) {
        const char *text;
        size_t len;
        int r;

        r = read_text(arena, value, (size_t) field->max, &text, &len);
        if (r != 0)
                return r;
        if (len < (size_t) field->min)
                return IAM_E_INVALID;
        if (field->choices != NULL && !str_words_have(field->choices, text))
                return IAM_E_INVALID;
        *ret = text;
        return 0;
}

static int read_secret(const WireField *field, const JsonValue *value, Secret *ret) {
        char text[SECRET_MAX + 1];
        size_t len = 0;
        int r;

        if (value->type != JSON_STRING)
                return IAM_E_INVALID;
        r = json_get_str(value, text, sizeof(text), &len);
        if (r == -EMSGSIZE || (r == 0 && len > (size_t) field->max))
                r = IAM_E_TOO_LARGE;
        else if (r < 0 || len < (size_t) field->min)
                r = IAM_E_INVALID;
        else
                r = secret_move_in(ret, text, len);
        explicit_bzero(text, sizeof(text));
        return r;
}

static int read_int(const WireField *field, const JsonValue *value, int64_t *ret) {
        int64_t number;

        if (json_get_int(value, &number) < 0)
                return IAM_E_INVALID;
        if (field->type == WIRE_TIME ? number < 0 : number < field->min || number > field->max)
                return IAM_E_INVALID;
        *ret = number;
        return 0;
}

static int read_bool(const WireField *field, const JsonValue *value, void *at) {
        bool yes;

        if (json_get_bool(value, &yes) < 0)
                return IAM_E_INVALID;
        if (field->type == WIRE_BOOL)
                *(bool *) at = yes;
        else
                *(Maybe *) at = yes ? MAYBE_YES : MAYBE_NO;
        return 0;
}

static int
read_strings(Arena *arena, const WireField *field, const JsonValue *value, StrList *ret) {
        JsonIter iter;
        JsonValue item;
        const char **items;
        size_t n, i = 0, len;
        int r;

        if (value->type != JSON_ARRAY)
                return IAM_E_INVALID;
        n = json_count(value);
        if (n > (size_t) field->max)
                return IAM_E_TOO_LARGE;
        items = arena_new_n(arena, const char *, n + 1);
        if (items == NULL)
                return -ENOMEM;

        json_iter(value, &iter);
        while (i < n && json_next(&iter, NULL, &item) == 1) {
                r = read_text(arena, &item, WIRE_ITEM_MAX, &items[i], &len);
                if (r != 0)
                        return r;
                i++;
        }
        *ret = (StrList){ .items = items, .n = i };
        return 0;
}

static void field_preset(const WireField *field, void *at) {
        switch (field->type) {
        case WIRE_STRING:
                *(const char **) at = NULL;
                return;
        case WIRE_INT:
                *(int64_t *) at = field->initial;
                return;
        case WIRE_BOOL:
                *(bool *) at = false;
                return;
        case WIRE_MAYBE:
                *(Maybe *) at = MAYBE_ABSENT;
                return;
        case WIRE_SECRET:
                secret_clear(at);
                return;
        case WIRE_TIME:
                *(Usec *) at = 0;
                return;
        case WIRE_STRINGS:
                *(StrList *) at = (StrList){};
                return;
        case WIRE_OBJECTS:
                *(WireRows *) at = (WireRows){};
                return;
        case SENTINELS(WIRE):
                assert(false);
        }
}

/* Everything but OBJECTS, which the callers treat: so nothing here calls itself. */
static int read_plain(Arena *arena, const WireField *field, const JsonValue *value, void *at) {
        switch (field->type) {
        case WIRE_STRING:
                return read_string(arena, field, value, at);
        case WIRE_INT:
        case WIRE_TIME:
                return read_int(field, value, at);
        case WIRE_BOOL:
        case WIRE_MAYBE:
                return read_bool(field, value, at);
        case WIRE_SECRET:
                return read_secret(field, value, at);
        case WIRE_STRINGS:
                return read_strings(arena, field, value, at);
        case WIRE_OBJECTS:
        case SENTINELS(WIRE):
                break;
        }
        assert(false);
        return -ENOTSUP;
}

const WireField *wire_field_find(const WireField *fields, size_t n, const char *name) {
        for (size_t i = 0; i < n; i++)
                if (strcmp(fields[i].name, name) == 0)
                        return &fields[i];
        return NULL;
}

/* Every member must be one of the table; ret_where gets the first that is not. */
static int
check_members(Arena *arena, const JsonValue *object, const WireField *fields, size_t n,
              const char **ret_where) {
        char name[FIELD_NAME_MAX + 1];
        JsonIter iter;
        JsonValue key, value;
        size_t len;

        if (object->type != JSON_OBJECT) {
                *ret_where = "parameters";
                return IAM_E_INVALID;
        }
        json_iter(object, &iter);
        while (json_next(&iter, &key, &value) == 1) {
                if (json_get_str(&key, name, sizeof(name), &len) < 0) {
                        *ret_where = "a member with an overlong name";
                        return IAM_E_UNKNOWN_FIELD;
                }
                if (wire_field_find(fields, n, name) != NULL)
                        continue;
                *ret_where = str_or(arena_strdup(arena, name), "a member");
                return IAM_E_UNKNOWN_FIELD;
        }
        return 0;
}

/* The member that the field wants: 1, 0 (absent or null). */
static int field_member(const WireField *field, const JsonValue *object, JsonValue *ret) {
        return json_member(object, field->name, ret) == 1 && ret->type != JSON_NULL ? 1 : 0;
}

static int
read_row(Arena *arena, const JsonValue *object, const WireField *fields, size_t n, void *out,
         const char **ret_where) {
        JsonValue value;
        int r;

        r = check_members(arena, object, fields, n, ret_where);
        if (r != 0)
                return r;
        for (size_t i = 0; i < n; i++) {
                const WireField *field = &fields[i];

                if (field_member(field, object, &value) == 0)
                        r = (field->flags & WIRE_REQUIRED) != 0 ? IAM_E_MISSING : 0;
                else if (field->type != WIRE_OBJECTS)
                        r = read_plain(arena, field, &value, (char *) out + field->offset);
                if (r != 0) {
                        *ret_where = field->name;
                        return r;
                }
        }
        return 0;
}

static void preset_row(const WireField *fields, size_t n, void *row) {
        for (size_t i = 0; i < n; i++)
                field_preset(&fields[i], (char *) row + fields[i].offset);
}

static int
read_objects(Arena *arena, const WireField *field, const JsonValue *value, WireRows *ret,
             const char **ret_where) {
        JsonIter iter;
        JsonValue item;
        const char *inner = NULL;
        char *rows;
        size_t n, i = 0;
        int r;

        *ret_where = field->name;
        if (value->type != JSON_ARRAY)
                return IAM_E_INVALID;
        n = json_count(value);
        if (n > (size_t) field->max)
                return IAM_E_TOO_LARGE;
        rows = arena_calloc(arena, n + 1, field->row_size);
        if (rows == NULL)
                return -ENOMEM;

        json_iter(value, &iter);
        while (i < n && json_next(&iter, NULL, &item) == 1) {
                char *row = rows + i * field->row_size;

                preset_row(field->fields, field->n_fields, row);
                r = read_row(arena, &item, field->fields, field->n_fields, row, &inner);
                if (r != 0) {
                        const char *where = arena_printf(
                                        arena, "%s[%zu].%s", field->name, i, str_or(inner, "?"));
                        *ret_where = str_or(where, field->name);
                        return r;
                }
                i++;
        }
        *ret = (WireRows){ .items = rows, .n = i };
        return 0;
}

int wire_read(Arena *arena, const JsonValue *object, const WireField *fields, size_t n, void *out,
              const char **ret_where) {
        JsonValue value;
        int r;

        preset_row(fields, n, out);
        r = read_row(arena, object, fields, n, out, ret_where);
        for (size_t i = 0; r == 0 && i < n; i++)
                if (fields[i].type == WIRE_OBJECTS && field_member(&fields[i], object, &value) == 1)
                        r = read_objects(
                                        arena, &fields[i], &value,
                                        (void *) ((char *) out + fields[i].offset), ret_where);
        if (r != 0)
                wire_clear(fields, n, out);
        return r;
}

static void write_plain(JsonWriter *w, const WireField *field, const void *at) {
        const StrList *list;
        const Secret *secret;

        switch (field->type) {
        case WIRE_STRING:
                json_put_str(w, field->name, *(const char *const *) at);
                return;
        case WIRE_INT:
                if (*(const int64_t *) at != WIRE_INT_ABSENT)
                        json_put_int(w, field->name, *(const int64_t *) at);
                return;
        case WIRE_TIME:
                if (*(const Usec *) at != 0)
                        json_put_int(w, field->name, *(const Usec *) at);
                return;
        case WIRE_BOOL:
                json_put_bool(w, field->name, *(const bool *) at);
                return;
        case WIRE_MAYBE:
                if (*(const Maybe *) at != MAYBE_ABSENT)
                        json_put_bool(w, field->name, *(const Maybe *) at == MAYBE_YES);
                return;
        case WIRE_SECRET:
                secret = at;
                if (secret_is_empty(secret))
                        return;
                json_key(w, field->name);
                json_str_n(w, (const char *) secret_bytes(secret), secret->len);
                return;
        case WIRE_STRINGS:
                list = at;
                json_key(w, field->name);
                json_begin_array(w);
                for (size_t i = 0; i < list->n; i++)
                        json_str(w, list->items[i]);
                json_end_array(w);
                return;
        case WIRE_OBJECTS:
        case SENTINELS(WIRE):
                break;
        }
        assert(false);
}

static void write_row(JsonWriter *w, const WireField *fields, size_t n, const void *row) {
        json_begin_object(w);
        for (size_t i = 0; i < n; i++)
                write_plain(w, &fields[i], wire_at(&fields[i], row));
        json_end_object(w);
}

void wire_write(JsonWriter *w, const WireField *fields, size_t n, const void *in) {
        json_begin_object(w);
        for (size_t i = 0; i < n; i++) {
                const WireField *field = &fields[i];
                const WireRows *rows = wire_at(field, in);

                if (field->type != WIRE_OBJECTS) {
                        write_plain(w, field, rows);
                        continue;
                }
                json_key(w, field->name);
                json_begin_array(w);
                for (size_t k = 0; k < rows->n; k++)
                        write_row(w, field->fields, field->n_fields,
                                  (const char *) rows->items + k * field->row_size);
                json_end_array(w);
        }
        json_end_object(w);
}

void wire_clear(const WireField *fields, size_t n, void *out) {
        for (size_t i = 0; i < n; i++)
                if (fields[i].type == WIRE_SECRET)
                        secret_clear((void *) ((char *) out + fields[i].offset));
}
