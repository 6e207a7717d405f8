/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/clock_mark.h"

#include "tests/support/test.h"

#define DAY ((Usec) 86400 * USEC_PER_SEC)
#define NOW (20000 * DAY)

/* The host's clocks, moved by the tests. */
static Usec host, steady;

static Usec host_now(void *self) {
        return host;
}

static Usec host_steady(void *self) {
        return steady;
}

static const ClockPort below = { .now = host_now, .steady = host_steady };

static ClockPort start(ClockMark *mark, Usec stored) {
        clock_mark_init(mark, &below, stored);
        return clock_mark_port(mark);
}

static void pass(Usec time) {
        host += time;
        steady += time;
}

static Usec now(const ClockPort *clock) {
        return clock->now(clock->self);
}

static ClockPort begin(ClockMark *mark) {
        host = NOW;
        steady = 5 * DAY;
        return start(mark, /* stored= */ 0);
}

TEST(it_shows_what_the_host_shows_while_that_goes_forward) {
        ClockMark mark;
        ClockPort clock = begin(&mark);

        ASSERT_EQ(now(&clock), NOW);
        pass(DAY);
        ASSERT_EQ(now(&clock), NOW + DAY);
        host += DAY; /* a leap, or a sleep that no clock saw */
        ASSERT_EQ(now(&clock), NOW + 2 * DAY);
        ASSERT_EQ(clock_mark_behind(&mark), 0);
}

TEST(a_clock_set_back_is_not_obeyed_and_time_goes_on) {
        ClockMark mark;
        ClockPort clock = begin(&mark);

        ASSERT_EQ(now(&clock), NOW);
        host -= DAY;
        ASSERT_EQ(clock_mark_behind(&mark), DAY);
        ASSERT_EQ(now(&clock), NOW);
        pass(10 * USEC_PER_SEC);
        ASSERT_EQ(now(&clock), NOW + 10 * USEC_PER_SEC);
        host += DAY;
        ASSERT_EQ(clock_mark_behind(&mark), 0);
        ASSERT_EQ(now(&clock), NOW + 10 * USEC_PER_SEC);
}

TEST(a_correction_of_half_a_minute_is_obeyed_but_many_of_them_are_one_large_one) {
        ClockMark mark;
        ClockPort clock = begin(&mark);

        ASSERT_EQ(now(&clock), NOW);
        host -= CLOCK_TOLERANCE;
        ASSERT_EQ(clock_mark_behind(&mark), 0);
        ASSERT_EQ(now(&clock), NOW - CLOCK_TOLERANCE);
        host -= USEC_PER_SEC;
        ASSERT_EQ(clock_mark_behind(&mark), CLOCK_TOLERANCE + USEC_PER_SEC);
        ASSERT_EQ(now(&clock), NOW);
}

TEST(the_mark_of_the_last_run_counts_at_the_next) {
        ClockMark mark;
        ClockPort clock = begin(&mark);

        steady = 0; /* the host was started anew, and its clock has forgotten a day */
        clock = start(&mark, NOW + DAY);
        ASSERT_EQ(clock_mark_behind(&mark), DAY);
        ASSERT_EQ(now(&clock), NOW + DAY);
        clock = start(&mark, NOW - DAY);
        ASSERT_EQ(clock_mark_behind(&mark), 0);
        ASSERT_EQ(now(&clock), NOW);
}

TEST(who_knows_that_the_later_time_was_wrong_takes_the_clock_as_it_is) {
        ClockMark mark;
        ClockPort clock = begin(&mark);

        host += 3650 * DAY;
        ASSERT_EQ(now(&clock), NOW + 3650 * DAY);
        host -= 3650 * DAY;
        ASSERT_EQ(now(&clock), NOW + 3650 * DAY);
        ASSERT_EQ(clock.accept(clock.self), NOW);
        ASSERT_EQ(clock_mark_behind(&mark), 0);
        ASSERT_EQ(now(&clock), NOW);
        host -= DAY;
        ASSERT_EQ(now(&clock), NOW);
}
