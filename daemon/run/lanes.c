/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/run/lanes.h"

/* clang-format off */
static const struct {
        const char *name;
        int nice;
} lane_table[_LANE_MAX] = {
        [LANE_FAST]  = { "fast",  0 },
        [LANE_STORE] = { "store", 0 },
        [LANE_HASH]  = { "hash",  10 },
        [LANE_WORK]  = { "work",  0 },
};
/* clang-format on */

int lanes_init(const LaneSize sizes[_LANE_MAX], Lanes *ret) {
        Lanes lanes = {};

        for (int i = 0; i < _LANE_MAX; i++) {
                LaneSize size = sizes[i];

                if (i == LANE_WORK)
                        size = (LaneSize){ LANES_WORK_THREADS, LANES_WORK_QUEUE };
                LaneOptions options = {
                        .name = lane_table[i].name,
                        .threads = size.threads,
                        .queue = size.queue,
                        .nice = lane_table[i].nice,
                        .arena_limit = LANES_ARENA_LIMIT,
                };
                int r = lane_new(&options, &lanes.lanes[i]);

                if (r < 0) {
                        /* No job was submitted yet, so nothing can hold this up. */
                        (void) lanes_stop(&lanes, USEC_INFINITY);
                        lanes_done(&lanes);
                        return r;
                }
        }
        *ret = lanes;
        return 0;
}

bool lanes_are_alive(Lanes *lanes, Usec bound) {
        for (int i = 0; i < _LANE_MAX; i++) {
                LaneStatus status;

                lane_status(lanes->lanes[i], &status);
                if (status.stuck > bound)
                        return false;
        }
        return true;
}

int lanes_stop(Lanes *lanes, Usec until) {
        int result = 0;

        for (int i = 0; i < _LANE_MAX; i++)
                if (lanes->lanes[i] != NULL)
                        lane_close(lanes->lanes[i]);
        for (int i = 0; i < _LANE_MAX; i++) {
                int r = lanes->lanes[i] != NULL ? lane_stop(lanes->lanes[i], until) : 0;

                if (r < 0)
                        result = r;
        }
        return result;
}

void lanes_done(Lanes *lanes) {
        for (int i = 0; i < _LANE_MAX; i++)
                lanes->lanes[i] = lane_free(lanes->lanes[i]);
}
