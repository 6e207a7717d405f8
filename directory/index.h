/* SPDX-License-Identifier: Apache-2.0 */
/* The builder's own memory of what it has seen: sets of names and of numbers over one array. */
#pragma once

#include "base/arena.h"
#include "base/macro.h"

typedef struct IndexItem {
        const char *name;
        size_t len;
        uint32_t id;
} IndexItem;

typedef struct Index {
        const uint64_t *seed;
        const IndexItem *items;
        uint32_t *slots; /* item + 1; 0: empty */
        size_t mask;
        bool by_name;
} Index;

/* Room for `capacity` items of the array that the caller fills. */
int index_init(Index *index, Arena *arena, const uint64_t seed[2], const IndexItem *items,
               size_t capacity, bool by_name);
size_t index_bound(size_t capacity); /* arena bytes that index_init() takes */

/* The item with this name or number; SIZE_MAX when there is none. */
size_t index_find_name(const Index *index, const char *name, size_t len);
size_t index_find_id(const Index *index, uint32_t id);
void index_add(Index *index, size_t item); /* the caller has seen that its key is new */
