/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

static const char *const scopes[_GUESS_MAX] = {
        [GUESS_ACCOUNT] = "account",
        [GUESS_ACCOUNT_DEVICE] = "account-device",
        [GUESS_SOURCE] = "source",
        [GUESS_REALM] = "realm",
};

static const SqlColumn counter_columns[] = {
        COLUMN(SQL_INT, GuessCounter, count),
        COLUMN(SQL_INT, GuessCounter, window_start),
};
static const SqlRow counter_row = SQL_ROW(GuessCounter, counter_columns);

static int
guess_reserve(Txn *txn, const RealmId *realm, const GuessKey *key, Usec window, Usec now,
              GuessCounter *ret) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4096);
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_GUESS_RESERVE);
        int r =
                        sql_bind(q, sql_realm(realm), sql_text(scopes[key->scope]),
                                 sql_hash(&key->key), sql_int(now), sql_int(window));

        return r != 0 ? r : sql_read_one(q, &counter_row, &arena, ret);
}

static int guess_refund(Txn *txn, const RealmId *realm, const GuessKey *key) {
        return sql_run(txn, Q_GUESS_REFUND, sql_realm(realm), sql_text(scopes[key->scope]),
                       sql_hash(&key->key));
}

static int guess_forget(Txn *txn, const RealmId *realm, const GuessKey *key) {
        return sql_run(txn, Q_GUESS_FORGET, sql_realm(realm), sql_text(scopes[key->scope]),
                       sql_hash(&key->key));
}

static int
guess_device_put(Txn *txn, const RealmId *realm, const Id *user, const Sha256 *device, Usec now) {
        return sql_run_some(
                        txn, Q_DEVICE_PUT, sql_realm(realm), sql_id(user), sql_hash(device),
                        sql_int(now));
}

static int guess_device_known(
                Txn *txn, const RealmId *realm, const Id *user, const Sha256 *device, Usec since,
                bool *ret) {
        int r =
                        sql_run_exists(txn, Q_DEVICE_KNOWN, sql_realm(realm), sql_id(user),
                                       sql_hash(device), sql_int(since));

        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        *ret = r == 0;
        return 0;
}

const GuessOps sql_guess_ops = {
        .reserve = guess_reserve,
        .refund = guess_refund,
        .forget = guess_forget,
        .device_put = guess_device_put,
        .device_known = guess_device_known,
};
