/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/store/engine.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

/* The counter only rises, so a number is never handed out twice, also not after its owner is gone.
 * IAM_E_LIMIT: both ranges are used up. */
static int counter_next(Txn *txn, SqlQueryId id, int64_t *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, id);
        bool has_row;
        int64_t number;
        int r;

        r = sql_step(q, &has_row);
        if (r != 0)
                return r;
        if (!has_row)
                return IAM_E_LIMIT;
        number = sql_get_int(q, 0);
        r = sql_exec(q, NULL);
        if (r != 0)
                return r;
        *ret = number;
        return 0;
}

static int
posix_allocate(Txn *txn, const RealmId *realm, const char *kind, const Id *owner, Usec now,
               uint32_t *ret) {
        int64_t number;
        int r;

        /* An imported number may already stand where the counter comes along. */
        do {
                r = counter_next(txn, Q_POSIX_NEXT, &number);
                if (r != 0)
                        return r;
                r = sql_run_exists(txn, Q_POSIX_TAKEN, sql_int(number));
        } while (r == 0);
        if (r != IAM_E_NOT_FOUND)
                return r;

        r = sql_run(txn, Q_POSIX_INSERT, sql_realm(realm), sql_int(number), sql_text(kind),
                    sql_id(owner), sql_int(now));
        if (r != 0)
                return r;
        *ret = (uint32_t) number;
        return 0;
}

static int posix_retire(Txn *txn, const RealmId *realm, const Id *owner, Usec now) {
        return sql_run_some(txn, Q_POSIX_RETIRE, sql_realm(realm), sql_id(owner), sql_int(now));
}

const PosixOps sql_posix_ops = { .allocate = posix_allocate, .retire = posix_retire };

static int
outbox_put(Txn *txn, const RealmId *realm, const char *topic, const char *data, Usec now) {
        int64_t id;
        int r;

        r = counter_next(txn, Q_OUTBOX_NEXT, &id);
        if (r != 0)
                return r;
        return sql_run(txn, Q_OUTBOX_PUT, sql_realm(realm), sql_int(id), sql_text(topic),
                       sql_text(data), sql_int(now));
}

static int outbox_pending(Txn *txn, const char *topic, int64_t *ret_up_to) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_OUTBOX_PENDING);
        bool has_row;
        int r;

        r = sql_bind(q, sql_text(topic));
        if (r == 0)
                r = sql_step(q, &has_row);
        if (r != 0)
                return r;
        *ret_up_to = has_row ? sql_get_int(q, 0) : 0;
        return 0;
}

static int outbox_done(Txn *txn, const char *topic, int64_t up_to) {
        return sql_run(txn, Q_OUTBOX_DONE, sql_text(topic), sql_int(up_to));
}

const OutboxOps sql_outbox_ops = {
        .put = outbox_put,
        .pending = outbox_pending,
        .done = outbox_done,
};
