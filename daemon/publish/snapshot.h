/* SPDX-License-Identifier: Apache-2.0 */
/* The two files of the published snapshot, by the rules of directory/layout.h. */
#pragma once

#include <stdatomic.h>

#include "daemon/publish/place.h"
#include "directory/read.h"

/* The folder with its generation word; kept open as long as the daemon runs. */
typedef struct SnapshotPlace {
        int folder; /* -1: not open */
        void *page; /* generation.v1, mapped; NULL: not yet */
        uint64_t device; /* which file that is */
        uint64_t inode;
} SnapshotPlace;

#define SNAPSHOT_PLACE_INIT                                                                        \
        { .folder = -1 }

/*
 * Opens the folder when it is not open, and sees to it that generation.v1 is there and its word not
 * behind the snapshot's own generation.  A file that is not what it must be is replaced, and its
 * readers are told to open anew.
 */
int snapshot_place_open(SnapshotPlace *place, const char *path);
void snapshot_place_done(SnapshotPlace *place);
uint64_t snapshot_word(const SnapshotPlace *place);

/* The snapshot that is published now. */
typedef struct SnapshotFile {
        Directory directory;
        const void *bytes; /* mapped */
        size_t len;
} SnapshotFile;

/* IAM_E_NOT_FOUND: there is none, or one that readers would not believe. */
int snapshot_open(const SnapshotPlace *place, SnapshotFile *ret);
void snapshot_close(SnapshotFile *file);

/* bytes carry the generation snapshot_word() + 1. */
int snapshot_publish(SnapshotPlace *place, const void *bytes, size_t len);
