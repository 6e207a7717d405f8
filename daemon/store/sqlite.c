/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/reason.h"
#include "base/str.h"
#include "daemon/store/engine.h"

#define DDL_MAX ((size_t) 256 * 1024) /* bytes of one migration, expanded */
#define BUSY_TIMEOUT_MS 5000

struct SqlQuery {
        SqlConn *conn;
        sqlite3_stmt *stmt;
        int error; /* of the preparation */
        bool in_use;
        uint8_t params[SQL_PARAMS_MAX + 1]; /* $n to SQLite's own number; 0: not used */
};

struct SqlConn {
        sqlite3 *db;
        sqlite3_stmt *steps[_SQL_STEP_MAX];
        SqlQuery queries[_Q_MAX];
};

/* Constraints are answers, > 0; all else is a broken world. */
static int code_to_result(int code) {
        switch (code & 0xff) {
        case SQLITE_OK:
        case SQLITE_ROW:
        case SQLITE_DONE:
                return 0;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
                return -EAGAIN;
        case SQLITE_FULL:
                return -ENOSPC;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_MISMATCH:
                return -EBADMSG;
        case SQLITE_NOMEM:
                return -ENOMEM;
        case SQLITE_READONLY:
                return -EROFS;
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_CANTOPEN:
                return -EACCES;
        case SQLITE_TOOBIG:
                return IAM_E_TOO_LARGE;
        case SQLITE_INTERRUPT:
                return -EINTR;
        case SQLITE_CONSTRAINT:
                break;
        default:
                return -EIO;
        }
        switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
                return IAM_E_EXISTS;
        case SQLITE_CONSTRAINT_FOREIGNKEY:
                return IAM_E_NOT_FOUND;
        default:
                return IAM_E_INVALID;
        }
}

/* The reader must never checkpoint: two checkpointers at one instant may corrupt (the WAL-reset
 * fault of SQLite before 3.51.3). */
static const char *const access_pragmas[_SQL_ACCESS_MAX] = {
        [SQL_READ] = "PRAGMA query_only = ON;"
                     "PRAGMA wal_autocheckpoint = 0;",
        [SQL_WRITE] = "PRAGMA journal_mode = WAL;"
                      "PRAGMA synchronous = FULL;"
                      "PRAGMA wal_autocheckpoint = 1000;"
                      "PRAGMA journal_size_limit = 67108864;",
        [SQL_COPY] = "PRAGMA wal_autocheckpoint = 0;",
};

