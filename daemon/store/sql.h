/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One SQL text, two engines.  Queries are named rows of queries.h with $1..$n; values are bound by
 * those numbers; rows are read and written through column tables, so that every struct has one
 * description.  Knows nothing of the domain; sqlite.c is the only file that knows the engine.
 */
#pragma once

#include "base/arena.h"
#include "base/id.h"
#include "daemon/core/ports/crypto.h"
#include "daemon/core/ports/store.h"
#include "daemon/store/queries.h"

#define SQL_PARAMS_MAX 32 /* $1..$32 */
#define SQL_VALUE_MAX (1 << 20) /* bytes of one text or blob; larger: IAM_E_TOO_LARGE */

typedef enum SqlQueryId {
#define X(name, text) Q_##name,
        SQL_QUERIES(X)
#undef X
                        _Q_MAX,
        _Q_INVALID = -EINVAL,
} SqlQueryId;

const char *sql_query_text(SqlQueryId id);

typedef struct SqlConn SqlConn; /* one connection, used by one thread at a time */
typedef struct SqlQuery SqlQuery; /* a prepared statement of a connection */

/* A value to bind.  Made by the functions below, so that the compiler checks every argument. */
typedef enum SqlValueKind {
        SQL_VALUE_NULL,
        SQL_VALUE_INT,
        SQL_VALUE_TEXT,
        SQL_VALUE_BYTES,
        _SQL_VALUE_MAX,
        _SQL_VALUE_INVALID = -EINVAL,
} SqlValueKind;

typedef struct SqlValue {
        SqlValueKind kind;
        int64_t number;
        const void *bytes;
        size_t len;
} SqlValue;

static inline SqlValue sql_null(void) {
        return (SqlValue){ .kind = SQL_VALUE_NULL };
}
static inline SqlValue sql_int(int64_t number) {
        return (SqlValue){ .kind = SQL_VALUE_INT, .number = number };
}
static inline SqlValue sql_bytes(const void *bytes, size_t len) {
        return (SqlValue){ .kind = SQL_VALUE_BYTES, .bytes = bytes, .len = len };
}
static inline SqlValue sql_id(const Id *id) {
        return sql_bytes(id->bytes, sizeof(id->bytes));
}
static inline SqlValue sql_realm(const RealmId *realm) {
        return sql_id(&realm->id);
}
static inline SqlValue sql_hash(const Sha256 *hash) {
        return sql_bytes(hash->bytes, sizeof(hash->bytes));
}
SqlValue sql_text(const char *text); /* NULL binds NULL */
SqlValue sql_id_or_null(const Id *id); /* NULL and the null id bind NULL */

/* How a member of a struct is kept in a column. */
typedef enum SqlType {
        SQL_ID,
        SQL_ID_NULL, /* the null id is NULL */
        SQL_TEXT, /* NULL allowed */
        SQL_INT, /* int64_t */
        SQL_U64, /* uint64_t, refused beyond INT64_MAX */
        SQL_U32_NULL, /* uint32_t, 0 is NULL */
        SQL_BOOL, /* 0 or 1 */
        SQL_ENUM, /* by its name; a negative value is NULL */
        SQL_REASON, /* int Reason by its name; 0 is NULL */
        SQL_HASH, /* Sha256 */
        SQL_HASH_NULL, /* Sha256, zeros are NULL */
        SQL_SEALED, /* the bytes of a Sealed; kek_id has a column of its own */
        _SQL_TYPE_MAX,
        _SQL_TYPE_INVALID = -EINVAL,
} SqlType;

typedef struct SqlEnum {
        const char *(*name)(int value);
        int (*from_name)(const char *name);
} SqlEnum;

typedef struct SqlColumn {
        SqlType type;
        size_t offset;
        const SqlEnum *names; /* SQL_ENUM only */
} SqlColumn;

/* Column i of the table is $i+1 when writing and result column i when reading. */
typedef struct SqlRow {
        const SqlColumn *columns;
        size_t n;
        size_t size; /* of the struct */
} SqlRow;

#define SQL_ROW(Type, table)                                                                       \
        { .columns = (table), .n = ELEMENTSOF(table), .size = sizeof(Type) }

/*
 * The statement, prepared once per connection.  Never NULL: what went wrong is answered by the
 * first bind or step.  One use at a time; sql_resetp makes it free again.
 */
