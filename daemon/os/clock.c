/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/os/clock.h"

#include <sys/random.h>
#include <time.h>

static Usec clock_read(clockid_t id) {
        struct timespec ts;

        (void) clock_gettime(id, &ts);
        return (Usec) ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

static Usec clock_now(void *self) {
        return clock_read(CLOCK_REALTIME);
}

static Usec clock_steady(void *self) {
        return clock_read(CLOCK_BOOTTIME);
}

static int clock_random(void *self, void *ret_bytes, size_t len) {
        uint8_t *out = ret_bytes;

        /* Blocks only before the kernel's generator is seeded, early in the first boot. */
        while (len > 0) {
                ssize_t n = getrandom(out, len, 0);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                out += n;
                len -= (size_t) n;
        }
        return 0;
}

const ClockPort os_clock = {
        .now = clock_now,
        .steady = clock_steady,
        .accept = clock_now, /* never doubted here */
        .random = clock_random,
};
