/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/clock_mark.h"

#include <stdatomic.h>

static void mark_raise(ClockMark *mark, Usec ahead) {
        Usec known = atomic_load(&mark->ahead);

        while (ahead > known && !atomic_compare_exchange_weak(&mark->ahead, &known, ahead))
                ;
}

static Usec mark_now(void *self) {
        ClockMark *mark = self;
        Usec steady = mark->below.steady(mark->below.self);
        Usec host = mark->below.now(mark->below.self);
        Usec latest;

        mark_raise(mark, host - steady);
        latest = steady + atomic_load(&mark->ahead);
        return latest - host > CLOCK_TOLERANCE ? latest : host;
}

static Usec mark_steady(void *self) {
        const ClockMark *mark = self;

        return mark->below.steady(mark->below.self);
}

static int mark_random(void *self, void *ret_bytes, size_t len) {
        const ClockMark *mark = self;

        return mark->below.random(mark->below.self, ret_bytes, len);
}

static Usec mark_accept(void *self) {
        ClockMark *mark = self;
        Usec steady = mark->below.steady(mark->below.self);
        Usec host = mark->below.now(mark->below.self);

        atomic_store(&mark->ahead, host - steady);
        return host;
}

void clock_mark_init(ClockMark *mark, const ClockPort *below, Usec stored) {
        Usec steady = below->steady(below->self);
        Usec host = below->now(below->self);

        mark->below = *below;
        atomic_store(&mark->ahead, (stored > host ? stored : host) - steady);
}

ClockPort clock_mark_port(ClockMark *mark) {
        return (ClockPort){
                .now = mark_now,
                .steady = mark_steady,
                .accept = mark_accept,
                .random = mark_random,
                .self = mark,
        };
}

Usec clock_mark_behind(const ClockMark *mark) {
        Usec steady = mark->below.steady(mark->below.self);
        Usec host = mark->below.now(mark->below.self);
        Usec behind = steady + atomic_load(&mark->ahead) - host;

        return behind > CLOCK_TOLERANCE ? behind : 0;
}