SqlQuery *sql_query(Txn *txn, SqlQueryId id);
void sql_resetp(SqlQuery **query);

/* Text and bytes are lent: they must stay until the query is reset. */
int sql_bind_values(SqlQuery *q, size_t first, const SqlValue *values, size_t n);
#define sql_bind(q, ...)                                                                           \
        sql_bind_values((q), 1, (const SqlValue[]){ __VA_ARGS__ },                                 \
                        sizeof((const SqlValue[]){ __VA_ARGS__ }) / sizeof(SqlValue))
/* Binds the whole struct by its table; columns whose $n the statement does not use are left out. */
int sql_bind_row(SqlQuery *q, const SqlRow *row, const void *object);

int sql_step(SqlQuery *q, bool *ret_has_row); /* constraints answer as in sql_exec() */
int64_t sql_get_int(SqlQuery *q, int column);
int sql_get_text(SqlQuery *q, int column, Arena *arena, const char **ret); /* NULL for NULL */
int sql_get_row(SqlQuery *q, const SqlRow *row, Arena *arena, void *ret);

/*
 * Runs a statement without result.  Constraints answer IAM_E_EXISTS (unique), IAM_E_NOT_FOUND
 * (what is referred to is not there) and IAM_E_INVALID (CHECK, NOT NULL).
 */
int sql_exec(SqlQuery *q, int64_t *ret_changes /* or NULL */);
int sql_exec_some(SqlQuery *q); /* no row changed: IAM_E_NOT_FOUND */
/* The one row of a bound query: IAM_E_NOT_FOUND without one. */
int sql_read_one(SqlQuery *q, const SqlRow *row, Arena *arena, void *ret);
int sql_read_all(SqlQuery *q, const SqlRow *row, Arena *arena, void **ret_items, size_t *ret_n);
#define sql_read_list(q, row, arena, ret)                                                          \
        ({                                                                                         \
                void *items_ = NULL;                                                               \
                size_t n_ = 0;                                                                     \
                int r_ = sql_read_all((q), (row), (arena), &items_, &n_);                          \
                if (r_ == 0) {                                                                     \
                        (ret)->items = items_;                                                     \
                        (ret)->n = n_;                                                             \
                }                                                                                  \
                r_;                                                                                \
        })

/* Statements in one call, for the many that are only bound and run. */
#define sql_run(txn, id, ...)                                                                      \
        ({                                                                                         \
                CLEANUP(sql_resetp) SqlQuery *q_ = sql_query((txn), (id));                         \
                int r_ = sql_bind(q_, __VA_ARGS__);                                                \
                r_ == 0 ? sql_exec(q_, NULL) : r_;                                                 \
        })
#define sql_run_some(txn, id, ...)                                                                 \
        ({                                                                                         \
                CLEANUP(sql_resetp) SqlQuery *q_ = sql_query((txn), (id));                         \
                int r_ = sql_bind(q_, __VA_ARGS__);                                                \
                r_ == 0 ? sql_exec_some(q_) : r_;                                                  \
        })
/* 0: the query has a row; IAM_E_NOT_FOUND: none. */
#define sql_run_exists(txn, id, ...)                                                               \
        ({                                                                                         \
                CLEANUP(sql_resetp) SqlQuery *q_ = sql_query((txn), (id));                         \
                int r_ = sql_bind(q_, __VA_ARGS__);                                                \
                r_ == 0 ? sql_exists(q_) : r_;                                                     \
        })
int sql_exists(SqlQuery *q);
/* Binds the struct and runs the statement: IAM_E_NOT_FOUND when no row was written. */
int sql_write_row(Txn *txn, SqlQueryId id, const SqlRow *row, const void *object);
/*
 * Runs an UPDATE ... WHERE version = $n bound from the struct.  When no row matched, probe (a
 * query by realm and id) tells IAM_E_CONFLICT from IAM_E_NOT_FOUND.
 */
int sql_update_row(
                Txn *txn, SqlQueryId id, const SqlRow *row, const void *object, SqlQueryId probe,
                const RealmId *realm, const Id *key);
/* Checks a page: -EINVAL for a limit of 0 or beyond STORE_PAGE_MAX. */
int sql_page_check(const Page *page);
