/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store has committed, in figures.  Audit events are counted here and nowhere else, so
 * that no event can be written uncounted, and none is counted that was undone.
 */
#pragma once

#include "base/metric.h"
#include "daemon/core/audit.h"

typedef struct StoreTally {
        _Atomic uint64_t events[_EVENT_MAX][2][_DOOR_MAX]; /* by kind, success, door */
        MetricTimes commits; /* from BEGIN until durable, each a group of writes */
        _Atomic uint64_t writes; /* answered after a commit */
        _Atomic uint64_t failures; /* groups that did not become durable */
        _Atomic uint64_t busy; /* refused, because too many were waiting */
        _Atomic int last_error; /* of the newest group: 0 or -errno */
} StoreTally;

/* The events of a group that is not durable yet; of the writer's thread alone. */
typedef struct TallyMarks {
        struct TallyMark {
                uint8_t kind, success, door;
        } * items;
        size_t n; /* setting it back forgets the events since */
        size_t capacity;
} TallyMarks;

int tally_mark(TallyMarks *marks, const AuditEvent *event); /* -ENOMEM */
void tally_commit(StoreTally *tally, TallyMarks *marks); /* they are durable: counts them */
void tally_marks_done(TallyMarks *marks);

void tally_write(const StoreTally *tally, Buf *out); /* as metrics */
