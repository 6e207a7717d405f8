/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/reason.h"
#include "daemon/store/migrations.h"

static const char ledger_ddl[] = "CREATE TABLE IF NOT EXISTS schema_migration ("
                                 " number {int} NOT NULL PRIMARY KEY,"
                                 " name {text} NOT NULL,"
                                 " checksum {int} NOT NULL,"
                                 " applied_at {int} NOT NULL"
                                 ") {table};";

/* FNV-1a: finds an edited file, not an enemy, who could write the ledger as well. */
static int64_t checksum(const char *text) {
        uint64_t h = UINT64_C(0xcbf29ce484222325);

        for (; *text != '\0'; text++)
                h = (h ^ (uint8_t) *text) * UINT64_C(0x100000001b3);
        return (int64_t) (h >> 1);
}

static int
refuse_row(SqlQuery *q, const Migration *list, size_t n, int64_t expected,
           char problem[PROBLEM_MAX]) {
        int64_t number = sql_get_int(q, 0);
        size_t len;
        const char *name = sql_lend_text(q, 1, &len);

        if (number > (int64_t) n) {
                (void) snprintf(problem, PROBLEM_MAX,
                                "the store was written by a newer iamd: its schema is at %s, this "
                                "one knows up to %s",
                                name, n > 0 ? list[n - 1].name : "nothing");
                return -ENOTSUP;
        }
        if (number != expected || sql_get_int(q, 2) != checksum(list[number - 1].ddl)) {
                (void) snprintf(problem, PROBLEM_MAX,
                                "migration %s of the store is not the one this iamd knows as %s",
                                name, list[expected - 1].name);
                return -EBADMSG;
        }
        return 0;
}

/* Compares the ledger with the list, newest first, so that a newer schema is named by its head. */
static int
ledger_check(SqlConn *conn, const Migration *list, size_t n, char problem[PROBLEM_MAX],
             int64_t *ret_at) {
        CLEANUP(sql_query_freep) SqlQuery *q = NULL;
        int64_t at = 0;
        int64_t expected = 0;
        bool has_row;
        int r;

        r = sql_conn_prepare(
                        conn,
                        "SELECT number, name, checksum FROM schema_migration "
                        "ORDER BY number DESC",
                        &q);
        if (r != 0)
                return r;
        for (r = sql_step(q, &has_row); r == 0 && has_row; r = sql_step(q, &has_row)) {
                if (at == 0)
                        at = expected = sql_get_int(q, 0);
                r = refuse_row(q, list, n, expected, problem);
                if (r != 0)
                        return r;
                expected--;
        }
        if (r != 0)
                return r;
        if (expected != 0)
                return -EBADMSG;
        *ret_at = at;
        return 0;
}

static int ledger_add(SqlConn *conn, const Migration *migration, Usec now) {
        CLEANUP(sql_query_freep) SqlQuery *q = NULL;
        int r;

        r = sql_conn_prepare(
                        conn,
                        "INSERT INTO schema_migration (number, name, checksum, applied_at) "
                        "VALUES ($1, $2, $3, $4)",
                        &q);
        if (r != 0)
                return r;
        r = sql_bind(q, sql_int(migration->number), sql_text(migration->name),
                     sql_int(checksum(migration->ddl)), sql_int(now));
        if (r != 0)
                return r;
        return sql_exec_some(q);
}

static int
migration_run(SqlConn *conn, const Migration *migration, Usec now, char problem[PROBLEM_MAX]) {
        int r = sql_conn_exec_ddl(conn, migration->ddl);

        if (r == 0)
                r = ledger_add(conn, migration, now);
        if (r == 0)
                return 0;
        (void) snprintf(problem, PROBLEM_MAX, "migration %s failed: %s", migration->name,
                        sql_conn_problem(conn));
        return r < 0 ? r : -EBADMSG;
}

/* Under another name until it is whole, so that a copy that is there can be trusted. */
static int
copy_before(SqlConn *conn, const char *path, const Migration *next, char problem[PROBLEM_MAX]) {
        char copy[4096];
        char part[4096 + 8];
        int n = snprintf(copy, sizeof(copy), "%s.before-%s", path, next->name);
        int r;

        if (n < 0 || (size_t) n >= sizeof(copy))
                return -ENAMETOOLONG;
        (void) snprintf(part, sizeof(part), "%s.part", copy);
        (void) unlink(part);
        r = sql_conn_copy_to(conn, part);
        if (r == 0 && rename(part, copy) < 0)
                r = -errno;
        if (r == 0)
                return 0;
        (void) snprintf(problem, PROBLEM_MAX, "cannot copy the store to %.400s", copy);
        return r < 0 ? r : -EIO;
}

int store_migrate(
                SqlConn *conn, const char *path, const Migration *list, size_t n, Usec now,
                char problem[PROBLEM_MAX]) {
        int64_t at = 0;
        int r;

        r = sql_conn_exec_ddl(conn, ledger_ddl);
        if (r == 0)
                r = ledger_check(conn, list, n, problem, &at);
        if (r != 0 || (size_t) at == n)
                return r <= 0 ? r : -EBADMSG;
        if (at > 0) {
                r = copy_before(conn, path, &list[at], problem);
                if (r != 0)
                        return r;
        }

        /* All or none: a store never stays between two schemas. */
        r = sql_conn_exec(conn, "BEGIN IMMEDIATE");
        if (r != 0)
                return r < 0 ? r : -EBADMSG;
        for (size_t i = (size_t) at; r == 0 && i < n; i++)
                r = migration_run(conn, &list[i], now, problem);
        if (r == 0)
                r = sql_conn_exec(conn, "COMMIT");
        if (r != 0 && sql_conn_in_transaction(conn))
                (void) sql_conn_exec(conn, "ROLLBACK");
        return r <= 0 ? r : -EBADMSG;
}
