/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of the store of one moment, made while it serves. */
#include <time.h>

#include "base/reason.h"
#include "daemon/app/call.h"

/* "20260131T150405Z": copies sort by their time. */
static int label_of(Usec now, char ret[20]) {
        time_t seconds = now / USEC_PER_SEC;
        struct tm tm;

        if (gmtime_r(&seconds, &tm) == NULL || strftime(ret, 20, "%Y%m%dT%H%M%SZ", &tm) == 0)
                return -EOVERFLOW;
        return 0;
}

int app_backup_prepare(AppCall *call) {
        const StorePort *store = &call->app->store;
        BackupOut *made = arena_new(call->arena, BackupOut);
        uint64_t bytes = 0;
        char label[20];
        int r;

        if (made == NULL)
                return -ENOMEM;
        call->prepared = made;
        r = label_of(call->now, label);
        if (r == 0)
                r = store->copy(store->self, label, call->arena, &made->path, &bytes);
        made->bytes = (int64_t) bytes;
        return r;
}

int app_backup(AppCall *call, Txn *txn) {
        const BackupOut *made = call->prepared;
        const char *now = arena_printf(call->arena, "%lld", (long long) call->now);
        int r;

        if (now == NULL)
                return -ENOMEM;
        r = call->app->store.meta->put(txn, META_BACKUP, now);
        if (r != 0)
                return r;
        *(BackupOut *) call->out = *made;
        return call_detail(call, "path", made->path, NULL, NULL);
}
