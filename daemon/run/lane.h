/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lane: a named pool of threads behind a bounded, fair queue.  Every route and method names its
 * lane, and a use case runs wholly in it, so that a storm in one lane stalls no other.  Knows
 * nothing of what jobs do; logs nothing.
 *
 * Fair: jobs carry a source (a uid, a hash of an address prefix).  Workers serve the waiting
 * sources in turn, and one source may hold only its share of the queue, so that whoever floods
 * the daemon waits behind himself.  A face that speaks for many (pam_iam as uid 0, a trusted
 * proxy) must take the source of whom it speaks for.
 */
#pragma once

#include "base/arena.h"
#include "base/macro.h"

typedef struct Lane Lane;
typedef struct LaneJob LaneJob;

/*
 * Embedded in the face's own request object; the lane allocates nothing.  The submitter owns the
 * memory, and must keep it from lane_submit() until run() was entered; from then on the lane does
 * not touch it, so run() may free or reuse it, and may submit it again.
 */
struct LaneJob {
        /*
         * Called once, in a worker thread of the lane.  expired: the deadline passed while the job
         * waited, or the daemon stops; answer "try again later", do no work.  The arena is the
         * worker's, empty at entry and reset after the return.
         */
        void (*run)(LaneJob *job, Arena *arena, bool expired);
        uint64_t source;
        Usec deadline; /* as lane_now(); USEC_INFINITY for none */
        LaneJob *next_; /* this and the next: the lane's */
        Usec entered_;
};

#define LANE_NAME_MAX 10 /* "iamd-" and the name must fit a thread name */
#define LANE_THREADS_MAX 256
#define LANE_QUEUE_MAX 65536

typedef struct LaneOptions {
        const char *name; /* outlives the lane */
        unsigned threads; /* 1 .. LANE_THREADS_MAX */
        unsigned queue; /* jobs that may wait, 1 .. LANE_QUEUE_MAX */
        unsigned per_source; /* jobs of one source that may wait; 0: a quarter of queue, at least 1
                              */
        int nice; /* added to the threads' niceness */
        size_t arena_limit; /* bytes of one job's arena */
} LaneOptions;

typedef struct LaneStatus {
        const char *name;
        unsigned threads;
        unsigned queue;
        unsigned waiting;
        unsigned running;
        uint64_t submitted; /* accepted since the start */
        uint64_t rejected; /* IAM_E_BUSY */
        uint64_t expired; /* run with expired = true */
        Usec waited; /* time that jobs spent in the queue, in all */
        Usec stuck; /* every thread has been busy with its present job this long; else 0 */
} LaneStatus;

/* The clock of deadlines: monotonic, microseconds. */
Usec lane_now(void);

/* -EINVAL: options beyond their limits.  Block the signals of the loop before (loop_new() does). */
int lane_new(const LaneOptions *options, Lane **ret);

/* From any thread, never waits.  IAM_E_BUSY: the queue or the source's share is full, or the lane
 * was closed; the job is the caller's again and was not run. */
int lane_submit(Lane *lane, LaneJob *job);

void lane_status(Lane *lane, LaneStatus *ret);

/* Refuses new jobs; those that wait are run with expired = true.  May be called twice. */
void lane_close(Lane *lane);
/*
 * Closes, and waits until all threads have ended, or until = lane_now() value.  -ETIMEDOUT: some
 * job still runs; then nothing it uses may be freed, and the process should _exit().
 */
int lane_stop(Lane *lane, Usec until);
Lane *lane_free(Lane *lane); /* only after lane_stop() returned 0; NULL ok */
