/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/crypto/hash_arena.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t) 2 << 20)

typedef struct HashArena {
        uint8_t *memory;
        size_t size;
        bool is_taken;
} HashArena;

static _Thread_local HashArena arena;
static pthread_key_t at_exit_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int once_error;

/* Runs in the ending thread, so that its own arena is meant.  Every hash left it wiped. */
static void unmap_at_exit(void *) {
        if (arena.memory != NULL)
                munmap(arena.memory, arena.size);
        arena = (HashArena){};
}

static void make_key(void) {
        once_error = pthread_key_create(&at_exit_key, unmap_at_exit);
}

static int arena_map(size_t bytes) {
        size_t size = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
        void *memory =
                        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                             /* fd= */ -1, /* offset= */ 0);
        if (memory == MAP_FAILED)
                return -errno;

        /* Huge pages and the lock are wishes: a host that refuses them still hashes. */
        (void) madvise(memory, size, MADV_HUGEPAGE);
        (void) mlock(memory, size);
        if (madvise(memory, size, MADV_DONTDUMP) < 0) {
                int r = -errno;
                munmap(memory, size);
                return r;
        }
        unmap_at_exit(NULL);
        arena = (HashArena){ .memory = memory, .size = size };
        return 0;
}

int hash_arena_take(uint8_t **ret_memory, size_t bytes) {
        int r;

        if (arena.is_taken || bytes > SIZE_MAX - HUGE_PAGE)
                return -EINVAL;
        (void) pthread_once(&once, make_key);
        if (once_error != 0)
                return -once_error;
        /* Any value but NULL makes the destructor run. */
        r = pthread_setspecific(at_exit_key, &arena);
        if (r != 0)
                return -r;

        if (bytes > arena.size) {
                r = arena_map(bytes);
                if (r < 0)
                        return r;
        }
        arena.is_taken = true;
        *ret_memory = arena.memory;
        return 0;
}

void hash_arena_give(uint8_t *memory, size_t bytes) {
        assert(arena.is_taken && memory == arena.memory && bytes <= arena.size);
        /* libargon2 has wiped the block before it hands it back (FLAG_clear_internal_memory). */
        arena.is_taken = false;
        if (arena.size > HASH_ARENA_KEEP)
                unmap_at_exit(NULL);
}

bool hash_arena_is_kept_and_wiped(void) {
        if (arena.memory == NULL)
                return false;
        for (size_t i = 0; i < arena.size; i++)
                if (arena.memory[i] != 0)
                        return false;
        return true;
}
