/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte buffer that cannot be made without a limit.  The first failure sticks: later
 * writes do nothing, and buf_error() says what went wrong, so writers check once at the end.
 */
#pragma once

#include "base/arena.h"
#include "base/macro.h"

typedef struct Buf {
        char *bytes; /* always NUL-terminated once anything was written */
        size_t len;
        size_t capacity;
        size_t limit; /* bytes of content */
        int error; /* 0, -ENOMEM, -EMSGSIZE beyond the limit, or what a writer above put here */
} Buf;

#define BUF_INIT(bytes_limit)                                                                      \
        { .limit = (bytes_limit) }

void buf_done(Buf *buf); /* wipes and frees */
void buf_clear(Buf *buf); /* wipes, keeps the memory, forgets the error */
/* The bytes do not lie in this buffer.  All of them are put, or none. */
void buf_put(Buf *buf, const void *bytes, size_t len);
void buf_put_str(Buf *buf, const char *text);
void buf_put_char(Buf *buf, char c);
void buf_printf(Buf *buf, const char *format, ...) _printf_(2, 3);
void buf_drop_front(Buf *buf, size_t len); /* forgets the first len bytes */
static inline int buf_error(const Buf *buf) {
        return buf->error;
}
/* The content as a text of the arena; the error that stuck, or -ENOMEM. */
int buf_copy(const Buf *buf, Arena *arena, const char **ret);
