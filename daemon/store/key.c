/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

static const SqlEnum key_state_enum = { key_state_name, key_state_from_name };

static const SqlColumn key_columns[] = {
        COLUMN(SQL_ID, SigningKey, realm),
        COLUMN(SQL_TEXT, SigningKey, kid),
        COLUMN_ENUM(SigningKey, alg, &key_alg_enum),
        COLUMN(SQL_TEXT, SigningKey, public_jwk),
        COLUMN(SQL_TEXT, SigningKey, private_key.kek_id),
        COLUMN(SQL_SEALED, SigningKey, private_key),
        COLUMN_ENUM(SigningKey, state, &key_state_enum),
        COLUMN(SQL_INT, SigningKey, since),
};
static const SqlRow key_row = SQL_ROW(SigningKey, key_columns);

static int key_insert(Txn *txn, const SigningKey *key, const char *state, Usec now) {
        SigningKey row = *key;

        row.state = key_state_from_name(state);
        row.since = now;
        return sql_write_row(txn, Q_KEY_INSERT, &key_row, &row);
}

static int key_move(Txn *txn, const RealmId *realm, const char *kid, KeyState state, Usec now) {
        int r =
                        sql_run_some(txn, Q_KEY_MOVE, sql_realm(realm), sql_text(kid),
                                     sql_text(key_state_name(state)), sql_int(now));

        if (r != 0 || state == KEY_NEXT || state == KEY_ACTIVE)
                return r;
        return sql_run(txn, Q_KEY_BLUNT, sql_realm(realm), sql_text(kid));
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

static const SqlColumn count_columns[] = {
        COLUMN(SQL_TEXT, KeyCount, alg),
        COLUMN(SQL_TEXT, KeyCount, state),
        COLUMN(SQL_INT, KeyCount, n),
};
static const SqlRow count_row = SQL_ROW(KeyCount, count_columns);

static int key_census(Txn *txn, Arena *arena, KeyCount **ret, size_t *ret_n) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_KEY_CENSUS);
        void *items;
        int r = sql_read_all(q, &count_row, arena, &items, ret_n);

        if (r != 0)
                return r;
        *ret = items;
        return 0;
}

const KeyOps sql_key_ops = {
        .insert = key_insert,
        .move = key_move,
        .active = key_active,
        .by_kid = key_by_kid,
        .published = key_published,
        .census = key_census,
};
