/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an answer comes from: the mapped snapshot; the lookup socket only while there is no
 * complete valid one.  Knows nothing of NSS's calling conventions.
 */
#pragma once

#include "client_lib/directory_map.h"
#include "client_lib/lookup.h"

/* Compiled in: a module in set-user-ID programs reads no environment. */
extern const char *const nss_public_dir;
extern const char *const nss_lookup_socket;

/* What an answer lends from. */
typedef struct NssHold {
        DirectoryLease lease;
        Arena arena; /* the socket's answer */
        bool has_arena;
} NssHold;

/*
 * 0: the view lends from hold until nss_release().  IAM_E_NOT_FOUND: there is no such user,
 * finally. -errno: nobody could say.  hold needs no initialisation and no release unless 0 was
 * returned.
 */
int nss_find_user(const LookupKey *key, NssHold *hold, DirectoryUserView *ret);
int nss_find_group(const LookupKey *key, NssHold *hold, DirectoryGroupView *ret);
void nss_release(NssHold *hold);

/* One enumeration: a mapping of its own, so that it sees one snapshot from begin to end. */
typedef struct NssWalk {
        unsigned lock; /* of the map: guards this state; a forked child finds it open */
        DirectoryMapping mapping;
        uint64_t cursor;
} NssWalk;

/* -EAGAIN: another thread is in here.  Else 0, and nss_walk_unlock() must follow. */
int nss_walk_lock(NssWalk *walk);
void nss_walk_unlock(NssWalk *walk);
int nss_walk_begin(NssWalk *walk); /* under the lock; anew from the first entry */
void nss_walk_end(NssWalk *walk); /* under the lock */
