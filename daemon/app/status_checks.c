/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Health at a glance: a row for each part, with what it shows and whether somebody must act.  "bad"
 * is reserved for what keeps people out or will lose data, so that a check which is red is
 * believed.
 */
#include <inttypes.h>
#include <time.h>

#include "base/reason.h"
#include "daemon/app/call.h"
#include "daemon/core/key_life.h"

#define CHECKS_MAX 16
#define DETAIL_MAX ((size_t) 512)
/* A lane whose threads all hang on the same jobs, before the watchdog acts. */
#define STUCK_LONG (10 * USEC_PER_SEC)
/* A log so long is one that some reader keeps from being folded into the file. */
#define LOG_LONG ((uint64_t) 256 << 20)
/* Keys are tended every ten minutes; a few failures of that mend themselves. */
#define KEYS_LATE (3600 * USEC_PER_SEC)
#define MIB ((uint64_t) 1 << 20)

typedef struct Checks {
        AppCall *call;
        Txn *txn;
        Health health;
        const RealmList *realms;
        CheckRow *rows;
        size_t n;
        int error; /* the first that a check met */
} Checks;

typedef enum CheckState { CHECK_OK, CHECK_WARN, CHECK_BAD } CheckState;

static void check_put(Checks *checks, const char *name, CheckState state, const Buf *detail) {
        static const char *const states[] = { "ok", "warn", "bad" };
        CheckRow *row = &checks->rows[checks->n++];
        int r;

        assert(checks->n <= CHECKS_MAX);
        *row = (CheckRow){ .name = name, .state = states[state] };
        r = buf_copy(detail, checks->call->arena, &row->detail);
        if (checks->error == 0)
                checks->error = r;
}

static void put_time(Buf *out, Usec time) {
        time_t seconds = time / USEC_PER_SEC;
        char text[32];
        struct tm tm;

        if (gmtime_r(&seconds, &tm) != NULL &&
            strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%SZ", &tm) > 0)
                buf_put_str(out, text);
}

static void put_error(Buf *out, int error) {
        buf_put_str(out, error < 0 ? strerrordesc_np(-error) : reason_message(error));
}

static void check_store(Checks *checks) {
        CLEANUP(buf_done) Buf detail = BUF_INIT(2 * DETAIL_MAX);
        const StorePort *store = &checks->call->app->store;
        CheckState state = CHECK_OK;
        StoreStatus status;

        store->status(store->self, &status);
        buf_printf(&detail, "%s, %" PRIu64 ".%" PRIu64 " MiB, log %" PRIu64 " MiB, schema %" PRId64,
                   status.path, status.bytes / MIB, status.bytes % MIB * 10 / MIB,
                   status.log_bytes / MIB, status.schema);
        if (status.error != 0) {
                state = CHECK_BAD;
                buf_put_str(&detail, "; the last write failed: ");
                put_error(&detail, status.error);
        } else if (status.log_bytes > LOG_LONG) {
                state = CHECK_WARN;
                buf_put_str(&detail, "; the log grows: some reader does not end");
        }
        check_put(checks, "store", state, &detail);
}

static void check_backup(Checks *checks) {
        CLEANUP(buf_done) Buf detail = BUF_INIT(DETAIL_MAX);
        const AppCall *call = checks->call;
        const char *text = NULL;
        uint64_t at;
        int r = call->app->store.meta->get(checks->txn, META_BACKUP, call->arena, &text);

        if (r == 0 && str_to_u64(text, &at) == 0) {
                buf_put_str(&detail, "the last was made ");
                put_time(&detail, (Usec) at);
        } else {
                buf_put_str(&detail, "none was made by iamctl backup");
        }
        if (r < 0)
                checks->error = r;
        check_put(checks, "backup", CHECK_OK, &detail);
}

static void check_lanes(Checks *checks) {
        CLEANUP(buf_done) Buf detail = BUF_INIT(DETAIL_MAX);
        CheckState state = CHECK_OK;

        for (size_t i = 0; i < checks->health.n_lanes; i++) {
                const HealthLane *lane = &checks->health.lanes[i];
                bool is_stuck = lane->stuck > STUCK_LONG;
                bool is_full = lane->waiting >= lane->queue;

                buf_printf(&detail, "%s%s %u of %u at work", i > 0 ? ", " : "", lane->name,
                           lane->running, lane->threads);
                if (lane->waiting > 0)
                        buf_printf(&detail, " and %u waiting", lane->waiting);
                if (is_stuck)
                        buf_printf(&detail, " (stuck for %" PRId64 " s)",
                                   lane->stuck / USEC_PER_SEC);
                if (is_full)
                        buf_put_str(&detail, " (full: more are refused)");
                if (is_stuck || is_full)
                        state = CHECK_BAD;
        }
        check_put(checks, "lanes", state, &detail);
}

static void check_directory(Checks *checks) {
        CLEANUP(buf_done) Buf detail = BUF_INIT(DETAIL_MAX);
        const Health *health = &checks->health;
        CheckState state = health->publish_error != 0 ? CHECK_BAD : CHECK_OK;

        if (health->published_at == 0)
                buf_put_str(&detail, "nothing was published yet");
        else {
                buf_printf(&detail, "generation %" PRIu64 " of ", health->generation);
                put_time(&detail, health->published_at);
                buf_printf(&detail, ": %zu users, %zu groups, %zu sudo rules", health->users,
                           health->groups, health->sudo_rules);
        }
        if (health->publish_error != 0) {
                buf_put_str(&detail, "; later changes do not reach the host: ");
                put_error(&detail, health->publish_error);
        } else if (health->published_at == 0)
                state = CHECK_WARN;
        check_put(checks, "directory", state, &detail);
}

static void check_realm(Checks *checks) {
        CLEANUP(buf_done) Buf detail = BUF_INIT(DETAIL_MAX);
        const AppConfig *config = &checks->call->app->config;
        CheckState state = CHECK_OK;

        if (config->host_realm == NULL) {
                buf_put_str(&detail, "this host serves no realm ([host] realm is not set)");
        } else {
                state = CHECK_BAD;
                for (size_t i = 0; i < checks->realms->n; i++)
                        if (str_eq(checks->realms->items[i].name, config->host_realm))
                                state = checks->realms->items[i].enabled ? CHECK_OK : CHECK_WARN;
                buf_put_str(&detail, config->host_realm);
                if (state == CHECK_BAD)
                        buf_put_str(&detail, ": there is no such realm");
                else if (state == CHECK_WARN)
                        buf_put_str(&detail, " is disabled: nobody logs in");
        }
        check_put(checks, "realm", state, &detail);
}

static void check_sockets(Checks *checks) {
        CLEANUP(buf_done) Buf detail = BUF_INIT(DETAIL_MAX);
        CheckState state = CHECK_OK;

        for (size_t i = 0; i < checks->health.n_sockets; i++) {
                const HealthSocket *socket = &checks->health.sockets[i];

                if (socket->is_optional && socket->listening == 0)
                        continue;
                buf_printf(&detail, "%s%s%s", detail.len > 0 ? ", " : "", socket->name,
                           socket->listening > 0 ? "" : " does not listen");
                if (socket->listening == 0)
                        state = CHECK_BAD;
        }
        check_put(checks, "sockets", state, &detail);
}

/* How many successors are late: the job that makes and activates them has not done so. */
static size_t keys_late(Checks *checks, const Realm *realm) {
        const AppCall *call = checks->call;
        SigningKey *keys = NULL;
        size_t n = 0, late = 0;
        KeyPlan plan;
        int r = call->app->store.keys->published(checks->txn, &realm->id, call->arena, &keys, &n);

        if (r < 0)
                checks->error = r;
        if (r != 0)
                return 0;
        key_plan(keys, n, &realm->settings, call->now - KEYS_LATE, &plan);
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++)
                late += plan.make[alg] || plan.activate[alg] != NULL;
        return late;
}

