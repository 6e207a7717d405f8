/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/upkeep.h"

#include <inttypes.h>
#include <string.h>

#include "base/reason.h"
#include "daemon/app/clock.h"
#include "daemon/app/key_life.h"

#define CLOCK_INTERVAL (60 * USEC_PER_SEC)
#define RSA_POOL_INTERVAL (60 * USEC_PER_SEC)
#define PURGE_INTERVAL (300 * USEC_PER_SEC)
#define KEYS_INTERVAL (600 * USEC_PER_SEC)

static void task_failed(const Upkeep *upkeep, const char *component, const char *what, int r) {
        log_event(upkeep->log, LOG_COMPONENT_FAILED, LOG_FIELDS({ "IAM_COMPONENT", component }),
                  "%s: %s", what, r < 0 ? strerrordesc_np(-r) : reason_message(r));
}

static void fill_rsa_pool(void *context, Arena *arena) {
        Upkeep *upkeep = context;
        int r = crypto_rsa_pool_fill(upkeep->crypto);

        if (r < 0)
                task_failed(upkeep, "crypto", "Cannot make RSA keys ahead", r);
}

typedef struct Purge {
        const StorePort *store;
        Usec now;
        int64_t rows;
} Purge;

static int purge_run(Txn *txn, void *context) {
        Purge *purge = context;

        return purge->store->meta->purge_expired(txn, purge->now, &purge->rows);
}

static void purge_expired(void *context, Arena *arena) {
        Upkeep *upkeep = context;
        const ClockPort *clock = &upkeep->app->clock;
        Purge purge = { .store = &upkeep->app->store, .now = clock->now(clock->self) };
        int r = purge.store->txn(purge.store->self, purge_run, &purge);

        if (r != 0)
                task_failed(upkeep, "store", "Cannot remove expired rows", r);
}

static void tend_keys(void *context, Arena *arena) {
        Upkeep *upkeep = context;
        int r = app_keys_tend(upkeep->app);

        if (r != 0)
                task_failed(upkeep, "app", "Cannot move signing keys on", r);
}

/* The mark is stored by what it is told while it is told, so a crash forgets one interval of it. */
static void tend_clock(void *context, Arena *arena) {
        Upkeep *upkeep = context;
        Usec behind = clock_mark_behind(upkeep->clock);
        int r;

        if (behind > 0 && !upkeep->clock_is_behind)
                log_event(upkeep->log, LOG_CLOCK_BEHIND, NULL, 0,
                          "The host's clock is %" PRId64 " s behind what was seen; time is counted "
                          "on from there (iamctl clock accept, if the clock is right)",
                          behind / USEC_PER_SEC);
        else if (behind == 0 && upkeep->clock_is_behind)
                log_event(upkeep->log, LOG_CLOCK_OBEYED, NULL, 0,
                          "The host's clock is obeyed again");
        upkeep->clock_is_behind = behind > 0;
        r = app_clock_store(upkeep->app);
        if (r != 0)
                task_failed(upkeep, "store", "Cannot note the time", r);
}

static const struct {
        const char *name;
        Usec interval;
        void (*run)(void *context, Arena *arena);
} tasks[] = {
        { "clock", CLOCK_INTERVAL, tend_clock },
        { "rsa-pool", RSA_POOL_INTERVAL, fill_rsa_pool },
        { "purge", PURGE_INTERVAL, purge_expired },
        { "keys", KEYS_INTERVAL, tend_keys },
};

int upkeep_start(Upkeep *upkeep, Loop *loop, Lanes *lanes) {
        for (size_t i = 0; i < ELEMENTSOF(tasks); i++) {
                LoopTask *task;
                int r =
                                loop_every(loop, lanes, tasks[i].name, tasks[i].interval,
                                           tasks[i].run, upkeep, &task);

                if (r < 0)
                        return r;
                loop_task_poke(task);
        }
        return 0;
}
