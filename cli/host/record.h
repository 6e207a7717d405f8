/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was done to this machine, in one file that is replaced whole: while files change, how all of
 * them were; afterwards, how they were before iamd came and how it left them.
 */
#pragma once

#include "cli/host/file.h"

#define HOST_RECORD "/var/lib/iam/host.json"
#define HOST_FILES_MAX 32

typedef enum HostPhase {
        HOST_PHASE_NONE, /* nothing is changed, and no record is kept */
        HOST_PHASE_ENABLING,
        HOST_PHASE_ENABLED,
        HOST_PHASE_DISABLING,
        _HOST_PHASE_MAX,
        _HOST_PHASE_INVALID = -EINVAL,
} HostPhase;

typedef struct HostEntry {
        const char *path;
        bool is_ours; /* before and after say something */
        HostText before; /* when iamd came */
        HostText after; /* how it was left then */
        HostText undo; /* while changing: what to put back */
} HostEntry;

typedef struct HostRecord {
        HostPhase phase;
        bool was_enabled; /* while changing: what it was */
        HostEntry items[HOST_FILES_MAX];
        size_t n;
} HostRecord;

/* -EBADMSG: not one of ours. */
int host_record_read(const char *root, Arena *arena, HostRecord *ret);
int host_record_write(const char *root, const HostRecord *record); /* NONE: removes it */
const HostEntry *host_record_find(const HostRecord *record, const char *path);
