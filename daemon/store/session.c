/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/reason.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

static const SqlColumn session_columns[] = {
        COLUMN(SQL_ID, Session, realm),
        COLUMN(SQL_ID, Session, id),
        COLUMN(SQL_ID, Session, user),
        COLUMN(SQL_HASH, Session, cookie_hash),
        COLUMN(SQL_INT, Session, auth.at),
        COLUMN(SQL_TEXT, Session, auth.amr),
        COLUMN(SQL_TEXT, Session, auth.acr),
        COLUMN(SQL_TEXT, Session, address),
        COLUMN(SQL_TEXT, Session, agent),
        COLUMN(SQL_INT, Session, realm_epoch),
        COLUMN(SQL_INT, Session, credential_epoch),
        COLUMN(SQL_INT, Session, created_at),
        COLUMN(SQL_INT, Session, last_seen_at),
        COLUMN(SQL_INT, Session, ended_at),
};
static const SqlRow session_row = SQL_ROW(Session, session_columns);

static const SqlColumn login_columns[] = {
        COLUMN(SQL_ID, HostLogin, realm),         COLUMN(SQL_ID, HostLogin, id),
        COLUMN(SQL_ID, HostLogin, user),          COLUMN(SQL_TEXT, HostLogin, boot_id),
        COLUMN(SQL_INT, HostLogin, leader_pid),   COLUMN(SQL_U64, HostLogin, leader_start),
        COLUMN(SQL_TEXT, HostLogin, service),     COLUMN(SQL_TEXT, HostLogin, tty),
        COLUMN(SQL_TEXT, HostLogin, address),     COLUMN(SQL_INT, HostLogin, auth.at),
        COLUMN(SQL_TEXT, HostLogin, auth.amr),    COLUMN(SQL_TEXT, HostLogin, auth.acr),
        COLUMN(SQL_INT, HostLogin, realm_epoch),  COLUMN(SQL_INT, HostLogin, credential_epoch),
        COLUMN(SQL_INT, HostLogin, opened_at),    COLUMN(SQL_INT, HostLogin, closed_at),
        COLUMN(SQL_INT, HostLogin, confirmed_at),
};
static const SqlRow login_row = SQL_ROW(HostLogin, login_columns);

static const SqlColumn grant_columns[] = {
        COLUMN(SQL_ID, Grant, realm),
        COLUMN(SQL_ID, Grant, id),
        COLUMN(SQL_ID, Grant, user),
        COLUMN(SQL_ID, Grant, client),
        COLUMN(SQL_ID_NULL, Grant, session),
        COLUMN(SQL_TEXT, Grant, scope),
        COLUMN(SQL_TEXT, Grant, nonce),
        COLUMN(SQL_INT, Grant, auth.at),
        COLUMN(SQL_TEXT, Grant, auth.amr),
        COLUMN(SQL_TEXT, Grant, auth.acr),
        COLUMN(SQL_INT, Grant, realm_epoch),
        COLUMN(SQL_INT, Grant, client_epoch),
        COLUMN(SQL_INT, Grant, credential_epoch),
        COLUMN(SQL_INT, Grant, created_at),
        COLUMN(SQL_INT, Grant, ended_at),
};
static const SqlRow grant_row = SQL_ROW(Grant, grant_columns);

static int session_insert(Txn *txn, const Session *session) {
        return sql_write_row(txn, Q_SESSION_INSERT, &session_row, session);
}

static int session_by_id(Txn *txn, const RealmId *realm, const Id *id, Arena *arena, Session *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_SESSION_BY_ID);
        int r = sql_bind(q, sql_realm(realm), sql_id(id));

        return r != 0 ? r : sql_read_one(q, &session_row, arena, ret);
}

static int
session_by_cookie(Txn *txn, const RealmId *realm, const Sha256 *hash, Arena *arena, Session *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_SESSION_BY_COOKIE);
        int r = sql_bind(q, sql_realm(realm), sql_hash(hash));

        return r != 0 ? r : sql_read_one(q, &session_row, arena, ret);
}

/* At most once a minute: the statement leaves a younger stamp alone. */
static int session_touch(Txn *txn, const RealmId *realm, const Id *id, Usec now) {
        int r = sql_run_some(txn, Q_SESSION_TOUCH, sql_realm(realm), sql_id(id), sql_int(now));

        if (r != IAM_E_NOT_FOUND)
                return r;
        return sql_run_exists(txn, Q_SESSION_PROBE, sql_realm(realm), sql_id(id));
}

static int session_renew(Txn *txn, const Session *session) {
        return sql_write_row(txn, Q_SESSION_RENEW, &session_row, session);
}

