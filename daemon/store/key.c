/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

static const SqlColumn key_columns[] = {
        COLUMN(SQL_ID, SigningKey, realm),
        COLUMN(SQL_TEXT, SigningKey, kid),
        COLUMN_ENUM(SigningKey, alg, &key_alg_enum),
        COLUMN(SQL_TEXT, SigningKey, public_jwk),
        COLUMN(SQL_TEXT, SigningKey, private_key.kek_id),
        COLUMN(SQL_SEALED, SigningKey, private_key),
};
static const SqlRow key_row = SQL_ROW(SigningKey, key_columns);

static int key_insert(Txn *txn, const SigningKey *key, const char *state, Usec now) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_KEY_INSERT);
        const SqlValue more[] = { sql_text(state), sql_int(now) };
        int r = sql_bind_row(q, &key_row, key);

        if (r == 0)
                r = sql_bind_values(q, key_row.n + 1, more, ELEMENTSOF(more));
        return r != 0 ? r : sql_exec(q, NULL);
}

static int key_active(Txn *txn, const RealmId *realm, KeyAlg alg, Arena *arena, SigningKey *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_KEY_ACTIVE);
        int r = sql_bind(q, sql_realm(realm), sql_text(key_alg_name(alg)));

        return r != 0 ? r : sql_read_one(q, &key_row, arena, ret);
}

static int
key_by_kid(Txn *txn, const RealmId *realm, const char *kid, Arena *arena, SigningKey *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_KEY_BY_KID);
        int r = sql_bind(q, sql_realm(realm), sql_text(kid));

        return r != 0 ? r : sql_read_one(q, &key_row, arena, ret);
}

static int
key_published(Txn *txn, const RealmId *realm, Arena *arena, SigningKey **ret, size_t *ret_n) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_KEY_PUBLISHED);
        void *items;
        int r = sql_bind(q, sql_realm(realm));

        if (r == 0)
                r = sql_read_all(q, &key_row, arena, &items, ret_n);
        if (r != 0)
                return r;
        *ret = items;
        return 0;
}

const KeyOps sql_key_ops = {
        .insert = key_insert,
        .active = key_active,
        .by_kid = key_by_kid,
        .published = key_published,
};
