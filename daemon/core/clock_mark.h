/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A clock that is not set back by setting the host's back: what was past stays past, so that no
 * expired code, token, session or lock comes to life again.  It knows the latest time that was seen
 * (the mark, which the caller stores and gives back at the next start).  While the host's clock is
 * more than CLOCK_TOLERANCE behind it, time is counted on from the mark.  Pure; from any thread.
 */
#pragma once

#include "daemon/core/ports/clock.h"

/* What clocks are corrected by without anybody's harm. */
#define CLOCK_TOLERANCE (30 * USEC_PER_SEC)

typedef struct ClockMark {
        ClockPort below; /* the host's */
        _Atomic Usec ahead; /* the mark, as its distance from the steady clock */
} ClockMark;

/* stored: the mark of the last run; 0: there is none. */
void clock_mark_init(ClockMark *mark, const ClockPort *below, Usec stored);
ClockPort clock_mark_port(ClockMark *mark);
/* How far the host's clock is behind, and therefore not obeyed; 0: it is. */
Usec clock_mark_behind(const ClockMark *mark);
