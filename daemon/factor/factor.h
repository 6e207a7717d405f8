/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Second factors behind daemon/core/ports/factor.h: one-time passwords and the QR symbol that
 * enrols them.  Keeps nothing between calls; which codes were used is the store's to remember.
 */
#pragma once

#include "daemon/core/ports/clock.h"
#include "daemon/core/ports/factor.h"

typedef struct Factor {
        ClockPort clock; /* for its random bytes */
} Factor;

/* Once in a process, before threads start. */
int factor_init(Factor *factor, const ClockPort *clock);
void factor_done(Factor *factor);
void factor_port(Factor *factor, FactorPort *ret);
