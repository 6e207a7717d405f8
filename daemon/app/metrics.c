/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/metrics.h"

#include "base/metric.h"

typedef struct Metrics {
        App *app;
        Arena *arena;
        KeyCount *keys;
        size_t n_keys;
} Metrics;

static int metrics_run(Txn *txn, void *context) {
        Metrics *metrics = context;

        return metrics->app->store.keys->census(
                        txn, metrics->arena, &metrics->keys, &metrics->n_keys);
}

int app_metrics(App *app, Arena *arena, Buf *out) {
        Metrics metrics = { .app = app, .arena = arena };
        int r = app->store.read(app->store.self, metrics_run, &metrics);

        if (r != 0)
                return r;
        metric_head(out, "iamd_signing_keys", "gauge", "Keys of all realms by what they are for.");
        for (size_t i = 0; i < metrics.n_keys; i++)
                metric_put(out, "iamd_signing_keys",
                           METRIC_LABELS({ "alg", metrics.keys[i].alg },
                                         { "state", metrics.keys[i].state }),
                           (uint64_t) metrics.keys[i].n);
        app->store.metrics(app->store.self, out);
        app->health.metrics(app->health.self, out);
        return buf_error(out);
}
