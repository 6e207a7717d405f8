/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

const SqlEnum door_enum = { door_name, door_from_name };
static const SqlEnum purpose_enum = { purpose_name, purpose_from_name };
static const SqlEnum language_enum = { language_name, language_from_name };
static const SqlEnum state_enum = { flow_state_name, flow_state_from_name };

static const SqlColumn attempt_columns[] = {
        COLUMN(SQL_ID, Attempt, realm),
        COLUMN(SQL_HASH, Attempt, handle_hash),
        COLUMN_ENUM(Attempt, door, &door_enum),
        COLUMN_ENUM(Attempt, state, &state_enum),
        COLUMN(SQL_TEXT, Attempt, name),
        COLUMN(SQL_ID_NULL, Attempt, user),
        COLUMN(SQL_TEXT, Attempt, service),
        COLUMN(SQL_TEXT, Attempt, tty),
        COLUMN(SQL_TEXT, Attempt, address),
        COLUMN(SQL_TEXT, Attempt, agent),
        COLUMN(SQL_ID_NULL, Attempt, request),
        COLUMN(SQL_HASH_NULL, Attempt, device),
        COLUMN(SQL_INT, Attempt, password_at),
        COLUMN(SQL_INT, Attempt, totp_at),
        COLUMN(SQL_INT, Attempt, wrong),
        COLUMN(SQL_INT, Attempt, credential_epoch),
        COLUMN(SQL_INT, Attempt, created_at),
        COLUMN(SQL_INT, Attempt, expires_at),
        COLUMN(SQL_INT, Attempt, version),
        COLUMN(SQL_TEXT, Attempt, opener_boot),
        COLUMN(SQL_INT, Attempt, opener_pid),
        COLUMN(SQL_U64, Attempt, opener_start),
        COLUMN_ENUM(Attempt, purpose, &purpose_enum),
        COLUMN_ENUM(Attempt, language, &language_enum),
        COLUMN(SQL_INT, Attempt, key_at),
        COLUMN(SQL_ID_NULL, Attempt, session),
};
static const SqlRow attempt_row = SQL_ROW(Attempt, attempt_columns);

static const SqlColumn request_columns[] = {
        COLUMN(SQL_ID, AuthRequest, realm),           COLUMN(SQL_ID, AuthRequest, id),
        COLUMN(SQL_ID, AuthRequest, client),          COLUMN(SQL_TEXT, AuthRequest, redirect_uri),
        COLUMN(SQL_TEXT, AuthRequest, scope),         COLUMN(SQL_TEXT, AuthRequest, state),
        COLUMN(SQL_TEXT, AuthRequest, nonce),         COLUMN(SQL_TEXT, AuthRequest, code_challenge),
        COLUMN(SQL_TEXT, AuthRequest, response_mode), COLUMN(SQL_TEXT, AuthRequest, prompt),
        COLUMN(SQL_TEXT, AuthRequest, login_hint),    COLUMN(SQL_TEXT, AuthRequest, acr_values),
        COLUMN(SQL_TEXT, AuthRequest, ui_locales),    COLUMN(SQL_INT, AuthRequest, max_age),
        COLUMN(SQL_INT, AuthRequest, created_at),     COLUMN(SQL_INT, AuthRequest, expires_at),
};
static const SqlRow request_row = SQL_ROW(AuthRequest, request_columns);

static int attempt_insert(Txn *txn, const Attempt *attempt) {
        return sql_write_row(txn, Q_ATTEMPT_INSERT, &attempt_row, attempt);
}

static int attempt_by_handle(
                Txn *txn, const RealmId *realm, const Sha256 *handle, Arena *arena, Attempt *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_ATTEMPT_BY_HANDLE);
        int r = sql_bind(q, sql_realm(realm), sql_hash(handle));

        return r != 0 ? r : sql_read_one(q, &attempt_row, arena, ret);
}

static int attempt_done_by_opener(
                Txn *txn, const RealmId *realm, const char *boot_id, int64_t pid, uint64_t start,
                Arena *arena, Attempt *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_ATTEMPT_BY_OPENER);
        int r;

        if (start > INT64_MAX)
                return IAM_E_NOT_FOUND;
        r = sql_bind(q, sql_realm(realm), sql_text(boot_id), sql_int(pid), sql_int((int64_t) start),
                     sql_text(flow_state_name(FLOW_DONE)));
        return r != 0 ? r : sql_read_one(q, &attempt_row, arena, ret);
}

static int attempt_update(Txn *txn, const Attempt *attempt) {
        int r = sql_write_row(txn, Q_ATTEMPT_UPDATE, &attempt_row, attempt);

        if (r != IAM_E_NOT_FOUND)
                return r;
        r =
                        sql_run_exists(txn, Q_ATTEMPT_BY_HANDLE, sql_realm(&attempt->realm),
                                       sql_hash(&attempt->handle_hash));
        return r == 0 ? IAM_E_CONFLICT : r;
}

static int attempt_remove(Txn *txn, const RealmId *realm, const Sha256 *handle) {
        return sql_run_some(txn, Q_ATTEMPT_DELETE, sql_realm(realm), sql_hash(handle));
}

static int request_insert(Txn *txn, const AuthRequest *request) {
        return sql_write_row(txn, Q_REQUEST_INSERT, &request_row, request);
}

static int
request_by_id(Txn *txn, const RealmId *realm, const Id *id, Arena *arena, AuthRequest *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_REQUEST_BY_ID);
        int r = sql_bind(q, sql_realm(realm), sql_id(id));

        return r != 0 ? r : sql_read_one(q, &request_row, arena, ret);
}

static int request_remove(Txn *txn, const RealmId *realm, const Id *id) {
        return sql_run_some(txn, Q_REQUEST_DELETE, sql_realm(realm), sql_id(id));
}

const AttemptOps sql_attempt_ops = {
        .insert = attempt_insert,
        .by_handle = attempt_by_handle,
        .done_by_opener = attempt_done_by_opener,
        .update = attempt_update,
        .remove = attempt_remove,
        .request_insert = request_insert,
        .request_by_id = request_by_id,
        .request_remove = request_remove,
};
