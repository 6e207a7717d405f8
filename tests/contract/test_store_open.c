/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the embedded store: a second daemon, another schema, the files and their place. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/engine.h"
#include "daemon/store/migrations.h"
#include "tests/support/test.h"
#include "tests/support/world.h"

TEST(a_second_daemon_is_refused_by_name) {
        World *world = world_new();
        Store *second = NULL;
        char problem[256] = "";
        char pid[32];
        StoreConfig config = {
                .path = world_path(world),
                .problem = problem,
                .problem_size = sizeof(problem),
        };

        (void) snprintf(pid, sizeof(pid), "pid %ld", (long) getpid());
        ASSERT_CODE(store_open(&config, &second), -EBUSY);
        ASSERT_TRUE(strstr(problem, "another iamd") != NULL);
        ASSERT_TRUE(strstr(problem, pid) != NULL);
        (void) world_free(world);
}

static int open_again(World *world, char problem[256]) {
        Store *store = NULL;
        int r = store_open(
                        &(StoreConfig){
                                        .path = world_path(world),
                                        .now = WORLD_NOW,
                                        .problem = problem,
                                        .problem_size = 256,
                        },
                        &store);

        store_close(store);
        return r;
}

static void change(World *world, const char *sql) {
        SqlConn *conn = NULL;

        ASSERT_OK(sql_conn_open(world_path(world), SQL_WRITE, &conn));
        ASSERT_OK(sql_conn_exec(conn, sql));
        (void) sql_conn_free(conn);
}

TEST(a_newer_schema_is_refused_by_name) {
        World *world = world_new();
        char problem[256] = "";

        world_stop_store(world);
        change(world, "INSERT INTO schema_migration VALUES (99, '0099_wings', 5, 0)");
        ASSERT_CODE(open_again(world, problem), -ENOTSUP);
        ASSERT_TRUE(strstr(problem, "newer iamd") != NULL);
        ASSERT_TRUE(strstr(problem, "0099_wings") != NULL);
        change(world, "DELETE FROM schema_migration WHERE number = 99");
        ASSERT_OK(open_again(world, problem));
        (void) world_free(world);
}

TEST(an_edited_migration_is_refused) {
        World *world = world_new();
        char problem[256] = "";

        world_stop_store(world);
        change(world, "UPDATE schema_migration SET checksum = checksum + 1");
        ASSERT_CODE(open_again(world, problem), -EBADMSG);
        ASSERT_TRUE(strstr(problem, store_migrations[store_migrations_n - 1].name) != NULL);
        (void) world_free(world);
}

/* All there are, and one more. */
static int migrate_further(World *world, const char *ddl, char problem[PROBLEM_MAX]) {
        static Migration list[64];
        SqlConn *conn = NULL;
        size_t n = store_migrations_n;
        int r;

        ASSERT_TRUE(n < ELEMENTSOF(list));
        memcpy(list, store_migrations, n * sizeof(*list));
        list[n] = (Migration){ .number = (int64_t) n + 1, .name = "9999_test", .ddl = ddl };
        r = sql_conn_open(world_path(world), SQL_WRITE, &conn);
        if (r == 0)
                r = store_migrate(conn, world_path(world), list, n + 1, WORLD_NOW, problem);
        (void) sql_conn_free(conn);
        return r;
}

TEST(the_store_is_copied_before_a_migration_and_left_alone_by_a_failed_one) {
        World *world = world_new();
        char problem[PROBLEM_MAX] = "";
        char copy[256];
        struct stat st;

        world_stop_store(world);
        ASSERT_TRUE(migrate_further(world, "CREATE TABLE t (a {int} PRIMARY KEY) {table}; nonsense",
                                    problem) < 0);
        ASSERT_TRUE(strstr(problem, "9999_test") != NULL);
        world_restart(world);
        world_stop_store(world);

        ASSERT_OK(migrate_further(
                        world, "CREATE TABLE t (a {int} NOT NULL PRIMARY KEY) {table};", problem));
        (void) snprintf(copy, sizeof(copy), "%s.before-9999_test", world_path(world));
        ASSERT_OK(stat(copy, &st));
        ASSERT_EQ(st.st_mode & 07777, 0600);
        ASSERT_TRUE(st.st_size > 0);
        ASSERT_OK(unlink(copy));
        (void) world_free(world);
}

