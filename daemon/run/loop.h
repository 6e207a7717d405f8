/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control plane on the main thread: signals, the watchdog, what systemd is told, and the
 * daemon's periodic jobs.  Client connections are not its business: faces poll their own.  Logs
 * nothing; what happens is told by hooks.
 */
#pragma once

#include "base/macro.h"
#include "daemon/run/lanes.h"

typedef struct Loop Loop;
typedef struct LoopTask LoopTask;

typedef struct LoopHooks {
        /* SIGHUP, on the loop's thread; systemd is told RELOADING=1 before and READY=1 after. */
        void (*reload)(void *context);
        /* Asked before each watchdog ping; false withholds it, and systemd restarts the daemon
         * when that lasts for WatchdogSec.  May be NULL. */
        bool (*is_healthy)(void *context);
        void *context;
} LoopHooks;

/*
 * Blocks SIGTERM, SIGINT and SIGHUP in the calling thread, and so in all threads made later: call
 * it before any is made.  Ignores SIGPIPE.
 */
int loop_new(const LoopHooks *hooks, Loop **ret);
Loop *loop_free(Loop *loop); /* only after the lanes have stopped: tasks are theirs; NULL ok */

/*
 * Tells systemd READY=1 and runs until SIGTERM, SIGINT or loop_stop(); then tells it STOPPING=1.
 * Returns the code given to loop_stop(), 0 for a signal, or what broke the loop.
 */
int loop_run(Loop *loop);
/* From any thread.  code < 0: a component cannot go on, and the daemon should end with failure. */
void loop_stop(Loop *loop, int code);

/* One line for `systemctl status`. */
void loop_status_set(const char *format, ...) _printf_(1, 2);

#define LOOP_TASKS_MAX 32

/*
 * Registers a job that runs in LANE_WORK every interval, first after one interval, never twice at
 * the same time.  Before loop_run() only.  name outlives the loop.  -ENOSPC beyond LOOP_TASKS_MAX.
 */
int loop_every(Loop *loop, Lanes *lanes, const char *name, Usec interval,
               void (*run)(void *context, Arena *arena), void *context, LoopTask **ret);
/*
 * From any thread: run the task soon.  When it runs already it runs once more afterwards, so that
 * what was changed before this call is always seen by a run that starts after it.
 */
void loop_task_poke(LoopTask *task);

typedef struct LoopTaskStatus {
        const char *name;
        uint64_t runs;
        Usec last_took;
} LoopTaskStatus;
size_t loop_task_count(const Loop *loop);
void loop_task_status(const Loop *loop, size_t i, LoopTaskStatus *ret);
