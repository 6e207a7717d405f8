/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only code that opens, checks and maps the snapshot.  Runs in foreign processes: keeps no
 * descriptor, starts no thread, waits for nobody, survives fork, threads and closefrom().  After
 * the first use a look at an unchanged snapshot makes no system call.
 *
 * Whom it believes: the directory must be a real directory, not writable for group or others, and
 * owned by root, by a system account (the `iam` user: uid below 1000) or by the effective user of
 * the process itself (who can deceive only himself so; in a set-uid program that user is the
 * privileged one).  Both files in it must be regular, not links, owned by root or by the
 * directory's owner, and not writable for group or others.
 */
#pragma once

#include "directory/read.h"

#define DIRECTORY_MAP_SLOTS 4
#define UID_NONE ((uid_t) -1)

/* One opened snapshot with its generation word. */
typedef struct DirectoryMapping {
        const void *generation; /* GENERATION_FILE_SIZE bytes, shared with the publisher */
        uint64_t seen; /* its word, taken before the file was opened */
        Directory directory;
        const void *bytes; /* NULL: nothing mapped */
        size_t len;
        uid_t owner; /* of the directory */
} DirectoryMapping;

typedef struct DirectoryMapShared DirectoryMapShared; /* wiped in a forked child */

/* One for each process and path, in static storage; never destroyed. */
typedef struct DirectoryMap {
        const char *path;
        DirectoryMapShared *shared_;
        unsigned current_; /* slot + 1; 0: none */
        _Alignas(64) DirectoryMapping slots_[DIRECTORY_MAP_SLOTS]; /* a cache line's */
} DirectoryMap;

/* A snapshot that stays in place until it is released. */
typedef struct DirectoryLease {
        const DirectoryMapping *mapping;
        DirectoryMapping own; /* used when no slot could be had */
        unsigned slot_; /* slot + 1; 0: own */
} DirectoryLease;

/*
 * The newest snapshot.  -ENOENT: there is none; -EPERM: its files are not to be believed; -EBADMSG,
 * -EPROTONOSUPPORT: see directory_open(); else what open() or mmap() said.
 */
int directory_map_acquire(DirectoryMap *map, DirectoryLease *ret);
void directory_map_release(DirectoryMap *map, DirectoryLease *lease);

/* A mapping of one's own, for whoever keeps it long (enumeration) or needs it once. */
int directory_mapping_open(const char *path, DirectoryMapping *ret);
void directory_mapping_close(DirectoryMapping *mapping); /* may be closed already */

/* The owner of the directory, or of its parent when it is absent; UID_NONE when neither is to be
 * believed. */
uid_t directory_owner(const char *path);

/* Three locks (0 to 2) that a forked child finds open, for state beside the map.  Never waits. */
bool directory_map_trylock(DirectoryMap *map, unsigned which);
void directory_map_unlock(DirectoryMap *map, unsigned which);