static int conn_configure(SqlConn *conn, SqlAccess access) {
        static const char common[] = "PRAGMA foreign_keys = ON;"
                                     "PRAGMA trusted_schema = OFF;"
                                     "PRAGMA cell_size_check = ON;"
                                     "PRAGMA mmap_size = 0;"
                                     "PRAGMA temp_store = MEMORY;";
        int on = 0;
        int code;

        (void) sqlite3_extended_result_codes(conn->db, 1);
        (void) sqlite3_busy_timeout(conn->db, BUSY_TIMEOUT_MS);
        (void) sqlite3_limit(conn->db, SQLITE_LIMIT_LENGTH, 4 * SQL_VALUE_MAX);
        (void) sqlite3_limit(conn->db, SQLITE_LIMIT_VARIABLE_NUMBER, SQL_PARAMS_MAX);
        code = sqlite3_db_config(conn->db, SQLITE_DBCONFIG_DEFENSIVE, 1, &on);
        if (code != SQLITE_OK || on != 1)
                return -ENOTSUP;
        code = sqlite3_exec(conn->db, common, NULL, NULL, NULL);
        if (code != SQLITE_OK)
                return code_to_result(code);

        code = sqlite3_exec(conn->db, access_pragmas[access], NULL, NULL, NULL);
        if (code != SQLITE_OK)
                return code_to_result(code);
        if (access != SQL_WRITE)
                return 0;

        int64_t wal = 0;
        int r = sql_conn_get_int(
                        conn, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", &wal);
        if (r != 0)
                return r;
        return wal == 1 ? 0 : -ENOTSUP;
}

/* The library's count of its memory is one lock for all threads, and nobody reads it. */
static void library_configure(void) {
        (void) sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int sql_conn_open(const char *path, SqlAccess access, SqlConn **ret) {
        static pthread_once_t once = PTHREAD_ONCE_INIT;
        CLEANUP(sql_conn_freep) SqlConn *conn = calloc(1, sizeof(*conn));
        int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
        int code;
        int r;

        if (conn == NULL)
                return -ENOMEM;
        (void) pthread_once(&once, library_configure);
        flags |= access == SQL_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
        code = sqlite3_open_v2(path, &conn->db, flags, NULL);
        if (code != SQLITE_OK)
                return code_to_result(code);
        r = conn_configure(conn, access);
        if (r != 0)
                return r < 0 ? r : -EBADMSG;

        *ret = TAKE(conn);
        return 0;
}

SqlConn *sql_conn_free(SqlConn *conn) {
        if (conn == NULL)
                return NULL;
        for (size_t i = 0; i < _SQL_STEP_MAX; i++)
                (void) sqlite3_finalize(conn->steps[i]);
        for (size_t i = 0; i < _Q_MAX; i++)
                (void) sqlite3_finalize(conn->queries[i].stmt);
        (void) sqlite3_close(conn->db);
        free(conn);
        return NULL;
}

void sql_conn_freep(SqlConn **conn) {
        *conn = sql_conn_free(*conn);
}

int sql_conn_exec(SqlConn *conn, const char *text) {
        return code_to_result(sqlite3_exec(conn->db, text, NULL, NULL, NULL));
}

int sql_conn_step(SqlConn *conn, SqlStep step) {
        static const char *const texts[_SQL_STEP_MAX] = {
                [SQL_BEGIN_READ] = "BEGIN",        [SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
                [SQL_COMMIT] = "COMMIT",           [SQL_ROLLBACK] = "ROLLBACK",
                [SQL_JOB_BEGIN] = "SAVEPOINT job", [SQL_JOB_UNDO] = "ROLLBACK TO job",
                [SQL_JOB_END] = "RELEASE job",
        };
        sqlite3_stmt **stmt = &conn->steps[step];
        int code = SQLITE_OK;

        if (*stmt == NULL)
                code = sqlite3_prepare_v3(
                                conn->db, texts[step], -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
        if (code == SQLITE_OK)
                code = sqlite3_step(*stmt);
        (void) sqlite3_reset(*stmt); /* its error is the step's */
        return code_to_result(code);
}

int sql_conn_exec_ddl(SqlConn *conn, const char *text) {
        static const struct {
                const char *macro;
                const char *text;
        } macros[] = {
                { "{id}", "BLOB" },
                { "{text}", "TEXT" },
                { "{bytes}", "BLOB" },
                { "{int}", "INTEGER" },
                { "{table}", "STRICT, WITHOUT ROWID" },
        };
        CLEANUP(buf_done) Buf ddl = BUF_INIT(DDL_MAX);

        while (*text != '\0') {
                size_t plain = strcspn(text, "{");
                size_t i;

                buf_put(&ddl, text, plain);
                text += plain;
                if (*text == '\0')
                        break;
                for (i = 0; i < ELEMENTSOF(macros); i++)
                        if (str_starts_with(text, macros[i].macro))
                                break;
                if (i == ELEMENTSOF(macros))
                        return -EINVAL;
                buf_put_str(&ddl, macros[i].text);
                text += strlen(macros[i].macro);
        }
        if (buf_error(&ddl) != 0)
                return buf_error(&ddl);
        return ddl.len > 0 ? sql_conn_exec(conn, ddl.bytes) : 0;
}

int sql_conn_get_int(SqlConn *conn, const char *text, int64_t *ret) {
        sqlite3_stmt *stmt = NULL;
        int code = sqlite3_prepare_v2(conn->db, text, -1, &stmt, NULL);
        int r;

        if (code == SQLITE_OK)
                code = sqlite3_step(stmt);
        if (code == SQLITE_ROW) {
                *ret = sqlite3_column_int64(stmt, 0);
                r = 0;
        } else {
                r = code == SQLITE_DONE ? -ENOENT : code_to_result(code);
                r = r < 0 ? r : -EIO;
        }
        (void) sqlite3_finalize(stmt);
        return r;
}

static int file_sync(const char *path) {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        int r;

        if (fd < 0)
                return -errno;
        r = fsync(fd) < 0 ? -errno : 0;
        (void) close(fd);
        return r;
}

int sql_conn_copy_to(SqlConn *conn, const char *path) {
        sqlite3_stmt *stmt = NULL;
        int fd;
        int code;

        /* SQLite takes an empty file as its target, so the mode is ours from the first byte. */
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0)
                return -errno;
        (void) close(fd);

        code = sqlite3_prepare_v2(conn->db, "VACUUM INTO $1", -1, &stmt, NULL);
        if (code == SQLITE_OK)
                code = sqlite3_bind_text(stmt, 1, path, -1, SQLITE_STATIC);
        if (code == SQLITE_OK)
                code = sqlite3_step(stmt);
        (void) sqlite3_finalize(stmt);
        if (code != SQLITE_DONE) {
                (void) unlink(path);
                return code_to_result(code);
        }
        return file_sync(path);
}

bool sql_conn_in_transaction(const SqlConn *conn) {
        return sqlite3_get_autocommit(conn->db) == 0;
}

const char *sql_conn_problem(const SqlConn *conn) {
        return sqlite3_errmsg(conn->db);
}

static int query_prepare(SqlQuery *q, const char *text, unsigned flags) {
        int code = sqlite3_prepare_v3(q->conn->db, text, -1, flags, &q->stmt, NULL);

        if (code != SQLITE_OK)
                return code_to_result(code);
        for (unsigned n = 1; n <= SQL_PARAMS_MAX; n++) {
                char name[8];

                /* SQLite numbers $2, $1 by their first appearance, not by their digits. */
                (void) snprintf(name, sizeof(name), "$%u", n);
                q->params[n] = (uint8_t) sqlite3_bind_parameter_index(q->stmt, name);
        }
        return 0;
}

SqlQuery *sql_conn_query(SqlConn *conn, SqlQueryId id) {
        SqlQuery *q = &conn->queries[id];

        assert(!q->in_use);
        q->conn = conn;
        q->in_use = true;
        if (q->stmt == NULL)
                q->error = query_prepare(q, sql_query_text(id), SQLITE_PREPARE_PERSISTENT);
        return q;
}

int sql_conn_prepare(SqlConn *conn, const char *text, SqlQuery **ret) {
        CLEANUP(sql_query_freep) SqlQuery *q = calloc(1, sizeof(*q));
        int r;

        if (q == NULL)
                return -ENOMEM;
        q->conn = conn;
        r = query_prepare(q, text, 0);
        if (r != 0)
                return r;
        *ret = TAKE(q);
        return 0;
}

void sql_query_freep(SqlQuery **query) {
        if (*query == NULL)
                return;
        (void) sqlite3_finalize((*query)->stmt);
        free(*query);
        *query = NULL;
}

void sql_resetp(SqlQuery **query) {
        SqlQuery *q = *query;

        if (q == NULL)
                return;
        if (q->stmt != NULL) {
                /* The error of the step was answered by the step. */
                (void) sqlite3_reset(q->stmt);
                (void) sqlite3_clear_bindings(q->stmt);
        }
        q->in_use = false;
        *query = NULL;
}

bool sql_has_param(const SqlQuery *q, size_t number) {
        return number <= SQL_PARAMS_MAX && q->params[number] != 0;
}

int sql_query_error(const SqlQuery *q) {
        return q->error;
}

int sql_bind_value(SqlQuery *q, size_t number, const SqlValue *value) {
        int at;
        int code = SQLITE_ERROR;

        if (q->error != 0)
                return q->error;
        assert(sql_has_param(q, number));
        at = q->params[number];
        if (value->len > SQL_VALUE_MAX)
                return IAM_E_TOO_LARGE;

        /* The caller's memory stays until the statement is reset. */
        switch (value->kind) {
        case SQL_VALUE_NULL:
                code = sqlite3_bind_null(q->stmt, at);
                break;
        case SQL_VALUE_INT:
                code = sqlite3_bind_int64(q->stmt, at, value->number);
                break;
        case SQL_VALUE_TEXT:
                code = sqlite3_bind_text(
                                q->stmt, at, value->bytes, (int) value->len, SQLITE_STATIC);
                break;
        case SQL_VALUE_BYTES:
                code = sqlite3_bind_blob(
                                q->stmt, at, value->bytes, (int) value->len, SQLITE_STATIC);
                break;
        case SENTINELS(SQL_VALUE):
                break;
        }
        return code_to_result(code);
}

int sql_step(SqlQuery *q, bool *ret_has_row) {
        int code;

        if (q->error != 0)
                return q->error;
        code = sqlite3_step(q->stmt);
        if (code != SQLITE_ROW && code != SQLITE_DONE)
                return code_to_result(code);
        *ret_has_row = code == SQLITE_ROW;
        return 0;
}

int64_t sql_changes(SqlQuery *q) {
        return sqlite3_changes(q->conn->db);
}

int64_t sql_get_int(SqlQuery *q, int column) {
        return sqlite3_column_int64(q->stmt, column);
}

const char *sql_lend_text(SqlQuery *q, int column, size_t *ret_len) {
        const char *text = (const char *) sqlite3_column_text(q->stmt, column);

        *ret_len = text != NULL ? (size_t) sqlite3_column_bytes(q->stmt, column) : 0;
        return text;
}

const void *sql_lend_bytes(SqlQuery *q, int column, size_t *ret_len) {
        const void *bytes = sqlite3_column_blob(q->stmt, column);

        *ret_len = bytes != NULL ? (size_t) sqlite3_column_bytes(q->stmt, column) : 0;
        return bytes;
}
