/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures for a monitoring system, as lines of the Prometheus text format 0.0.4, and a histogram
 * that one thread fills while others read it.  Knows no figure: each component writes its own.
 * Labels come from tables of ours, never from a request.
 */
#pragma once

#include <stdatomic.h>

#include "base/buf.h"

typedef struct MetricLabel {
        const char *name;
        const char *value;
} MetricLabel;

#define METRIC_LABELS(...)                                                                         \
        (const MetricLabel[]){ __VA_ARGS__ },                                                      \
                        sizeof((const MetricLabel[]){ __VA_ARGS__ }) / sizeof(MetricLabel)
#define METRIC_NO_LABELS NULL, 0

/* Once before the lines of a name.  type: "counter", "gauge" or "histogram". */
void metric_head(Buf *out, const char *name, const char *type, const char *help);
void metric_put(Buf *out, const char *name, const MetricLabel *labels, size_t n, uint64_t value);
/* Microseconds, written as seconds. */
void metric_put_time(Buf *out, const char *name, const MetricLabel *labels, size_t n, Usec value);
/* Head and line of a name without labels. */
void metric_one(Buf *out, const char *name, const char *type, const char *help, uint64_t value);

#define METRIC_BUCKETS 12 /* and one for all that took longer */

typedef struct MetricTimes {
        _Atomic uint64_t buckets[METRIC_BUCKETS + 1];
        _Atomic uint64_t sum; /* microseconds */
} MetricTimes;

void metric_times_add(MetricTimes *times, Usec took);
void metric_put_times(
                Buf *out, const char *name, const MetricLabel *labels, size_t n,
                const MetricTimes *times);

/* Counters of one thread, read by others: no lock, no order. */
static inline void metric_add(_Atomic uint64_t *counter, uint64_t n) {
        atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}
static inline uint64_t metric_get(const _Atomic uint64_t *counter) {
        return atomic_load_explicit(counter, memory_order_relaxed);
}
