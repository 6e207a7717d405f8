/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

static const SqlEnum kind_enum = { single_use_kind_name, single_use_kind_from_name };

static const SqlColumn single_use_columns[] = {
        COLUMN(SQL_ID, SingleUse, realm),
        COLUMN_ENUM(SingleUse, kind, &kind_enum),
        COLUMN(SQL_HASH, SingleUse, hash),
        COLUMN(SQL_ID_NULL, SingleUse, grant),
        COLUMN(SQL_ID, SingleUse, owner),
        COLUMN(SQL_TEXT, SingleUse, data),
        COLUMN(SQL_TEXT, SingleUse, successor.kek_id),
        COLUMN(SQL_SEALED, SingleUse, successor),
        COLUMN(SQL_HASH_NULL, SingleUse, successor_hash),
        COLUMN(SQL_INT, SingleUse, created_at),
        COLUMN(SQL_INT, SingleUse, expires_at),
        COLUMN(SQL_INT, SingleUse, used_at),
};
static const SqlRow single_use_row = SQL_ROW(SingleUse, single_use_columns);

static int single_use_insert(Txn *txn, const SingleUse *single) {
        return sql_write_row(txn, Q_SINGLE_USE_INSERT, &single_use_row, single);
}

static int single_use_spend(
                Txn *txn, const RealmId *realm, SingleUseKind kind, const Sha256 *hash, Usec now,
                Arena *arena, SingleUse *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_SINGLE_USE_SPEND);
        int r =
                        sql_bind(q, sql_realm(realm), sql_text(single_use_kind_name(kind)),
                                 sql_hash(hash), sql_int(now));

        if (r == 0)
                r = sql_read_one(q, &single_use_row, arena, ret);
        return r == IAM_E_NOT_FOUND ? IAM_E_GRANT_INVALID : r;
}

static int
single_use_find(Txn *txn, const RealmId *realm, SingleUseKind kind, const Sha256 *hash,
                Arena *arena, SingleUse *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_SINGLE_USE_FIND);
        int r = sql_bind(q, sql_realm(realm), sql_text(single_use_kind_name(kind)), sql_hash(hash));

        return r != 0 ? r : sql_read_one(q, &single_use_row, arena, ret);
}

static int single_use_set_successor(Txn *txn, const SingleUse *single) {
        return sql_write_row(txn, Q_SINGLE_USE_SUCCESSOR, &single_use_row, single);
}

const SingleUseOps sql_single_use_ops = {
        .insert = single_use_insert,
        .spend = single_use_spend,
        .find = single_use_find,
        .set_successor = single_use_set_successor,
};