TEST(lists_of_clients_are_kept_when_their_table_changes) {
        World *world = world_new();
        char problem[PROBLEM_MAX] = "";
        const char *path = world_path(world);
        SqlConn *conn = NULL;
        int64_t n = 0;

        world_stop_store(world);
        ASSERT_OK(truncate(path, 0));
        ASSERT_OK(sql_conn_open(path, SQL_WRITE, &conn));
        ASSERT_OK(store_migrate(conn, path, store_migrations, 1, WORLD_NOW, problem));
        ASSERT_OK(sql_conn_exec(
                        conn, "INSERT INTO realm VALUES (x'01', 'demo', NULL, 1, 1, '{}', 1, 1, 1, "
                              "NULL);"
                              "INSERT INTO client VALUES (x'01', x'02', 'web', NULL, 'public', 1, "
                              "1, NULL, NULL, 1, 1, 1, 1, NULL);"
                              "INSERT INTO client_uri VALUES (x'01', x'02', 'redirect', 0, 'a'), "
                              "(x'01', x'02', 'post-logout', 0, 'b')"));
        ASSERT_OK(store_migrate(
                        conn, path, store_migrations, store_migrations_n, WORLD_NOW, problem));
        ASSERT_OK(sql_conn_get_int(
                        conn,
                        "SELECT count(*) FROM client_list WHERE (kind = 'redirect' AND "
                        "value = 'a') OR (kind = 'post-logout' AND value = 'b')",
                        &n));
        ASSERT_EQ(n, 2);
        (void) sql_conn_free(conn);
        (void) world_free(world);
}

TEST(files_of_the_store_are_readable_by_their_owner_only) {
        static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };
        World *world = world_new();

        (void) world_realm(world, "demo");
        for (size_t i = 0; i < ELEMENTSOF(suffixes); i++) {
                char path[256];
                struct stat st;

                (void) snprintf(path, sizeof(path), "%s%s", world_path(world), suffixes[i]);
                ASSERT_OK(stat(path, &st));
                ASSERT_EQ(st.st_mode & 07777, 0600);
        }
        (void) world_free(world);
}

TEST(a_directory_that_others_may_write_is_refused) {
        World *world = world_new();
        char directory[256];
        char problem[256] = "";

        world_stop_store(world);
        (void) snprintf(directory, sizeof(directory), "%s", world_path(world));
        *strrchr(directory, '/') = '\0';
        ASSERT_OK(chmod(directory, 0770));
        ASSERT_CODE(open_again(world, problem), -EPERM);
        ASSERT_TRUE(strstr(problem, directory) != NULL);
        ASSERT_OK(chmod(directory, 0700));
        (void) world_free(world);
}

TEST(a_file_that_is_no_store_is_refused) {
        World *world = world_new();
        char problem[256] = "";
        FILE *file;

        world_stop_store(world);
        file = fopen(world_path(world), "we");
        ASSERT_TRUE(file != NULL);
        for (int i = 0; i < 500; i++)
                (void) fputs("this is a shopping list\n", file);
        ASSERT_OK(fclose(file));
        ASSERT_CODE(open_again(world, problem), -EBADMSG);
        ASSERT_TRUE(problem[0] != '\0');
        (void) world_free(world);
}

TEST(every_statement_is_one_the_engine_takes) {
        World *world = world_new();
        SqlConn *conn = NULL;

        world_stop_store(world);
        ASSERT_OK(sql_conn_open(world_path(world), SQL_WRITE, &conn));
        for (int id = 0; id < _Q_MAX; id++) {
                SqlQuery *q = sql_conn_query(conn, (SqlQueryId) id);

                if (sql_query_error(q) != 0)
                        fail_msg("%s: %s", sql_query_text((SqlQueryId) id), sql_conn_problem(conn));
                sql_resetp(&q);
        }
        (void) sql_conn_free(conn);
        (void) world_free(world);
}
