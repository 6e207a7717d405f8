/* SPDX-License-Identifier: Apache-2.0 */
/* What each uid has under way and has used up, whatever connections it opens and drops.  Root has
 * no share: it speaks for everybody.  Of whom sudo's plugins speak, though, has one by his name. */
#pragma once

#include "daemon/ipc/ipc.h"

#define IPC_SHARES_MAX 1024 /* remembered; the one that owes least is forgotten first */

typedef struct IpcShare {
        uint64_t who; /* 0: a free place */
        unsigned jobs;
        Usec spent; /* until when its calls so far have used up the allowance */
} IpcShare;

typedef struct IpcShares {
        IpcShare items[IPC_SHARES_MAX];
} IpcShares;

/* Beyond every uid.  hash: of the name. */
static inline uint64_t ipc_share_of_name(uint64_t hash) {
        return hash | UINT64_C(1) << 63;
}
/* who: a uid, 0 for no share, or ipc_share_of_name().  A call begins; writes: it may leave
 * something in the store.  False: too much already, and nothing is counted. */
bool ipc_share_take(IpcShares *shares, uint64_t who, bool writes, Usec now);
void ipc_share_give(IpcShares *shares, uint64_t who); /* the call is over */
