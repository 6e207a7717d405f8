/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/ipc/shares.h"

static IpcShare *share_find(IpcShares *shares, uint64_t who) {
        for (size_t i = 0; i < IPC_SHARES_MAX; i++)
                if (shares->items[i].who == who)
                        return &shares->items[i];
        return NULL;
}

/* NULL: every place has a call under way. */
static IpcShare *share_new(IpcShares *shares, uint64_t who) {
        IpcShare *least = NULL;

        for (size_t i = 0; i < IPC_SHARES_MAX; i++) {
                IpcShare *share = &shares->items[i];

                if (share->jobs == 0 && (least == NULL || share->spent < least->spent))
                        least = share;
        }
        if (least != NULL)
                *least = (IpcShare){ .who = who };
        return least;
}

bool ipc_share_take(IpcShares *shares, uint64_t who, bool writes, Usec now) {
        IpcShare *share;

        if (who == 0)
                return true;
        share = share_find(shares, who);
        if (share == NULL)
                share = share_new(shares, who);
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

void ipc_share_give(IpcShares *shares, uint64_t who) {
        IpcShare *share = who != 0 ? share_find(shares, who) : NULL;

        if (share == NULL)
                return;
        assert(share->jobs > 0);
        share->jobs--;
}
