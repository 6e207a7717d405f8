/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/tally.h"

#include <stdlib.h>

int tally_mark(TallyMarks *marks, const AuditEvent *event) {
        if (marks->n == marks->capacity) {
                size_t capacity = marks->capacity > 0 ? 2 * marks->capacity : 64;
                void *items = reallocarray(marks->items, capacity, sizeof(*marks->items));

                if (items == NULL)
                        return -ENOMEM;
                marks->items = items;
                marks->capacity = capacity;
        }
        marks->items[marks->n++] = (struct TallyMark){
                .kind = (uint8_t) event->kind,
                .success = event->success,
                .door = (uint8_t) event->door,
        };
        return 0;
}

void tally_commit(StoreTally *tally, TallyMarks *marks) {
        static_assert(_EVENT_MAX <= UINT8_MAX && _DOOR_MAX <= UINT8_MAX, "a mark holds bytes");

        for (size_t i = 0; i < marks->n; i++) {
                const struct TallyMark *mark = &marks->items[i];

                metric_add(&tally->events[mark->kind][mark->success][mark->door], 1);
        }
        marks->n = 0;
}

void tally_marks_done(TallyMarks *marks) {
        free(marks->items);
        *marks = (TallyMarks){};
}

static void
put_event(const StoreTally *tally, AuditEventKind kind, bool success, Door door, Buf *out) {
        uint64_t count = metric_get(&tally->events[kind][success][door]);

        /* Most of the combinations never happen: lines for them would only be noise. */
        if (count > 0)
                metric_put(out, "iamd_events_total",
                           METRIC_LABELS({ "event", audit_event_name(kind) },
                                         { "success", success ? "true" : "false" },
                                         { "door", door_name(door) }),
                           count);
}

void tally_write(const StoreTally *tally, Buf *out) {
        metric_head(out, "iamd_events_total", "counter",
                    "Audit events since the start, by what happened, outcome and door.");
        for (AuditEventKind kind = 0; kind < _EVENT_MAX; kind++)
                for (Door door = 0; door < _DOOR_MAX; door++) {
                        put_event(tally, kind, true, door, out);
                        put_event(tally, kind, false, door, out);
                }
        metric_head(out, "iamd_store_commit_seconds", "histogram",
                    "Groups of writes, from their begin until they were durable.");
        metric_put_times(out, "iamd_store_commit_seconds", METRIC_NO_LABELS, &tally->commits);
        metric_one(out, "iamd_store_writes_total", "counter",
                   "Writes that were committed; several share a commit.",
                   metric_get(&tally->writes));
        metric_one(out, "iamd_store_failures_total", "counter",
                   "Groups of writes that could not be committed.", metric_get(&tally->failures));
        metric_one(out, "iamd_store_busy_total", "counter",
                   "Writes refused because too many were waiting.", metric_get(&tally->busy));
}
