/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK_MIN 4096u
#define ARENA_KEEP_MAX 65536u /* a larger block is not kept over a reset */

struct ArenaBlock {
        ArenaBlock *next;
        size_t size;
        size_t used;
        max_align_t bytes[];
};

static void blocks_free(ArenaBlock *block) {
        while (block != NULL) {
                ArenaBlock *next = block->next;

                free(block);
                block = next;
        }
}

void arena_done(Arena *arena) {
        blocks_free(arena->blocks);
        arena->blocks = NULL;
        arena->used = 0;
}

void arena_reset(Arena *arena) {
        ArenaBlock *kept = arena->blocks;

        if (kept == NULL || kept->size > ARENA_KEEP_MAX) {
                arena_done(arena);
                return;
        }
        blocks_free(kept->next);
        kept->next = NULL;
        kept->used = 0;
        arena->used = 0;
}

static ArenaBlock *arena_grow(Arena *arena, size_t size) {
        size_t block_size = size > ARENA_BLOCK_MIN ? size : ARENA_BLOCK_MIN;
        ArenaBlock *block;

        /* Doubling keeps the number of blocks small; the limit bounds what is handed out. */
        if (arena->blocks != NULL && arena->blocks->size < ARENA_KEEP_MAX / 2 &&
            block_size < arena->blocks->size * 2)
                block_size = arena->blocks->size * 2;
        if (block_size > SIZE_MAX - sizeof(ArenaBlock))
                return NULL;
        block = malloc(sizeof(ArenaBlock) + block_size);
        if (block == NULL)
                return NULL;
        *block = (ArenaBlock){ .next = arena->blocks, .size = block_size };
        arena->blocks = block;
        return block;
}

void *arena_alloc(Arena *arena, size_t size) {
        const size_t align = _Alignof(max_align_t);
        ArenaBlock *block = arena->blocks;
        uint8_t *start;

        if (size == 0)
                size = 1; /* so that the pointer is ours alone */
        if (size > SIZE_MAX - align)
                return NULL;
        size = (size + align - 1) / align * align;
        if (size > arena->limit || arena->used > arena->limit - size)
                return NULL;
        if (block == NULL || size > block->size - block->used) {
                block = arena_grow(arena, size);
                if (block == NULL)
                        return NULL;
        }
        start = (uint8_t *) block->bytes + block->used;
        block->used += size;
        arena->used += size;
        return memset(start, 0, size);
}

void *arena_calloc(Arena *arena, size_t count, size_t size) {
        size_t total;

        if (__builtin_mul_overflow(count, size, &total))
                return NULL;
        return arena_alloc(arena, total);
}

void *arena_memdup(Arena *arena, const void *bytes, size_t len) {
        void *copy = arena_alloc(arena, len);

        if (copy != NULL && len > 0)
                memcpy(copy, bytes, len);
        return copy;
}

char *arena_strdup(Arena *arena, const char *text) {
        return arena_memdup(arena, text, strlen(text) + 1);
}

char *arena_strndup(Arena *arena, const char *text, size_t len) {
        char *copy;

        if (len == SIZE_MAX)
                return NULL;
        copy = arena_alloc(arena, len + 1);
        if (copy != NULL && len > 0)
                memcpy(copy, text, len);
        return copy;
}

char *arena_printf(Arena *arena, const char *format, ...) {
        va_list args;
        char *text;
        int len;

        va_start(args, format);
        len = vsnprintf(NULL, 0, format, args);
        va_end(args);
        if (len < 0)
                return NULL;
        text = arena_alloc(arena, (size_t) len + 1);
        if (text == NULL)
                return NULL;
        va_start(args, format);
        len = vsnprintf(text, (size_t) len + 1, format, args);
        va_end(args);
        return len < 0 ? NULL : text;
}
