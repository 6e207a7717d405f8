/* SPDX-License-Identifier: Apache-2.0 */
/* The world's time and chance.  Read once per use case and passed on as values. */
#pragma once

#include "base/macro.h"

typedef struct ClockPort {
        Usec (*now)(void *self); /* wall clock, UTC */
        Usec (*steady)(void *self); /* since some moment; nobody sets it, and it goes on in sleep */
        /* Takes what the host's clock shows for right, though it is behind; that time. */
        Usec (*accept)(void *self);
        /* Fills from the kernel's generator; -errno when it cannot, never fewer bytes. */
        int (*random)(void *self, void *ret_bytes, size_t len);
        void *self;
} ClockPort;
