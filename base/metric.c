/* SPDX-License-Identifier: Apache-2.0 */
#include "base/metric.h"

#include <inttypes.h>

/* Upper bounds, from an answer out of memory to a queue that is too long. */
static const struct {
        Usec at_most;
        const char *text;
} bounds[METRIC_BUCKETS] = {
        { 500, "0.0005" },  { 1000, "0.001" },  { 2500, "0.0025" }, { 5000, "0.005" },
        { 10000, "0.01" },  { 25000, "0.025" }, { 50000, "0.05" },  { 100000, "0.1" },
        { 250000, "0.25" }, { 1000000, "1" },   { 2500000, "2.5" }, { 10000000, "10" },
};

void metric_head(Buf *out, const char *name, const char *type, const char *help) {
        buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_label(Buf *out, char before, const char *name, const char *value) {
        buf_printf(out, "%c%s=\"", before, name);
        for (; *value != '\0'; value++)
                if (*value == '\n')
                        buf_put_str(out, "\\n");
                else if (*value == '"' || *value == '\\')
                        buf_printf(out, "\\%c", *value);
                else
                        buf_put_char(out, *value);
        buf_put_char(out, '"');
}

/* more: a further label behind those, or NULL. */
static void
put_name(Buf *out, const char *name, const char *suffix, const MetricLabel *labels, size_t n,
         const MetricLabel *more) {
        buf_printf(out, "%s%s", name, suffix);
        for (size_t i = 0; i < n; i++)
                put_label(out, i == 0 ? '{' : ',', labels[i].name, labels[i].value);
        if (more != NULL)
                put_label(out, n == 0 ? '{' : ',', more->name, more->value);
        buf_put_str(out, n > 0 || more != NULL ? "} " : " ");
}

static void put_seconds(Buf *out, uint64_t usec) {
        buf_printf(out, "%" PRIu64 ".%06" PRIu64 "\n", usec / (uint64_t) USEC_PER_SEC,
                   usec % (uint64_t) USEC_PER_SEC);
}

void metric_put(Buf *out, const char *name, const MetricLabel *labels, size_t n, uint64_t value) {
        put_name(out, name, "", labels, n, NULL);
        buf_printf(out, "%" PRIu64 "\n", value);
}

void metric_put_time(Buf *out, const char *name, const MetricLabel *labels, size_t n, Usec value) {
        put_name(out, name, "", labels, n, NULL);
        put_seconds(out, value > 0 ? (uint64_t) value : 0);
}

void metric_one(Buf *out, const char *name, const char *type, const char *help, uint64_t value) {
        metric_head(out, name, type, help);
        metric_put(out, name, METRIC_NO_LABELS, value);
}

void metric_times_add(MetricTimes *times, Usec took) {
        size_t i = 0;

        while (i < METRIC_BUCKETS && took > bounds[i].at_most)
                i++;
        metric_add(&times->buckets[i], 1);
        metric_add(&times->sum, took > 0 ? (uint64_t) took : 0);
}

void metric_put_times(
                Buf *out, const char *name, const MetricLabel *labels, size_t n,
                const MetricTimes *times) {
        uint64_t count = 0;

        for (size_t i = 0; i <= METRIC_BUCKETS; i++) {
                const MetricLabel le = { "le", i < METRIC_BUCKETS ? bounds[i].text : "+Inf" };

                count += metric_get(&times->buckets[i]);
                put_name(out, name, "_bucket", labels, n, &le);
                buf_printf(out, "%" PRIu64 "\n", count);
        }
        put_name(out, name, "_sum", labels, n, NULL);
        put_seconds(out, metric_get(&times->sum));
        /* The sum of the buckets just written, whatever was counted since. */
        put_name(out, name, "_count", labels, n, NULL);
        buf_printf(out, "%" PRIu64 "\n", count);
}
