/* SPDX-License-Identifier: Apache-2.0 */
#include "client_lib/directory_map.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_UID_MAX 999 /* Debian's SYS_UID_MAX */
#define LOCKS 3
#define ACQUIRE_TRIES 8

/*
 * One page of its own, which the kernel hands to a forked child as zeroes: no lock is inherited
 * held and no reader is counted that is not there.  The mappings themselves are inherited and
 * immutable.
 */
struct DirectoryMapShared {
        atomic_uint remapping;
        atomic_uint locks[LOCKS];
        atomic_uint readers[DIRECTORY_MAP_SLOTS];
};

/*
 * A slot's readers are counted before `current` is looked at again, and `current` moves before the
 * readers are looked at (both sequentially consistent): so either the reader sees that the slot is
 * no longer current and leaves, or the remapper sees the reader and lets the slot be.
 */
static atomic_uint *current_of(DirectoryMap *map) {
        return (atomic_uint *) &map->current_;
}

static uint64_t word_of(const void *generation) {
        const _Atomic uint64_t *word =
                        (const void *) ((const char *) generation + GENERATION_WORD_OFFSET);

        return atomic_load_explicit(word, memory_order_acquire);
}

static bool owner_is_believed(uid_t uid) {
        return uid <= SYSTEM_UID_MAX || uid == geteuid();
}

