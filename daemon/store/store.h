/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The embedded store: one file, one writer thread that groups commits, readers beside it.  Opening
 * takes the lock that keeps a second daemon out and brings the schema up to date.
 */
#pragma once

#include "daemon/core/ports/store.h"

#define STORE_READERS_MAX 32
#define STORE_QUEUE_MAX 1024 /* writes waiting; beyond it IAM_E_BUSY */
#define STORE_BATCH_MAX 64 /* writes in one commit */

typedef struct StoreConfig {
        const char *path; /* of the database; path.lock is held while it is open */
        unsigned readers; /* connections for reading at once, 1..STORE_READERS_MAX; 0: 8 */
        Usec now; /* for the ledger of migrations */
        /* When not NULL: a sentence about why the store did not open, for the journal. */
        char *problem;
        size_t problem_size;
} StoreConfig;

/*
 * -EBUSY: another process has it open; -EPERM: the directory may be written by others; -ENOTSUP:
 * the schema is newer than this program; -EBADMSG: the file is damaged or not ours.
 */
int store_open(const StoreConfig *config, Store **ret);
/* Lets queued writes finish, checkpoints, closes.  No call may be running or come.  NULL ok. */
void store_close(Store *store);
void store_port(Store *store, StorePort *ret);
