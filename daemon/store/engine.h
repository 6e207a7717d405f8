/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an engine does for sql.c and store.c: connections, transactions, statements.  SQLite is in
 * sqlite.c.  Only daemon/store includes this.
 */
#pragma once

#include "daemon/store/realm_kept.h"
#include "daemon/store/sql.h"
#include "daemon/store/tally.h"

struct Txn {
        Store *store;
        SqlConn *conn;
        bool kept; /* txn_keep() was called in this run */
        bool is_new_generation; /* it wrote what StorePort.generation covers */
        TallyMarks *marks; /* events to be counted at the commit; NULL when reading */
        RealmsKept *realms; /* when reading; a writer sees what it has just written */
        uint64_t generation; /* with realms: taken before the read began */
};

typedef enum SqlAccess {
        SQL_READ, /* cannot write */
        SQL_WRITE, /* the one connection that writes and checkpoints */
        SQL_COPY, /* reads, and may write other files */
        _SQL_ACCESS_MAX,
        _SQL_ACCESS_INVALID = -EINVAL,
} SqlAccess;

/* How a transaction goes; each is prepared once a connection. */
typedef enum SqlStep {
        SQL_BEGIN_READ,
        SQL_BEGIN_WRITE, /* takes the lock at once */
        SQL_COMMIT,
        SQL_ROLLBACK,
        SQL_JOB_BEGIN, /* a savepoint in the transaction */
        SQL_JOB_UNDO,
        SQL_JOB_END,
        _SQL_STEP_MAX,
        _SQL_STEP_INVALID = -EINVAL,
} SqlStep;

int sql_conn_open(const char *path, SqlAccess access, SqlConn **ret);
SqlConn *sql_conn_free(SqlConn *conn);
void sql_conn_freep(SqlConn **conn);

/* Constant statements; DDL with {id} {text} {bytes} {int} {table} is expanded for the engine. */
int sql_conn_exec(SqlConn *conn, const char *text);
int sql_conn_step(SqlConn *conn, SqlStep step);
int sql_conn_exec_ddl(SqlConn *conn, const char *text);
/* A first column of the first row, for tables that queries.h need not know; -ENOENT without one. */
int sql_conn_get_int(SqlConn *conn, const char *text, int64_t *ret);
/* Whole copy of the database in a new file of mode 0600, on disk when this returns. */
int sql_conn_copy_to(SqlConn *conn, const char *path);
/* True while a transaction is open: some failures end it behind our back. */
bool sql_conn_in_transaction(const SqlConn *conn);
const char *sql_conn_problem(const SqlConn *conn); /* the engine's words for the last failure */

SqlQuery *sql_conn_query(SqlConn *conn, SqlQueryId id);
/* A statement outside queries.h (migrations' own book-keeping); freed by the caller. */
int sql_conn_prepare(SqlConn *conn, const char *text, SqlQuery **ret);
void sql_query_freep(SqlQuery **query);

/* The engine's half of sql.h. */
int sql_bind_value(SqlQuery *q, size_t number, const SqlValue *value);
bool sql_has_param(const SqlQuery *q, size_t number);
int sql_query_error(const SqlQuery *q);
int64_t sql_changes(SqlQuery *q);
/* Lent until the next step; NULL for NULL. */
const char *sql_lend_text(SqlQuery *q, int column, size_t *ret_len);
const void *sql_lend_bytes(SqlQuery *q, int column, size_t *ret_len);