static bool is_ours_alone(const struct stat *st) {
        return (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int directory_check(int fd, uid_t *ret_owner) {
        struct stat st;

        if (fstat(fd, &st) < 0)
                return -errno;
        if (!S_ISDIR(st.st_mode))
                return -ENOTDIR;
        if (!is_ours_alone(&st) || !owner_is_believed(st.st_uid))
                return -EPERM;
        *ret_owner = st.st_uid;
        return 0;
}

static int directory_fd(const char *path, uid_t *ret_owner) {
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        int r;

        if (fd < 0)
                return -errno;
        r = directory_check(fd, ret_owner);
        if (r < 0) {
                close(fd);
                return r;
        }
        return fd;
}

uid_t directory_owner(const char *path) {
        char parent[HOST_PATH_MAX + 1];
        const char *slash = strrchr(path, '/');
        size_t len = slash != NULL ? (size_t) (slash - path) : 0;
        uid_t owner = UID_NONE;
        int fd = directory_fd(path, &owner);

        if (fd == -ENOENT && len > 0 && len < sizeof(parent)) {
                memcpy(parent, path, len);
                parent[len] = '\0';
                fd = directory_fd(parent, &owner);
        }
        if (fd < 0)
                return UID_NONE;
        close(fd);
        return owner;
}

/* Maps the file read-only and shared; no descriptor is left. */
static int file_map(int dir, const char *name, uid_t owner, const void **ret, size_t *ret_len) {
        int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
        struct stat st;
        void *bytes = NULL;
        int r = 0;

        if (fd < 0)
                return errno == ELOOP ? -EPERM : -errno;
        if (fstat(fd, &st) < 0)
                r = -errno;
        else if (!S_ISREG(st.st_mode) || !is_ours_alone(&st) ||
                 (st.st_uid != 0 && st.st_uid != owner))
                r = -EPERM;
        else if (st.st_size < DIRECTORY_HEADER_SIZE || (uint64_t) st.st_size > DIRECTORY_FILE_MAX)
                r = -EBADMSG;
        if (r == 0) {
                bytes = mmap(NULL, (size_t) st.st_size, PROT_READ, MAP_SHARED, fd, 0);
                if (bytes == MAP_FAILED) {
                        r = -errno;
                } else {
                        *ret = bytes;
                        *ret_len = (size_t) st.st_size;
                }
        }
        close(fd);
        return r;
}

static void unmap(const void *bytes, size_t len) {
        /* munmap() takes what mmap() gave, which only we had made const. */
        if (bytes != NULL)
                munmap((void *) (uintptr_t) bytes, len);
}

void directory_mapping_close(DirectoryMapping *mapping) {
        DirectoryMapping old = *mapping;

        /* Forgotten before it is unmapped: a child forked in between must not unmap it again. */
        *mapping = (DirectoryMapping){};
        atomic_signal_fence(memory_order_seq_cst);
        unmap(old.bytes, old.len);
        unmap(old.generation, GENERATION_FILE_SIZE);
}

static int generation_map(int dir, DirectoryMapping *mapping) {
        const void *bytes;
        size_t len;
        int r;

        r = file_map(dir, GENERATION_FILE, mapping->owner, &bytes, &len);
        if (r < 0)
                return r;
        if (len != GENERATION_FILE_SIZE ||
            memcmp(bytes, GENERATION_MAGIC, strlen(GENERATION_MAGIC)) != 0) {
                unmap(bytes, len);
                return -EBADMSG;
        }
        mapping->generation = bytes;
        mapping->seen = word_of(bytes);
        return mapping->seen == GENERATION_MOVED ? -ESTALE : 0;
}

int directory_mapping_open(const char *path, DirectoryMapping *ret) {
        CLEANUP(directory_mapping_close) DirectoryMapping mapping = {};
        int dir, r;

        dir = directory_fd(path, &mapping.owner);
        if (dir < 0)
                return dir;
        /* The word first: what is published after it was taken will be seen as a change. */
        r = generation_map(dir, &mapping);
        if (r == 0)
                r = file_map(dir, DIRECTORY_FILE, mapping.owner, &mapping.bytes, &mapping.len);
        close(dir);
        if (r == 0)
                r = directory_open(mapping.bytes, mapping.len, &mapping.directory);
        if (r < 0)
                return r;
        *ret = mapping;
        mapping = (DirectoryMapping){};
        return 0;
}

/* The page, made at the first use.  NULL when the system gives none: then nothing is kept. */
static DirectoryMapShared *shared_get(DirectoryMap *map) {
        DirectoryMapShared *expected = NULL;
        DirectoryMapShared *page = __atomic_load_n(&map->shared_, __ATOMIC_ACQUIRE);

        if (page != NULL)
                return page;
        page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0);
        if (page == MAP_FAILED)
                return NULL;
        if (madvise(page, sizeof(*page), MADV_WIPEONFORK) < 0) {
                munmap(page, sizeof(*page));
                return NULL;
        }
        if (!__atomic_compare_exchange_n(
                            &map->shared_, &expected, page, false, __ATOMIC_ACQ_REL,
                            __ATOMIC_ACQUIRE)) {
                munmap(page, sizeof(*page)); /* another thread was first */
                return expected;
        }
        return page;
}

/* Counts this reader into the current slot.  0: nothing is mapped, or it changed too often. */
static unsigned slot_enter(DirectoryMap *map, DirectoryMapShared *shared) {
        for (int i = 0; i < ACQUIRE_TRIES; i++) {
                unsigned slot = atomic_load(current_of(map));

                if (slot == 0)
                        return 0;
                atomic_fetch_add(&shared->readers[slot - 1], 1);
                if (atomic_load(current_of(map)) == slot)
                        return slot;
                atomic_fetch_sub(&shared->readers[slot - 1], 1);
        }
        return 0;
}

static void slot_leave(DirectoryMapShared *shared, unsigned slot) {
        atomic_uint *readers = &shared->readers[slot - 1];
        unsigned n = atomic_load_explicit(readers, memory_order_relaxed);

        /* Zero only where a signal handler forked in mid-lookup and the child came back here. */
        while (n > 0 && !atomic_compare_exchange_weak(readers, &n, n - 1))
                ;
}

static void lease_slot(DirectoryMap *map, unsigned slot, DirectoryLease *ret) {
        ret->mapping = &map->slots_[slot - 1];
        ret->slot_ = slot;
}

static int lease_own(DirectoryMap *map, DirectoryLease *ret) {
        int r = directory_mapping_open(map->path, &ret->own);

        if (r < 0)
                return r;
        ret->mapping = &ret->own;
        ret->slot_ = 0;
        return 0;
}

static bool slot_is_fresh(const DirectoryMapping *mapping) {
        return word_of(mapping->generation) == mapping->seen;
}

/* Unmaps what nobody reads any more; the slot that is free now, + 1; 0: none. */
static unsigned slots_sweep(DirectoryMap *map, DirectoryMapShared *shared) {
        unsigned current = atomic_load(current_of(map));
        unsigned vacant = 0;

        for (unsigned slot = 1; slot <= DIRECTORY_MAP_SLOTS; slot++) {
                if (slot == current || atomic_load(&shared->readers[slot - 1]) > 0)
                        continue;
                directory_mapping_close(&map->slots_[slot - 1]);
                vacant = slot;
        }
        return vacant;
}

/* Under shared->remapping.  Without a free slot the caller maps for itself. */
static int slot_renew(DirectoryMap *map, DirectoryMapShared *shared, DirectoryLease *ret) {
        DirectoryMapping mapping;
        unsigned slot;
        int r;

        slot = slot_enter(map, shared);
        if (slot > 0 && slot_is_fresh(&map->slots_[slot - 1])) {
                lease_slot(map, slot, ret); /* another thread was first */
                return 0;
        }
        if (slot > 0)
                slot_leave(shared, slot);

        r = directory_mapping_open(map->path, &mapping);
        if (r < 0) {
                /* What is no longer published is no longer answered. */
                atomic_store(current_of(map), 0);
                (void) slots_sweep(map, shared);
                return r;
        }
        slot = slots_sweep(map, shared);
        if (slot == 0) {
                ret->own = mapping;
                ret->mapping = &ret->own;
                ret->slot_ = 0;
                return 0;
        }
        map->slots_[slot - 1] = mapping;
        atomic_fetch_add(&shared->readers[slot - 1], 1);
        atomic_store(current_of(map), slot);
        (void) slots_sweep(map, shared);
        lease_slot(map, slot, ret);
        return 0;
}

static int acquire_slowly(DirectoryMap *map, DirectoryLease *ret) {
        DirectoryMapShared *shared = shared_get(map);
        unsigned slot, expected = 0;
        int r;

        if (shared == NULL)
                return lease_own(map, ret);
        if (!atomic_compare_exchange_strong(&shared->remapping, &expected, 1)) {
                /* Someone is at it: what he replaces was right a moment ago. */
                slot = slot_enter(map, shared);
                if (slot == 0)
                        return lease_own(map, ret);
                lease_slot(map, slot, ret);
                return 0;
        }
        r = slot_renew(map, shared, ret);
        atomic_store(&shared->remapping, 0);
        return r;
}

int directory_map_acquire(DirectoryMap *map, DirectoryLease *ret) {
        DirectoryMapShared *shared = __atomic_load_n(&map->shared_, __ATOMIC_ACQUIRE);
        int cancel, r;

        if (shared != NULL) {
                unsigned slot = slot_enter(map, shared);

                if (slot > 0 && slot_is_fresh(&map->slots_[slot - 1])) {
                        lease_slot(map, slot, ret);
                        return 0;
                }
                if (slot > 0)
                        slot_leave(shared, slot);
        }
        /* open() and close() are cancellation points; here they would leak and leave the lock held.
         */
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
        r = acquire_slowly(map, ret);
        pthread_setcancelstate(cancel, &cancel);
        return r;
}

void directory_map_release(DirectoryMap *map, DirectoryLease *lease) {
        if (lease->slot_ > 0)
                slot_leave(map->shared_, lease->slot_);
        else if (lease->mapping != NULL)
                directory_mapping_close(&lease->own);
        lease->mapping = NULL;
        lease->slot_ = 0;
}

bool directory_map_trylock(DirectoryMap *map, unsigned which) {
        DirectoryMapShared *shared = shared_get(map);
        unsigned expected = 0;

        assert(which < LOCKS);
        return shared != NULL &&
               atomic_compare_exchange_strong(&shared->locks[which], &expected, 1);
}

void directory_map_unlock(DirectoryMap *map, unsigned which) {
        atomic_store(&map->shared_->locks[which], 0);
}
