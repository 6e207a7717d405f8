/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_CAPACITY_MIN 64u

void buf_done(Buf *buf) {
        if (buf->bytes != NULL)
                explicit_bzero(buf->bytes, buf->capacity);
        free(buf->bytes);
        *buf = (Buf){ .limit = buf->limit };
}

void buf_clear(Buf *buf) {
        if (buf->bytes != NULL)
                explicit_bzero(buf->bytes, buf->capacity);
        buf->len = 0;
        buf->error = 0;
}

static size_t capacity_for(const Buf *buf, size_t need) {
        size_t capacity = buf->capacity > BUF_CAPACITY_MIN ? buf->capacity : BUF_CAPACITY_MIN;

        while (capacity < need)
                capacity = capacity > SIZE_MAX / 2 ? SIZE_MAX : capacity * 2;
        if (capacity > buf->limit && buf->limit < SIZE_MAX)
                capacity = buf->limit + 1; /* need is never more */
        return capacity;
}

/* Makes room for extra bytes and the NUL; false and a sticking error when there is none. */
static bool buf_reserve(Buf *buf, size_t extra) {
        size_t need;
        size_t capacity;
        char *moved;

        if (buf->error != 0)
                return false;
        if (buf->len > buf->limit || extra > buf->limit - buf->len || extra == SIZE_MAX) {
                buf->error = -EMSGSIZE;
                return false;
        }
        if (__builtin_add_overflow(buf->len + extra, 1, &need)) {
                buf->error = -ENOMEM;
                return false;
        }
        if (need <= buf->capacity)
                return true;

        capacity = capacity_for(buf, need);
        moved = malloc(capacity); /* not realloc: the old block may hold secrets */
        if (moved == NULL) {
                buf->error = -ENOMEM;
                return false;
        }
        if (buf->bytes != NULL) {
                memcpy(moved, buf->bytes, buf->len);
                explicit_bzero(buf->bytes, buf->capacity);
                free(buf->bytes);
        }
        buf->bytes = moved;
        buf->bytes[buf->len] = '\0';
        buf->capacity = capacity;
        return true;
}

void buf_put(Buf *buf, const void *bytes, size_t len) {
        if (!buf_reserve(buf, len))
                return;
        if (len > 0)
                memcpy(buf->bytes + buf->len, bytes, len);
        buf->len += len;
        buf->bytes[buf->len] = '\0';
}

void buf_put_str(Buf *buf, const char *text) {
        buf_put(buf, text, strlen(text));
}

void buf_put_char(Buf *buf, char c) {
        buf_put(buf, &c, 1);
}

void buf_printf(Buf *buf, const char *format, ...) {
        va_list args;
        int len;

        va_start(args, format);
        len = vsnprintf(NULL, 0, format, args);
        va_end(args);
        /* Negative is more than INT_MAX: no limit of ours is that high. */
        if (!buf_reserve(buf, len < 0 ? SIZE_MAX : (size_t) len))
                return;
        va_start(args, format);
        (void) vsnprintf(buf->bytes + buf->len, (size_t) len + 1, format, args);
        va_end(args);
        buf->len += (size_t) len;
}

void buf_drop_front(Buf *buf, size_t len) {
        size_t rest;

        assert(len <= buf->len);
        if (len == 0)
                return;
        rest = buf->len - len;
        memmove(buf->bytes, buf->bytes + len, rest);
        explicit_bzero(buf->bytes + rest, len);
        buf->len = rest;
}

int buf_copy(const Buf *buf, Arena *arena, const char **ret) {
        const char *text;

        if (buf->error < 0)
                return buf->error;
        text = arena_strndup(arena, buf->bytes != NULL ? buf->bytes : "", buf->len);
        if (text == NULL)
                return -ENOMEM;
        *ret = text;
        return 0;
}
