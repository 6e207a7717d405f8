/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Request memory: bump allocation under a hard limit, released as a whole.  Never holds secrets
 * (base/secret.h does).  Not shared between threads.
 */
#pragma once

#include "base/macro.h"

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
        ArenaBlock *blocks; /* newest first */
        size_t limit; /* bytes that may be handed out in all */
        size_t used;
} Arena;

#define ARENA_INIT(bytes)                                                                          \
        { .limit = (bytes) }

void arena_done(Arena *arena); /* frees all; the arena may be used again */
void arena_reset(Arena *arena); /* like done, but keeps one block for the next request */

/* Zeroed and aligned for any type.  NULL beyond the limit or without memory: -ENOMEM to callers. */
void *arena_alloc(Arena *arena, size_t size);
void *arena_calloc(Arena *arena, size_t count, size_t size); /* overflow-checked */
void *arena_memdup(Arena *arena, const void *bytes, size_t len);
char *arena_strdup(Arena *arena, const char *text);
char *arena_strndup(Arena *arena, const char *text, size_t len); /* adds the NUL */
char *arena_printf(Arena *arena, const char *format, ...) _printf_(2, 3);

#define arena_new(arena, Type) ((Type *) arena_alloc((arena), sizeof(Type)))
#define arena_new_n(arena, Type, n) ((Type *) arena_calloc((arena), (n), sizeof(Type)))
