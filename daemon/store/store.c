/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/reason.h"
#include "daemon/store/engine.h"
#include "daemon/store/migrations.h"
#include "daemon/store/ops.h"
#include "daemon/store/writer.h"

#define READERS_DEFAULT 8
#define PATH_LIMIT 4096

struct Store {
        char *path;
        int lock_fd;
        Writer *writer;
        RealmsKept *realms;

        pthread_mutex_t lock; /* guards the readers */
        pthread_cond_t reader_free;
        SqlConn *readers[STORE_READERS_MAX]; /* those at rest, a stack */
        unsigned readers_n;
        unsigned readers_made;
        unsigned readers_max;
};

static _printf_(2, 3) void tell(const StoreConfig *config, const char *format, ...) {
        va_list args;

        if (config->problem == NULL || config->problem_size == 0)
                return;
        va_start(args, format);
        (void) vsnprintf(config->problem, config->problem_size, format, args);
        va_end(args);
}

/* Whoever may write the directory may replace the store: only root and we. */
static int directory_check(const StoreConfig *config) {
        char path[PATH_LIMIT] = ".";
        const char *slash = strrchr(config->path, '/');
        struct stat st;

        if (slash != NULL) {
                size_t len = slash > config->path ? (size_t) (slash - config->path) : 1;

                if (len >= sizeof(path))
                        return -ENAMETOOLONG;
                memcpy(path, config->path, len);
                path[len] = '\0';
        }
        if (stat(path, &st) < 0) {
                int r = -errno;
                tell(config, "%s: cannot be used: %s", path, strerrordesc_np(-r));
                return r;
        }
        if (!S_ISDIR(st.st_mode) || (st.st_uid != 0 && st.st_uid != geteuid()) ||
            (st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
                tell(config, "%s must be a directory that only its owner, us or root, may write",
                     path);
                return -EPERM;
        }
        return 0;
}

/* A regular file of ours with mode 0600, made when it is not there. */
static int file_open(const StoreConfig *config, const char *path, int *ret_fd) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
        struct stat st = {};
        int r = 0;

        if (fd < 0 || fstat(fd, &st) < 0)
                r = -errno;
        if (r == 0 && !S_ISREG(st.st_mode))
                r = -EPERM;
        if (r == 0 && (st.st_mode & 0777) != 0600 && fchmod(fd, 0600) < 0)
                r = -errno;
        if (r == 0) {
                *ret_fd = fd;
                return 0;
        }
        tell(config, "%s: cannot be used: %s", path, strerrordesc_np(-r));
        if (fd >= 0)
                (void) close(fd);
        return r;
}

/* The lock is the process's, so it ends with it however it dies. */
static int lock_take(const StoreConfig *config, int *ret_fd) {
        char path[PATH_LIMIT];
        char holder[32] = "";
        int n = snprintf(path, sizeof(path), "%s.lock", config->path);
        int fd = -1;
        int r;

        if (n < 0 || (size_t) n >= sizeof(path))
                return -ENAMETOOLONG;
        r = file_open(config, path, &fd);
        if (r < 0)
                return r;
        if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
                r = errno == EWOULDBLOCK ? -EBUSY : -errno;
                if (read(fd, holder, sizeof(holder) - 1) > 0)
                        holder[strcspn(holder, "\n")] = '\0';
                tell(config, "%s: another iamd has this store open (pid %s)", config->path,
                     holder[0] != '\0' ? holder : "unknown");
                (void) close(fd);
                return r;
        }
        n = snprintf(holder, sizeof(holder), "%ld\n", (long) getpid());
        if (ftruncate(fd, 0) < 0 || write(fd, holder, (size_t) n) != n) {
                r = errno != 0 ? -errno : -EIO;
                (void) close(fd);
                return r;
        }
        *ret_fd = fd;
        return 0;
}

static int writer_open(const StoreConfig *config, Store *store) {
        CLEANUP(sql_conn_freep) SqlConn *conn = NULL;
        char problem[PROBLEM_MAX] = "";
        int fd = -1;
        int r;

        /* SQLite gives its side files the mode of the database. */
        r = file_open(config, config->path, &fd);
        if (r < 0)
                return r;
        (void) close(fd);

        r = sql_conn_open(config->path, SQL_WRITE, &conn);
        if (r < 0) {
                tell(config, "%s: cannot be opened as a store: %s", config->path,
                     strerrordesc_np(-r));
                return r;
        }
        r =
                        store_migrate(conn, config->path, store_migrations, store_migrations_n,
                                      config->now, problem);
        if (r < 0) {
                tell(config, "%s: %s", config->path,
                     problem[0] != '\0' ? problem : sql_conn_problem(conn));
                return r;
        }
        return writer_new(store, TAKE(conn), &store->writer);
}

static void store_closep(Store **store) {
        store_close(*store);
}

int store_open(const StoreConfig *config, Store **ret) {
        CLEANUP(store_closep) Store *store = NULL;
        int r;

        if (config->readers > STORE_READERS_MAX)
                return -EINVAL;
        store = calloc(1, sizeof(*store));
        if (store == NULL)
                return -ENOMEM;
        store->lock_fd = -1;
        store->readers_max = config->readers > 0 ? config->readers : READERS_DEFAULT;
        (void) pthread_mutex_init(&store->lock, NULL);
        (void) pthread_cond_init(&store->reader_free, NULL);
        store->path = strdup(config->path);
        if (store->path == NULL)
                return -ENOMEM;

        r = directory_check(config);
        if (r == 0)
                r = realms_kept_new(&store->realms);
        if (r == 0)
                r = lock_take(config, &store->lock_fd);
        if (r == 0)
                r = writer_open(config, store);
        if (r < 0)
                return r;
        *ret = TAKE(store);
        return 0;
}

