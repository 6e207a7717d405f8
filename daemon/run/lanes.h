/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's lanes by the names that routes and methods use.  Made by main.c from the
 * configuration and handed to the faces.
 */
#pragma once

#include "daemon/run/lane.h"

typedef enum LaneId {
        LANE_FAST, /* waits for nothing: answers from memory */
        LANE_STORE, /* reads and writes the store */
        LANE_HASH, /* argon2id, RSA; lower priority, so that it starves no other lane */
        LANE_WORK, /* the daemon's own periodic jobs: no storm of requests delays them */
        _LANE_MAX,
        _LANE_INVALID = -EINVAL,
} LaneId;

/* The size of LANE_WORK is ours: more waiting jobs than it holds cannot be registered. */
#define LANES_WORK_THREADS 2
#define LANES_WORK_QUEUE 64

typedef struct LaneSize {
        unsigned threads;
        unsigned queue;
} LaneSize;

typedef struct Lanes {
        Lane *lanes[_LANE_MAX];
} Lanes;

/* The arena of one job, in every lane: replies are bounded by it. */
#define LANES_ARENA_LIMIT ((size_t) 16 << 20)

/* sizes[LANE_WORK] is not read. */
int lanes_init(const LaneSize sizes[_LANE_MAX], Lanes *ret);
static inline int lanes_submit(Lanes *lanes, LaneId id, LaneJob *job) {
        return lane_submit(lanes->lanes[id], job);
}
/* False when all threads of some lane have been busy with the same jobs longer than that. */
bool lanes_are_alive(Lanes *lanes, Usec bound);
/* All together: closes all, then waits.  -ETIMEDOUT as lane_stop(); then do not call lanes_done().
 */
int lanes_stop(Lanes *lanes, Usec until);
void lanes_done(Lanes *lanes);