static CheckState put_late(Checks *checks, Buf *detail) {
        CheckState state = CHECK_OK;

        for (size_t i = 0; i < checks->realms->n && checks->error == 0; i++) {
                const Realm *realm = &checks->realms->items[i];
                size_t late = keys_late(checks, realm);

                if (late > 0 && state == CHECK_OK) {
                        state = CHECK_WARN;
                        buf_printf(detail,
                                   "; %s: %zu successors are late (the journal says why; iamctl "
                                   "key rotate)",
                                   realm->name, late);
                }
        }
        return state;
}

/* A realm signs with the newest active key of an algorithm; without one it issues nothing. */
static void check_keys(Checks *checks) {
        CLEANUP(buf_done) Buf detail = BUF_INIT(DETAIL_MAX);
        const AppCall *call = checks->call;
        const KeyOps *keys = call->app->store.keys;
        CheckState state = CHECK_OK;
        size_t missing = 0;

        for (size_t i = 0; i < checks->realms->n && checks->error == 0; i++)
                for (KeyAlg alg = 0; alg < _KEY_ALG_MAX && checks->error == 0; alg++) {
                        const Realm *realm = &checks->realms->items[i];
                        SigningKey key;
                        int r = keys->active(checks->txn, &realm->id, alg, call->arena, &key);

                        if (r < 0)
                                checks->error = r;
                        if (r <= 0 || missing++ > 0)
                                continue;
                        state = CHECK_BAD;
                        buf_printf(&detail, "%s has no %s key (iamctl key rotate --now)",
                                   realm->name, key_alg_name(alg));
                }
        if (missing > 1)
                buf_printf(&detail, ", nor have %zu others", missing - 1);
        if (missing == 0)
                buf_printf(&detail, "each of %zu realms can sign", checks->realms->n);
        if (put_late(checks, &detail) == CHECK_WARN && state == CHECK_OK)
                state = CHECK_WARN;
        check_put(checks, "keys", state, &detail);
}

static void check_clock(Checks *checks) {
        CLEANUP(buf_done) Buf detail = BUF_INIT(DETAIL_MAX);
        Usec behind = checks->health.clock_behind;

        if (behind == 0)
                buf_put_str(&detail, "not behind what was seen");
        else
                buf_printf(&detail,
                           "the host's clock is %" PRId64
                           " s behind what was seen: time is counted "
                           "on from there.  Correct it; if it is right, iamctl clock accept",
                           behind / USEC_PER_SEC);
        check_put(checks, "clock", behind == 0 ? CHECK_OK : CHECK_BAD, &detail);
}

int status_checks(AppCall *call, Txn *txn, const RealmList *realms, StatusOut *out) {
        Checks checks = { .call = call, .txn = txn, .realms = realms };

        checks.rows = CALL_ROWS(call, CheckRow, CHECKS_MAX, &out->checks);
        if (checks.rows == NULL)
                return -ENOMEM;
        call->app->health.read(call->app->health.self, &checks.health);
        out->version = checks.health.version;
        out->started_at = checks.health.started_at;
        check_store(&checks);
        check_clock(&checks);
        check_backup(&checks);
        check_realm(&checks);
        check_keys(&checks);
        check_directory(&checks);
        check_lanes(&checks);
        check_sockets(&checks);
        out->checks.n = checks.n;
        return checks.error;
}
