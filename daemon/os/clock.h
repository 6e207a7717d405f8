/* SPDX-License-Identifier: Apache-2.0 */
/* The wall clock and the kernel's random generator behind core/ports/clock.h. */
#pragma once

#include "daemon/core/ports/clock.h"

extern const ClockPort os_clock;
