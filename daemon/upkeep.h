/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon does again and again for itself; of the composition root, as main.c is. */
#pragma once

#include "daemon/app/app.h"
#include "daemon/core/clock_mark.h"
#include "daemon/core/ports/log.h"
#include "daemon/crypto/crypto.h"
#include "daemon/run/lanes.h"
#include "daemon/run/loop.h"

typedef struct Upkeep {
        App *app;
        Crypto *crypto;
        const ClockMark *clock;
        const LogPort *log;
        bool clock_is_behind; /* was told; of the clock's job only */
} Upkeep;

/* Each job runs at once, and then at its interval, in the lane of work. */
int upkeep_start(Upkeep *upkeep, Loop *loop, Lanes *lanes);
