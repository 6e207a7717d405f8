/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/store/engine.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

static int meta_get(Txn *txn, const char *key, Arena *arena, const char **ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_META_GET);
        bool has_row;
        int r = sql_bind(q, sql_text(key));

        if (r == 0)
                r = sql_step(q, &has_row);
        if (r != 0)
                return r;
        return has_row ? sql_get_text(q, 0, arena, ret) : IAM_E_NOT_FOUND;
}

static int meta_put(Txn *txn, const char *key, const char *value) {
        return sql_run(txn, Q_META_PUT, sql_text(key), sql_text(value));
}

static int purge_one(Txn *txn, SqlQueryId id, Usec now, int64_t *rows) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, id);
        int64_t changes;
        int r = sql_bind(q, sql_int(now));

        if (r == 0)
                r = sql_exec(q, &changes);
        if (r != 0)
                return r;
        *rows += changes;
        return 0;
}

static int meta_purge_expired(Txn *txn, Usec now, int64_t *ret_rows) {
        static const SqlQueryId purges[] = {
                Q_PURGE_ATTEMPTS, Q_PURGE_REQUESTS, Q_PURGE_SINGLE_USE,
                Q_PURGE_GUESSES,  Q_PURGE_DEVICES,
        };
        int64_t rows = 0;
        int r = 0;

        for (size_t i = 0; r == 0 && i < ELEMENTSOF(purges); i++)
                r = purge_one(txn, purges[i], now, &rows);
        if (r != 0)
                return r;
        *ret_rows = rows;
        return 0;
}

const MetaOps sql_meta_ops = {
        .get = meta_get,
        .put = meta_put,
        .purge_expired = meta_purge_expired,
};
