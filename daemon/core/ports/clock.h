/* SPDX-License-Identifier: Apache-2.0 */
/* The world's time and chance.  Read once per use case and passed on as values. */
#pragma once

#include "base/macro.h"

typedef struct ClockPort {
        Usec (*now)(void *self); /* wall clock, UTC */
        /* Fills from the kernel's generator; -errno when it cannot, never fewer bytes. */
        int (*random)(void *self, void *ret_bytes, size_t len);
        void *self;
} ClockPort;
