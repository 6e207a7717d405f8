/* SPDX-License-Identifier: Apache-2.0 */
/* What each uid has under way and has used up, whatever connections it opens and drops.  Root has
 * no share: it speaks for everybody. */
#pragma once

#include "daemon/ipc/ipc.h"

#define IPC_SHARES_MAX 1024 /* uids remembered; the one that owes least is forgotten first */

typedef struct IpcShare {
        uid_t uid; /* 0: a free place */
        unsigned jobs;
        Usec spent; /* until when its calls so far have used up the allowance */
} IpcShare;

typedef struct IpcShares {
        IpcShare items[IPC_SHARES_MAX];
} IpcShares;

/* A call of the uid begins; writes: it may leave something in the store.  False: too much already,
 * and nothing is counted. */
bool ipc_share_take(IpcShares *shares, uid_t uid, bool writes, Usec now);
void ipc_share_give(IpcShares *shares, uid_t uid); /* the call is over */
