/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/ipc/shares.h"

static IpcShare *share_find(IpcShares *shares, uid_t uid) {
        for (size_t i = 0; i < IPC_SHARES_MAX; i++)
                if (shares->items[i].uid == uid)
                        return &shares->items[i];
        return NULL;
}

/* NULL: every place has a call under way. */
static IpcShare *share_new(IpcShares *shares, uid_t uid) {
        IpcShare *least = NULL;

        for (size_t i = 0; i < IPC_SHARES_MAX; i++) {
                IpcShare *share = &shares->items[i];

                if (share->jobs == 0 && (least == NULL || share->spent < least->spent))
                        least = share;
        }
        if (least != NULL)
                *least = (IpcShare){ .uid = uid };
        return least;
}

bool ipc_share_take(IpcShares *shares, uid_t uid, bool writes, Usec now) {
        IpcShare *share;

        if (uid == 0)
                return true;
        share = share_find(shares, uid);
        if (share == NULL)
                share = share_new(shares, uid);
        if (share == NULL || share->jobs >= IPC_JOBS_PER_UID)
                return false;
        if (writes) {
                Usec from = share->spent > now ? share->spent : now;

                if (from - now > (IPC_WRITES_AT_ONCE - 1) * IPC_WRITE_EVERY)
                        return false;
                share->spent = from + IPC_WRITE_EVERY;
        }
        share->jobs++;
        return true;
}

void ipc_share_give(IpcShares *shares, uid_t uid) {
        IpcShare *share = uid != 0 ? share_find(shares, uid) : NULL;

        if (share == NULL)
                return;
        assert(share->jobs > 0);
        share->jobs--;
}
