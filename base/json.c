/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <string.h>

#include "base/str.h"

/* RFC 7493 section 2.2: what every reader of JSON keeps exactly. */
#define JSON_INT_MAX ((INT64_C(1) << 53) - 1)

typedef enum Expect {
        EXPECT_VALUE,
        EXPECT_ITEM_OR_END,
        EXPECT_KEY,
        EXPECT_KEY_OR_END,
        EXPECT_COMMA_OR_END,
} Expect;

typedef struct Checker {
        const char *text;
        size_t len;
        size_t at;
        size_t depth;
        bool is_object[JSON_DEPTH_MAX];
        uint32_t n_keys[JSON_DEPTH_MAX];
        uint32_t keys[JSON_DEPTH_MAX][JSON_MEMBERS_MAX]; /* offsets of their opening quotes */
} Checker;

static bool is_space(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c) {
        return c >= '0' && c <= '9';
}

static int hex_digit(char c) {
        if (is_digit(c))
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits of \uXXXX; -1 when they are not hexadecimal. */
static int32_t hex4(const char *digits) {
        int32_t value = 0;

        for (int i = 0; i < 4; i++) {
                int digit = hex_digit(digits[i]);

                if (digit < 0)
                        return -1;
                value = value * 16 + digit;
        }
        return value;
}

static bool is_high_surrogate(int32_t unit) {
        return unit >= 0xd800 && unit <= 0xdbff;
}

static bool is_low_surrogate(int32_t unit) {
        return unit >= 0xdc00 && unit <= 0xdfff;
}

static char unescaped(char c) {
        switch (c) {
        case 'b':
                return '\b';
        case 'f':
                return '\f';
        case 'n':
                return '\n';
        case 'r':
                return '\r';
        case 't':
                return '\t';
        default:
                return c; /* the quote and both slashes stand for themselves */
        }
}

static size_t utf8_put(uint32_t c, char ret[4]) {
        if (c < 0x80) {
                ret[0] = (char) c;
                return 1;
        }
        if (c < 0x800) {
                ret[0] = (char) (0xc0 | c >> 6);
                ret[1] = (char) (0x80 | (c & 0x3f));
                return 2;
        }
        if (c < 0x10000) {
                ret[0] = (char) (0xe0 | c >> 12);
                ret[1] = (char) (0x80 | (c >> 6 & 0x3f));
                ret[2] = (char) (0x80 | (c & 0x3f));
                return 3;
        }
        ret[0] = (char) (0xf0 | c >> 18);
        ret[1] = (char) (0x80 | (c >> 12 & 0x3f));
        ret[2] = (char) (0x80 | (c >> 6 & 0x3f));
        ret[3] = (char) (0x80 | (c & 0x3f));
        return 4;
}

/* The next bytes of a checked string, unescaped; 0 at its closing quote. */
static size_t string_next(const char **at, char ret[4]) {
        const char *p = *at;
        int32_t unit;
        int32_t low;

        if (*p == '"')
                return 0;
        if (*p != '\\') {
                ret[0] = *p;
                *at = p + 1;
                return 1;
        }
        if (p[1] != 'u') {
                ret[0] = unescaped(p[1]);
                *at = p + 2;
                return 1;
        }
        unit = hex4(p + 2);
        if (!is_high_surrogate(unit)) {
                *at = p + 6;
                return utf8_put((uint32_t) unit, ret);
        }
        low = hex4(p + 8);
        *at = p + 12;
        return utf8_put(0x10000u + (uint32_t) (unit - 0xd800) * 0x400u + (uint32_t) (low - 0xdc00),
                        ret);
}

/* Both point behind the opening quote of a checked string. */
static bool strings_equal(const char *a, const char *b) {
        char x[4] = {};
        char y[4] = {};
        size_t n_x = 0;
        size_t n_y = 0;
        size_t i_x = 0;
        size_t i_y = 0;

        for (;;) {
                /* A character may be raw bytes on one side and an escape on the other. */
                if (i_x == n_x) {
                        n_x = string_next(&a, x);
                        i_x = 0;
                }
                if (i_y == n_y) {
                        n_y = string_next(&b, y);
                        i_y = 0;
                }
                if (n_x == 0 || n_y == 0)
                        return n_x == n_y;
                if (x[i_x++] != y[i_y++])
                        return false;
        }
}

static int check_unicode_escape(Checker *c) {
        int32_t unit = c->len - c->at >= 6 ? hex4(c->text + c->at + 2) : -1;

        if (unit <= 0 || is_low_surrogate(unit))
                return -EINVAL;
        if (!is_high_surrogate(unit)) {
                c->at += 6;
                return 0;
        }
        if (c->len - c->at < 12 || c->text[c->at + 6] != '\\' || c->text[c->at + 7] != 'u' ||
            !is_low_surrogate(hex4(c->text + c->at + 8)))
                return -EINVAL;
        c->at += 12;
        return 0;
}

static int check_escape(Checker *c) {
        char kind;

        if (c->len - c->at < 2)
                return -EINVAL;
        kind = c->text[c->at + 1];
        if (kind == 'u')
                return check_unicode_escape(c);
        if (kind == '\0' || strchr("\"\\/bfnrt", kind) == NULL)
                return -EINVAL;
        c->at += 2;
        return 0;
}

static int check_string(Checker *c) {
        int r;

        if (c->at >= c->len || c->text[c->at] != '"')
                return -EINVAL;
        c->at++;
        while (c->at < c->len && c->text[c->at] != '"') {
                if (c->text[c->at] == '\\') {
                        r = check_escape(c);
                        if (r < 0)
                                return r;
                } else {
                        size_t n = utf8_char_len(c->text + c->at, c->len - c->at);

                        if (n == 0 || (uint8_t) c->text[c->at] < 0x20)
                                return -EINVAL;
                        c->at += n;
                }
        }
        if (c->at >= c->len)
                return -EINVAL;
        c->at++;
        return 0;
}

/* Reads as far as the digits go; the caller sees to what may follow. */
static int number_read(const char *text, size_t len, int64_t *ret, size_t *ret_len) {
        bool negative = len > 0 && text[0] == '-';
        size_t start = negative ? 1 : 0;
        size_t at = start;
        int64_t value = 0;

        for (; at < len && is_digit(text[at]); at++) {
                value = value * 10 + (text[at] - '0');
                if (value > JSON_INT_MAX)
                        return -EINVAL;
        }
        if (at == start || (text[start] == '0' && at > start + 1))
                return -EINVAL;
        *ret = negative ? -value : value;
        *ret_len = at;
        return 0;
}

static int check_literal(Checker *c, const char *literal) {
        size_t n = strlen(literal);

        if (c->len - c->at < n || memcmp(c->text + c->at, literal, n) != 0)
                return -EINVAL;
        c->at += n;
        return 0;
}

static int check_scalar(Checker *c) {
        int64_t value;
        size_t n;
        int r;

        switch (c->text[c->at]) {
        case '"':
                return check_string(c);
        case 'n':
                return check_literal(c, "null");
        case 't':
                return check_literal(c, "true");
        case 'f':
                return check_literal(c, "false");
        default:
                r = number_read(c->text + c->at, c->len - c->at, &value, &n);
                if (r < 0)
                        return r;
                /* A fraction or an exponent is met as what may not follow a value. */
                c->at += n;
                return 0;
        }
}

static int check_value(Checker *c, Expect *expect) {
        char kind = c->text[c->at];

        if (kind != '{' && kind != '[') {
                *expect = EXPECT_COMMA_OR_END;
                return check_scalar(c);
        }
        if (c->depth == JSON_DEPTH_MAX)
                return -EINVAL;
        c->is_object[c->depth] = kind == '{';
        c->n_keys[c->depth] = 0;
        c->depth++;
        c->at++;
        *expect = kind == '{' ? EXPECT_KEY_OR_END : EXPECT_ITEM_OR_END;
        return 0;
}

static void check_space(Checker *c) {
        while (c->at < c->len && is_space(c->text[c->at]))
                c->at++;
}

static int check_key(Checker *c, Expect *expect) {
        uint32_t *keys = c->keys[c->depth - 1];
        uint32_t n = c->n_keys[c->depth - 1];
        size_t start = c->at;
        int r;

        r = check_string(c);
        if (r < 0)
                return r;
        if (n == JSON_MEMBERS_MAX) {
                c->at = start;
                return -EINVAL;
        }
        for (uint32_t i = 0; i < n; i++) {
                if (strings_equal(c->text + keys[i] + 1, c->text + start + 1)) {
                        c->at = start;
                        return -EINVAL;
                }
        }
        keys[n] = (uint32_t) start;
        c->n_keys[c->depth - 1] = n + 1;

        check_space(c);
        if (c->at >= c->len || c->text[c->at] != ':')
                return -EINVAL;
        c->at++;
        *expect = EXPECT_VALUE;
        return 0;
}

static int check_comma_or_end(Checker *c, Expect *expect) {
        bool is_object = c->is_object[c->depth - 1];

        if (c->text[c->at] == ',')
                *expect = is_object ? EXPECT_KEY : EXPECT_VALUE;
        else if (c->text[c->at] == (is_object ? '}' : ']'))
                c->depth--;
        else
                return -EINVAL;
        c->at++;
        return 0;
}

static int check_step(Checker *c, Expect *expect) {
        char next = c->text[c->at];

        switch (*expect) {
        case EXPECT_ITEM_OR_END:
                *expect = next == ']' ? EXPECT_COMMA_OR_END : EXPECT_VALUE;
                return 0;
        case EXPECT_KEY_OR_END:
                *expect = next == '}' ? EXPECT_COMMA_OR_END : EXPECT_KEY;
                return 0;
        case EXPECT_VALUE:
                return check_value(c, expect);
        case EXPECT_KEY:
                return check_key(c, expect);
        case EXPECT_COMMA_OR_END:
                return check_comma_or_end(c, expect);
        }
        return -EINVAL;
}

static int check_all(Checker *c) {
        Expect expect = EXPECT_VALUE;

        do {
                int r;

                check_space(c);
                if (c->at >= c->len)
                        return -EINVAL;
                r = check_step(c, &expect);
                if (r < 0)
                        return r;
                /* An opened container is not the comma of the one around it: no false end here. */
        } while (c->depth > 0 || expect != EXPECT_COMMA_OR_END);

        check_space(c);
        return c->at == c->len ? 0 : -EINVAL;
}

static JsonType type_of(char first) {
        switch (first) {
        case '{':
                return JSON_OBJECT;
        case '[':
                return JSON_ARRAY;
        case '"':
                return JSON_STRING;
        case 't':
        case 'f':
                return JSON_BOOL;
        case 'n':
                return JSON_NULL;
        default:
                return JSON_INT;
        }
}

int json_check(const char *text, size_t len, JsonValue *ret, size_t *ret_offset) {
        Checker c = { .text = text, .len = len };
        int r = len <= UINT32_MAX ? check_all(&c) : -EINVAL;

        if (r < 0) {
                if (ret_offset != NULL)
                        *ret_offset = c.at;
                return r;
        }
        while (is_space(*text)) {
                text++;
                len--;
        }
        while (is_space(text[len - 1]))
                len--;
        *ret = (JsonValue){ .type = type_of(*text), .text = text, .len = len };
        return 0;
}

static const char *skip_space(const char *at) {
        while (is_space(*at))
                at++;
        return at;
}

/* Past the closing quote of a checked string. */
static const char *skip_string(const char *at) {
        for (at++; *at != '"'; at++) {
                if (*at == '\\')
                        at++;
        }
        return at + 1;
}

/* Past a checked value that lies within its container. */
static const char *skip_value(const char *at) {
        size_t depth = 0;

        do {
                if (*at == '"') {
                        at = skip_string(at);
                        continue;
                }
                if (*at == '{' || *at == '[')
                        depth++;
                else if (*at == '}' || *at == ']')
                        depth--;
                at++;
        } while (depth > 0);
        return at;
}

static const char *skip_scalar(const char *at, const char *end) {
        while (at < end && !is_space(*at) && *at != ',')
                at++;
        return at;
}

static const char *value_at(const char *at, const char *end, JsonValue *ret) {
        JsonType type = type_of(*at);
        bool is_plain = type == JSON_INT || type == JSON_BOOL || type == JSON_NULL;
        const char *next = is_plain ? skip_scalar(at, end) : skip_value(at);

        *ret = (JsonValue){ .type = type, .text = at, .len = (size_t) (next - at) };
        return next;
}

void json_iter(const JsonValue *container, JsonIter *ret) {
        bool is_container = container->type == JSON_OBJECT || container->type == JSON_ARRAY;

        *ret = (JsonIter){
                .at = is_container ? container->text + 1 : container->text,
                .end = is_container ? container->text + container->len - 1 : container->text,
                .is_object = container->type == JSON_OBJECT,
                .at_first = true,
        };
}

int json_next(JsonIter *iter, JsonValue *ret_key, JsonValue *ret_value) {
        const char *at = iter->at;
        JsonValue key;

        if (at == iter->end)
                return 0;
        at = skip_space(at); /* stops at the closing bracket at the latest */
        if (at == iter->end) {
                iter->at = at;
                return 0;
        }
        if (!iter->at_first)
                at = skip_space(at + 1);
        if (iter->is_object) {
                at = skip_space(value_at(at, iter->end, &key));
                at = skip_space(at + 1);
                if (ret_key != NULL)
                        *ret_key = key;
        }
        iter->at = value_at(at, iter->end, ret_value);
        iter->at_first = false;
        return 1;
}

int json_member(const JsonValue *object, const char *name, JsonValue *ret) {
        JsonIter iter;
        JsonValue key = {};
        JsonValue value;

        if (object->type != JSON_OBJECT)
                return 0;
        json_iter(object, &iter);
        while (json_next(&iter, &key, &value) == 1) {
                if (json_str_eq(&key, name)) {
                        *ret = value;
                        return 1;
                }
        }
        return 0;
}

size_t json_count(const JsonValue *container) {
        JsonIter iter;
        JsonValue value;
        size_t n = 0;

        json_iter(container, &iter);
        while (json_next(&iter, NULL, &value) == 1)
                n++;
        return n;
}

int json_get_int(const JsonValue *value, int64_t *ret) {
        size_t n;

        if (value->type != JSON_INT)
                return -EINVAL;
        return number_read(value->text, value->len, ret, &n);
}

int json_get_bool(const JsonValue *value, bool *ret) {
        if (value->type != JSON_BOOL)
                return -EINVAL;
        *ret = value->text[0] == 't';
        return 0;
}

int json_get_str(const JsonValue *value, char *ret, size_t capacity, size_t *ret_len) {
        const char *at;
        char piece[4];
        size_t len = 0;
        size_t n;

        if (value->type != JSON_STRING)
                return -EINVAL;
        for (at = value->text + 1; (n = string_next(&at, piece)) > 0;)
                len += n;
        if (len >= capacity)
                return -EMSGSIZE;
        for (at = value->text + 1; (n = string_next(&at, piece)) > 0; ret += n)
                memcpy(ret, piece, n);
        *ret = '\0';
        explicit_bzero(piece, sizeof(piece)); /* strings may be passwords */
        if (ret_len != NULL)
                *ret_len = len;
        return 0;
}

bool json_str_eq(const JsonValue *value, const char *text) {
        const char *at;
        char piece[4];
        size_t n;

        if (value->type != JSON_STRING)
                return false;
        for (at = value->text + 1; (n = string_next(&at, piece)) > 0; text += n) {
                if (strncmp(text, piece, n) != 0)
                        return false;
        }
        return *text == '\0';
}