static int session_end(Txn *txn, const RealmId *realm, const Id *id, Usec now) {
        int r = sql_run_some(txn, Q_SESSION_END, sql_realm(realm), sql_id(id), sql_int(now));

        if (r != 0)
                return r;
        return sql_run(txn, Q_GRANT_END_SESSION, sql_realm(realm), sql_id(id), sql_int(now));
}

/* The page's cursor, which must outlive the statement it is bound to.  Ids begin with their time,
 * and the newest come first: what expires stays in the table, and must not hide what is live. */
static int cursor_read(const Page *page, Id *ret) {
        int r = sql_page_check(page);

        memset(ret, 0xff, sizeof(*ret));
        if (r == 0 && page->after != NULL && id_parse(page->after, ret) < 0)
                r = IAM_E_INVALID;
        return r;
}

/* $1 realm, $2 the id below which, $3 limit, $4 the user where one is wanted. */
static int
list_bind(SqlQuery *q, const RealmId *realm, const Id *user, const Id *after, size_t limit) {
        int r = sql_bind(q, sql_realm(realm), sql_id(after), sql_int((int64_t) limit));

        if (r == 0 && user != NULL)
                r = sql_bind_values(q, 4, (const SqlValue[]){ sql_id(user) }, 1);
        return r;
}

static int
session_list(Txn *txn, const RealmId *realm, const Id *user, Arena *arena, const Page *page,
             SessionList *ret) {
        CLEANUP(sql_resetp)
        SqlQuery *q = sql_query(txn, user != NULL ? Q_SESSION_LIST_USER : Q_SESSION_LIST);
        Id after;
        int r = cursor_read(page, &after);

        if (r == 0)
                r = list_bind(q, realm, user, &after, page->limit);
        return r != 0 ? r : sql_read_list(q, &session_row, arena, ret);
}

static int login_insert(Txn *txn, const HostLogin *login) {
        return sql_write_row(txn, Q_LOGIN_INSERT, &login_row, login);
}

static int
login_by_leader(Txn *txn, const RealmId *realm, const char *boot_id, int64_t pid, uint64_t start,
                Arena *arena, HostLogin *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_LOGIN_BY_LEADER);
        int r;

        if (start > INT64_MAX)
                return IAM_E_NOT_FOUND;
        r = sql_bind(q, sql_realm(realm), sql_text(boot_id), sql_int(pid),
                     sql_int((int64_t) start));
        return r != 0 ? r : sql_read_one(q, &login_row, arena, ret);
}

static int login_confirm(Txn *txn, const RealmId *realm, const Id *id, const Id *user, Usec at) {
        return sql_run_some(
                        txn, Q_LOGIN_CONFIRM, sql_realm(realm), sql_id(id), sql_id(user),
                        sql_int(at));
}

static int login_close(Txn *txn, const RealmId *realm, const Id *id, Usec now) {
        return sql_run_some(txn, Q_LOGIN_CLOSE, sql_realm(realm), sql_id(id), sql_int(now));
}

static int
login_list(Txn *txn, const RealmId *realm, const Id *user, Arena *arena, const Page *page,
           HostLoginList *ret) {
        CLEANUP(sql_resetp)
        SqlQuery *q = sql_query(txn, user != NULL ? Q_LOGIN_LIST_USER : Q_LOGIN_LIST);
        Id after;
        int r = cursor_read(page, &after);

        if (r == 0)
                r = list_bind(q, realm, user, &after, page->limit);
        return r != 0 ? r : sql_read_list(q, &login_row, arena, ret);
}

static int grant_insert(Txn *txn, const Grant *grant) {
        return sql_write_row(txn, Q_GRANT_INSERT, &grant_row, grant);
}

static int grant_by_id(Txn *txn, const RealmId *realm, const Id *id, Arena *arena, Grant *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_GRANT_BY_ID);
        int r = sql_bind(q, sql_realm(realm), sql_id(id));

        return r != 0 ? r : sql_read_one(q, &grant_row, arena, ret);
}

static int grant_end(Txn *txn, const RealmId *realm, const Id *id, Usec now) {
        return sql_run_some(txn, Q_GRANT_END, sql_realm(realm), sql_id(id), sql_int(now));
}

const SessionOps sql_session_ops = {
        .insert = session_insert,
        .by_id = session_by_id,
        .by_cookie = session_by_cookie,
        .touch = session_touch,
        .renew = session_renew,
        .end = session_end,
        .list = session_list,
        .login_insert = login_insert,
        .login_by_leader = login_by_leader,
        .login_confirm = login_confirm,
        .login_close = login_close,
        .login_list = login_list,
        .grant_insert = grant_insert,
        .grant_by_id = grant_by_id,
        .grant_end = grant_end,
};
