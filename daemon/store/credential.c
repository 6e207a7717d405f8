/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

static const SqlEnum kind_enum = { credential_kind_name, credential_kind_from_name };

static const SqlColumn credential_columns[] = {
        COLUMN(SQL_ID, Credential, realm),
        COLUMN(SQL_ID, Credential, id),
        COLUMN(SQL_ID, Credential, user),
        COLUMN_ENUM(Credential, kind, &kind_enum),
        COLUMN(SQL_TEXT, Credential, label),
        COLUMN(SQL_TEXT, Credential, phc),
        COLUMN(SQL_TEXT, Credential, sealed.kek_id),
        COLUMN(SQL_SEALED, Credential, sealed),
        COLUMN(SQL_INT, Credential, created_at),
        COLUMN(SQL_INT, Credential, last_used_at),
        COLUMN(SQL_INT, Credential, version),
        COLUMN(SQL_BOOL, Credential, must_change),
        COLUMN(SQL_INT, Credential, changed_at),
};
static const SqlRow credential_row = SQL_ROW(Credential, credential_columns);

static int credential_insert(Txn *txn, const Credential *credential) {
        return sql_write_row(txn, Q_CREDENTIAL_INSERT, &credential_row, credential);
}

static int credential_update(Txn *txn, const Credential *credential) {
        return sql_update_row(
                        txn, Q_CREDENTIAL_UPDATE, &credential_row, credential, Q_CREDENTIAL_PROBE,
                        &credential->realm, &credential->id);
}

static int credential_by_user(
                Txn *txn, const RealmId *realm, const Id *user, Arena *arena, CredentialList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_CREDENTIAL_BY_USER);
        int r = sql_bind(q, sql_realm(realm), sql_id(user));

        return r != 0 ? r : sql_read_list(q, &credential_row, arena, ret);
}

static int credential_remove(Txn *txn, const RealmId *realm, const Id *credential, Usec now) {
        return sql_run_some(
                        txn, Q_CREDENTIAL_REMOVE, sql_realm(realm), sql_id(credential),
                        sql_int(now));
}

/* At most once a minute: the statement leaves a younger stamp alone. */
static int credential_touch(Txn *txn, const RealmId *realm, const Id *credential, Usec now) {
        int r =
                        sql_run_some(txn, Q_CREDENTIAL_TOUCH, sql_realm(realm), sql_id(credential),
                                     sql_int(now));

        if (r != IAM_E_NOT_FOUND)
                return r;
        return sql_run_exists(txn, Q_CREDENTIAL_PROBE, sql_realm(realm), sql_id(credential));
}

const CredentialOps sql_credential_ops = {
        .insert = credential_insert,
        .update = credential_update,
        .by_user = credential_by_user,
        .remove = credential_remove,
        .touch = credential_touch,
};
