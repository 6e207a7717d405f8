/* SPDX-License-Identifier: Apache-2.0 */
#include "directory/index.h"

#include <string.h>

#include "directory/siphash.h"

static size_t slot_count(size_t capacity) {
        size_t n = 16;

        while (n < capacity * 2)
                n *= 2;
        return n;
}

size_t index_bound(size_t capacity) {
        return slot_count(capacity) * sizeof(uint32_t) + 64;
}

int index_init(Index *index, Arena *arena, const uint64_t seed[2], const IndexItem *items,
               size_t capacity, bool by_name) {
        size_t n = slot_count(capacity);
        uint32_t *slots = arena_new_n(arena, uint32_t, n);

        if (slots == NULL)
                return -ENOMEM;
        *index = (Index){
                .seed = seed, .items = items, .slots = slots, .mask = n - 1, .by_name = by_name
        };
        return 0;
}

/* The slot that holds the key, or the empty one where it belongs.  Never full: at most half. */
static size_t slot_of(const Index *index, const IndexItem *key) {
        uint64_t hash = index->by_name ? siphash13(index->seed, key->name, key->len)
                                       : siphash13(index->seed, &key->id, sizeof(key->id));
        size_t slot = (size_t) hash & index->mask;

        for (; index->slots[slot] != 0; slot = (slot + 1) & index->mask) {
                const IndexItem *item = &index->items[index->slots[slot] - 1];

                if (index->by_name ? item->len == key->len &&
                                                     memcmp(item->name, key->name, key->len) == 0
                                   : item->id == key->id)
                        break;
        }
        return slot;
}

size_t index_find_name(const Index *index, const char *name, size_t len) {
        size_t slot = slot_of(index, &(IndexItem){ .name = name, .len = len });

        return index->slots[slot] != 0 ? index->slots[slot] - 1 : SIZE_MAX;
}

size_t index_find_id(const Index *index, uint32_t id) {
        size_t slot = slot_of(index, &(IndexItem){ .id = id });

        return index->slots[slot] != 0 ? index->slots[slot] - 1 : SIZE_MAX;
}

void index_add(Index *index, size_t item) {
        index->slots[slot_of(index, &index->items[item])] = (uint32_t) item + 1;
}