void store_close(Store *store) {
        if (store == NULL)
                return;
        /* Readers first: the writer's close is then the last and folds the log into the file. */
        assert(store->readers_n == store->readers_made);
        while (store->readers_n > 0)
                (void) sql_conn_free(store->readers[--store->readers_n]);
        (void) writer_free(store->writer);
        (void) realms_kept_free(store->realms);
        if (store->lock_fd >= 0)
                (void) close(store->lock_fd);
        (void) pthread_cond_destroy(&store->reader_free);
        (void) pthread_mutex_destroy(&store->lock);
        free(store->path);
        free(store);
}

/* A connection at rest, or a new one, or the wait for one. */
static int reader_take(Store *store, SqlConn **ret) {
        SqlConn *conn = NULL;
        int r;

        (void) pthread_mutex_lock(&store->lock);
        while (store->readers_n == 0 && store->readers_made == store->readers_max)
                (void) pthread_cond_wait(&store->reader_free, &store->lock);
        if (store->readers_n > 0)
                conn = store->readers[--store->readers_n];
        else
                store->readers_made++;
        (void) pthread_mutex_unlock(&store->lock);
        if (conn != NULL) {
                *ret = conn;
                return 0;
        }

        r = sql_conn_open(store->path, SQL_READ, ret);
        if (r == 0)
                return 0;
        (void) pthread_mutex_lock(&store->lock);
        store->readers_made--;
        (void) pthread_cond_signal(&store->reader_free);
        (void) pthread_mutex_unlock(&store->lock);
        return r;
}

static void reader_give(Store *store, SqlConn *conn) {
        (void) pthread_mutex_lock(&store->lock);
        store->readers[store->readers_n++] = conn;
        (void) pthread_cond_signal(&store->reader_free);
        (void) pthread_mutex_unlock(&store->lock);
}

static int store_read(Store *store, TxnFn fn, void *context) {
        Txn txn = {
                .store = store,
                .realms = store->realms,
                .generation = writer_generation(store->writer),
        };
        int r;

        r = reader_take(store, &txn.conn);
        if (r < 0)
                return r;
        r = sql_conn_step(txn.conn, SQL_BEGIN_READ);
        if (r == 0) {
                r = fn(&txn, context);
                (void) sql_conn_step(txn.conn, SQL_ROLLBACK);
        }
        reader_give(store, txn.conn);
        return r;
}

static int store_txn(Store *store, TxnFn fn, void *context) {
        return writer_run(store->writer, fn, context);
}

static uint64_t store_generation(Store *store) {
        return writer_generation(store->writer);
}

static int txn_keep(Txn *txn, int reason) {
        txn->kept = true;
        return reason;
}

static uint64_t file_size(const char *path, const char *suffix) {
        char name[PATH_LIMIT];
        struct stat st;

        if ((size_t) snprintf(name, sizeof(name), "%s%s", path, suffix) >= sizeof(name) ||
            stat(name, &st) < 0)
                return 0;
        return (uint64_t) st.st_size;
}

static void store_status(Store *store, StoreStatus *ret) {
        *ret = (StoreStatus){
                .path = store->path,
                .bytes = file_size(store->path, ""),
                .log_bytes = file_size(store->path, "-wal"),
                .schema = store_migrations[store_migrations_n - 1].number,
                .error = atomic_load(&writer_tally(store->writer)->last_error),
        };
}

static void store_metrics(Store *store, Buf *out) {
        StoreStatus status;

        store_status(store, &status);
        tally_write(writer_tally(store->writer), out);
        metric_one(out, "iamd_store_bytes", "gauge", "Size of the database file.", status.bytes);
        metric_one(out, "iamd_store_log_bytes", "gauge",
                   "Size of its write-ahead log, which is not shortened while it is in use.",
                   status.log_bytes);
        metric_one(out, "iamd_store_schema", "gauge", "Number of the newest migration.",
                   (uint64_t) status.schema);
}

static int
store_copy(Store *store, const char *label, Arena *arena, const char **ret_path,
           uint64_t *ret_bytes) {
        CLEANUP(sql_conn_freep) SqlConn *conn = NULL;
        const char *path = arena_printf(arena, "%s.copy-%s", store->path, label);
        int r;

        if (path == NULL)
                return -ENOMEM;
        r = sql_conn_open(store->path, SQL_COPY, &conn);
        if (r == 0)
                r = sql_conn_copy_to(conn, path);
        if (r != 0)
                return r == -EEXIST ? IAM_E_EXISTS : r;
        *ret_path = path;
        *ret_bytes = file_size(path, "");
        return 0;
}

void store_port(Store *store, StorePort *ret) {
        *ret = (StorePort){
                .self = store,
                .read = store_read,
                .txn = store_txn,
                .generation = store_generation,
                .keep = txn_keep,
                .status = store_status,
                .metrics = store_metrics,
                .copy = store_copy,
                .realms = &sql_realm_ops,
                .users = &sql_user_ops,
                .posix = &sql_posix_ops,
                .credentials = &sql_credential_ops,
                .user_keys = &sql_user_key_ops,
                .groups = &sql_group_ops,
                .roles = &sql_role_ops,
                .held = &sql_held_ops,
                .clients = &sql_client_ops,
                .attempts = &sql_attempt_ops,
                .sessions = &sql_session_ops,
                .single_use = &sql_single_use_ops,
                .keys = &sql_key_ops,
                .guesses = &sql_guess_ops,
                .audit = &sql_audit_ops,
                .outbox = &sql_outbox_ops,
                .meta = &sql_meta_ops,
        };
}
