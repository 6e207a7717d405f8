/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/names.h"
#include "base/reason.h"
#include "base/str.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

#define BEYOND_NAMES "\x7f" /* sorts after every byte a name may hold */

static const SqlColumn user_columns[] = {
        COLUMN(SQL_ID, User, realm),
        COLUMN(SQL_ID, User, id),
        COLUMN(SQL_TEXT, User, name),
        COLUMN(SQL_TEXT, User, email),
        COLUMN(SQL_TEXT, User, email_fold),
        COLUMN(SQL_BOOL, User, email_verified),
        COLUMN(SQL_TEXT, User, display_name),
        COLUMN(SQL_TEXT, User, given_name),
        COLUMN(SQL_TEXT, User, family_name),
        COLUMN(SQL_BOOL, User, enabled),
        COLUMN(SQL_BOOL, User, posix),
        COLUMN(SQL_U32_NULL, User, uid),
        COLUMN(SQL_TEXT, User, home),
        COLUMN(SQL_TEXT, User, shell),
        COLUMN(SQL_INT, User, credential_epoch),
        COLUMN(SQL_INT, User, authz_epoch),
        COLUMN(SQL_INT, User, created_at),
        COLUMN(SQL_INT, User, updated_at),
        COLUMN(SQL_INT, User, version),
        COLUMN(SQL_ID_NULL, User, client),
};
const SqlRow user_row = SQL_ROW(User, user_columns);

static int user_insert(Txn *txn, const User *user) {
        return sql_write_row(txn, Q_USER_INSERT, &user_row, user);
}

static int user_by_id(Txn *txn, const RealmId *realm, const Id *id, Arena *arena, User *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_USER_BY_ID);
        int r = sql_bind(q, sql_realm(realm), sql_id(id));

        return r != 0 ? r : sql_read_one(q, &user_row, arena, ret);
}

static int user_by_name(Txn *txn, const RealmId *realm, const char *name, Arena *arena, User *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_USER_BY_NAME);
        int r = sql_bind(q, sql_realm(realm), sql_text(name));

        return r != 0 ? r : sql_read_one(q, &user_row, arena, ret);
}

static int
user_by_email(Txn *txn, const RealmId *realm, const char *email_fold, Arena *arena, User *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_USER_BY_EMAIL);
        int r = sql_bind(q, sql_realm(realm), sql_text(email_fold));

        return r != 0 ? r : sql_read_one(q, &user_row, arena, ret);
}

static int
user_by_client(Txn *txn, const RealmId *realm, const Id *client, Arena *arena, User *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_USER_BY_CLIENT);
        int r = sql_bind(q, sql_realm(realm), sql_id(client));

        return r != 0 ? r : sql_read_one(q, &user_row, arena, ret);
}

static int user_by_uid(Txn *txn, const RealmId *realm, uint32_t uid, Arena *arena, User *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_USER_BY_UID);
        int r = sql_bind(q, sql_realm(realm), sql_int(uid));

        return r != 0 ? r : sql_read_one(q, &user_row, arena, ret);
}

static int user_update(Txn *txn, const User *user) {
        return sql_update_row(
                        txn, Q_USER_UPDATE, &user_row, user, Q_USER_BY_ID, &user->realm, &user->id);
}

/* The row stays for the history; what gives access or proves identity goes. */
static int user_remove(Txn *txn, const RealmId *realm, const Id *id, Usec now) {
        static const SqlQueryId ended[] = {
                Q_CREDENTIAL_REMOVE_ALL,
                Q_SESSION_END_USER,
                Q_GRANT_END_USER,
        };
        static const SqlQueryId deleted[] = {
                Q_MEMBER_DELETE_USER,
                Q_UNASSIGN_SUBJECT,
                Q_DEVICE_DELETE_USER,
                Q_USER_KEY_DELETE_USER,
        };
        int r;

        r = sql_run_some(txn, Q_USER_REMOVE, sql_realm(realm), sql_id(id), sql_int(now));
        for (size_t i = 0; r == 0 && i < ELEMENTSOF(ended); i++)
                r = sql_run(txn, ended[i], sql_realm(realm), sql_id(id), sql_int(now));
        for (size_t i = 0; r == 0 && i < ELEMENTSOF(deleted); i++)
                r = sql_run(txn, deleted[i], sql_realm(realm), sql_id(id));
        return r;
}

static int
user_list(Txn *txn, const RealmId *realm, const char *search, Arena *arena, const Page *page,
          UserList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_USER_LIST);
        const char *beyond = arena_printf(arena, "%s" BEYOND_NAMES, str_or(search, ""));
        int r;

        if (beyond == NULL)
                return -ENOMEM;
        r = sql_page_check(page);
        if (r == 0)
                r = sql_bind(q, sql_realm(realm), sql_text(str_or(page->after, "")),
                             sql_text(str_or(search, "")), sql_text(beyond),
                             sql_int((int64_t) page->limit));
        return r != 0 ? r : sql_read_list(q, &user_row, arena, ret);
}

static int user_list_posix(Txn *txn, const RealmId *realm, Arena *arena, UserList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_USER_LIST_POSIX);
        int r = sql_bind(q, sql_realm(realm));

        return r != 0 ? r : sql_read_list(q, &user_row, arena, ret);
}

static int
user_raise_authz_epoch(Txn *txn, const RealmId *realm, SubjectKind kind, const Id *subject) {
        switch (kind) {
        case SUBJECT_USER:
                return sql_run_some(txn, Q_USER_RAISE_AUTHZ, sql_realm(realm), sql_id(subject));
        case SUBJECT_GROUP:
                return sql_run(txn, Q_USER_RAISE_AUTHZ_GROUP, sql_realm(realm), sql_id(subject));
        case SUBJECT_ROLE:
                return sql_run(txn, Q_USER_RAISE_AUTHZ_ROLE, sql_realm(realm), sql_id(subject));
        case SENTINELS(SUBJECT):
                break;
        }
        return -EINVAL;
}

const UserOps sql_user_ops = {
        .insert = user_insert,
        .by_id = user_by_id,
        .by_name = user_by_name,
        .by_email = user_by_email,
        .by_uid = user_by_uid,
        .by_client = user_by_client,
        .update = user_update,
        .remove = user_remove,
        .list = user_list,
        .list_posix = user_list_posix,
        .raise_authz_epoch = user_raise_authz_epoch,
};
