/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/form.h"

#include "base/reason.h"
#include "base/str.h"

#include <string.h>

static int hex_value(char c) {
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -EINVAL;
}

int form_decode(Arena *arena, const char *text, size_t len, char **ret) {
        char *out = arena_alloc(arena, len + 1);
        size_t n = 0;

        if (out == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < len; i++) {
                if (text[i] == '+') {
                        out[n++] = ' ';
                } else if (text[i] != '%') {
                        out[n++] = text[i];
                } else {
                        bool is_whole = i + 2 < len;
                        int high = is_whole ? hex_value(text[i + 1]) : -EINVAL;
                        int low = is_whole ? hex_value(text[i + 2]) : -EINVAL;

                        if (high < 0 || low < 0)
                                return -EINVAL;
                        out[n++] = (char) (high << 4 | low);
                        i += 2;
                }
        }
        if (!str_is_utf8(out, n)) /* which also refuses a NUL */
                return -EINVAL;
        *ret = out;
        return 0;
}

static const FormField *find_field(const FormField *fields, size_t n, const char *name) {
        for (size_t i = 0; i < n; i++)
                if (strcmp(fields[i].name, name) == 0)
                        return &fields[i];
        return NULL;
}

static int
read_pair(Arena *arena, const char *pair, size_t len, const FormField *fields, size_t n, void *out,
          const char **ret_where) {
        const char *equals = memchr(pair, '=', len);
        size_t name_len = equals != NULL ? (size_t) (equals - pair) : len;
        const char **member;
        const FormField *field;
        char *name;
        char *value = NULL;
        int r;

        r = form_decode(arena, pair, name_len, &name);
        if (r < 0)
                return r == -EINVAL ? IAM_E_REQUEST_INVALID : r;
        field = find_field(fields, n, name);
        if (field == NULL)
                return 0;
        *ret_where = field->name;
        if (equals != NULL) {
                r = form_decode(arena, equals + 1, len - name_len - 1, &value);
                if (r < 0)
                        return r == -EINVAL ? IAM_E_REQUEST_INVALID : r;
        }
        if (str_is_empty(value))
                return 0;
        if (strlen(value) > field->max)
                return IAM_E_TOO_LARGE;
        member = (const char **) ((char *) out + field->offset);
        if (*member != NULL)
                return IAM_E_REQUEST_INVALID;
        *member = value;
        return 0;
}

int form_read(Arena *arena, const char *text, const FormField *fields, size_t n, void *out,
              const char **ret_where) {
        const char *where = NULL;

        while (*text != '\0') {
                size_t len = strcspn(text, "&");
                int r = read_pair(arena, text, len, fields, n, out, &where);

                if (r != 0) {
                        if (ret_where != NULL)
                                *ret_where = where;
                        return r;
                }
                text += len;
                text += *text == '&' ? 1 : 0;
        }
        return 0;
}
