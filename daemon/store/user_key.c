/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

static const SqlColumn key_columns[] = {
        COLUMN(SQL_ID, UserKey, realm),       COLUMN(SQL_ID, UserKey, id),
        COLUMN(SQL_ID, UserKey, user),        COLUMN(SQL_TEXT, UserKey, type),
        COLUMN(SQL_TEXT, UserKey, base64),    COLUMN(SQL_TEXT, UserKey, fingerprint),
        COLUMN(SQL_TEXT, UserKey, label),     COLUMN(SQL_BOOL, UserKey, verify_required),
        COLUMN(SQL_INT, UserKey, created_at), COLUMN(SQL_INT, UserKey, last_used_at),
};
static const SqlRow key_row = SQL_ROW(UserKey, key_columns);

static int key_insert(Txn *txn, const UserKey *key) {
        return sql_write_row(txn, Q_USER_KEY_INSERT, &key_row, key);
}

static int
key_by_user(Txn *txn, const RealmId *realm, const Id *user, Arena *arena, UserKeyList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_USER_KEY_BY_USER);
        int r = sql_bind(q, sql_realm(realm), sql_id(user));

        return r != 0 ? r : sql_read_list(q, &key_row, arena, ret);
}

static int key_by_fingerprint(
                Txn *txn, const RealmId *realm, const char *fingerprint, Arena *arena,
                UserKey *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_USER_KEY_BY_FINGERPRINT);
        int r = sql_bind(q, sql_realm(realm), sql_text(fingerprint));

        return r != 0 ? r : sql_read_one(q, &key_row, arena, ret);
}

static int key_remove(Txn *txn, const RealmId *realm, const Id *id) {
        return sql_run_some(txn, Q_USER_KEY_DELETE, sql_realm(realm), sql_id(id));
}

/* At most once a minute: the statement leaves a younger stamp alone. */
static int key_touch(Txn *txn, const RealmId *realm, const Id *id, Usec now) {
        int r = sql_run_some(txn, Q_USER_KEY_TOUCH, sql_realm(realm), sql_id(id), sql_int(now));

        if (r != IAM_E_NOT_FOUND)
                return r;
        return sql_run_exists(txn, Q_USER_KEY_PROBE, sql_realm(realm), sql_id(id));
}

const UserKeyOps sql_user_key_ops = {
        .insert = key_insert,
        .by_user = key_by_user,
        .by_fingerprint = key_by_fingerprint,
        .remove = key_remove,
        .touch = key_touch,
};
