/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/run/loop.h"

#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

/* Sources of LANE_WORK: far from any uid or address hash, one per task. */
#define TASK_SOURCE UINT64_C(0xf000000000000000)

typedef enum TaskState {
        TASK_IDLE,
        TASK_QUEUED, /* waits in the lane: it will see all that was done before */
        TASK_RUNNING,
        TASK_AGAIN, /* runs, and must run once more */
} TaskState;

struct LoopTask {
        LaneJob job; /* the first member: the lane hands it back */
        const char *name;
        Usec interval;
        void (*run)(void *context, Arena *arena);
        void *context;
        Lanes *lanes;
        sd_event_source *timer;
        _Atomic TaskState state;
        _Atomic uint64_t runs;
        _Atomic Usec last_took;
};

struct Loop {
        LoopHooks hooks;
        sd_event *event;
        sd_event_source *stop_source;
        sd_event_source *watchdog_source;
        int stop_fd;
        _Atomic int stop_code;
        uint64_t watchdog_interval; /* between pings; 0: none wanted */
        LoopTask tasks[LOOP_TASKS_MAX];
        size_t n_tasks;
};

static int
on_stop_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *context) {
        return sd_event_exit(sd_event_source_get_event(source), 0);
}

static int
on_reload_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *context) {
        Loop *loop = context;

        (void) sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long) lane_now());
        if (loop->hooks.reload != NULL)
                loop->hooks.reload(loop->hooks.context);
        (void) sd_notify(0, "READY=1");
        return 0;
}

static int on_stop_asked(sd_event_source *source, int fd, uint32_t events, void *context) {
        Loop *loop = context;

        return sd_event_exit(loop->event, atomic_load(&loop->stop_code));
}

static int on_watchdog(sd_event_source *source, uint64_t now, void *context) {
        Loop *loop = context;

        if (loop->hooks.is_healthy == NULL || loop->hooks.is_healthy(loop->hooks.context))
                (void) sd_notify(0, "WATCHDOG=1");
        return sd_event_source_set_time(source, now + loop->watchdog_interval);
}

static int loop_add_watchdog(Loop *loop) {
        uint64_t period, now;
        int r;

        r = sd_watchdog_enabled(0, &period);
        if (r <= 0)
                return r;
        r = sd_event_now(loop->event, CLOCK_MONOTONIC, &now);
        if (r < 0)
                return r;

        /* Half the period, as sd_watchdog_enabled(3) advises. */
        loop->watchdog_interval = period / 2;
        r = sd_event_add_time(
                        loop->event, &loop->watchdog_source, CLOCK_MONOTONIC, now, period / 16,
                        on_watchdog, loop);
        if (r < 0)
                return r;
        return sd_event_source_set_enabled(loop->watchdog_source, SD_EVENT_ON);
}

static int loop_add_signals(Loop *loop) {
        sigset_t set;
        int r;

        sigemptyset(&set);
        sigaddset(&set, SIGTERM);
        sigaddset(&set, SIGINT);
        sigaddset(&set, SIGHUP);
        r = pthread_sigmask(SIG_BLOCK, &set, NULL);
        if (r != 0)
                return -r;
        if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
                return -errno;

        r = sd_event_add_signal(loop->event, NULL, SIGTERM, on_stop_signal, NULL);
        if (r < 0)
                return r;
        r = sd_event_add_signal(loop->event, NULL, SIGINT, on_stop_signal, NULL);
        if (r < 0)
                return r;
        return sd_event_add_signal(loop->event, NULL, SIGHUP, on_reload_signal, loop);
}

static int loop_init(Loop *loop) {
        int r;

        r = sd_event_new(&loop->event);
        if (r < 0)
                return r;
        r = loop_add_signals(loop);
        if (r < 0)
                return r;

        loop->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (loop->stop_fd < 0)
                return -errno;
        r =
                        sd_event_add_io(loop->event, &loop->stop_source, loop->stop_fd, EPOLLIN,
                                        on_stop_asked, loop);
        if (r < 0)
                return r;
        return loop_add_watchdog(loop);
}

int loop_new(const LoopHooks *hooks, Loop **ret) {
        Loop *loop = calloc(1, sizeof(*loop));
        int r;

        if (loop == NULL)
                return -ENOMEM;
        loop->hooks = *hooks;
        loop->stop_fd = -1;
        r = loop_init(loop);
        if (r < 0) {
                loop_free(loop);
                return r;
        }
        *ret = loop;
        return 0;
}

Loop *loop_free(Loop *loop) {
        if (loop == NULL)
                return NULL;

        for (size_t i = 0; i < loop->n_tasks; i++)
                sd_event_source_unref(loop->tasks[i].timer);
        sd_event_source_unref(loop->watchdog_source);
        sd_event_source_unref(loop->stop_source);
        sd_event_unref(loop->event);
        if (loop->stop_fd >= 0)
                (void) close(loop->stop_fd);
        free(loop);
        return NULL;
}

int loop_run(Loop *loop) {
        int r;

        (void) sd_notify(0, "READY=1");
        r = sd_event_loop(loop->event);
        (void) sd_notify(0, "STOPPING=1");
        return r;
}

void loop_stop(Loop *loop, int code) {
        uint64_t one = 1;
        int none = 0;

        /* The first failure is the one worth telling. */
        (void) atomic_compare_exchange_strong(&loop->stop_code, &none, code);
        /* Fails only when the counter is full, and then the loop is awake already. */
        ssize_t n = write(loop->stop_fd, &one, sizeof(one));
        (void) n;
}

void loop_status_set(const char *format, ...) {
        char text[256];
        va_list arguments;

        va_start(arguments, format);
        (void) vsnprintf(text, sizeof(text), format, arguments);
        va_end(arguments);
        (void) sd_notifyf(0, "STATUS=%s", text);
}

static void task_submit(LoopTask *task) {
        /* LANE_WORK holds more than all tasks, so this fails only when the daemon stops. */
        if (lanes_submit(task->lanes, LANE_WORK, &task->job) != 0)
                atomic_store(&task->state, TASK_IDLE);
}

static void task_run(LaneJob *job, Arena *arena, bool expired) {
        LoopTask *task = (LoopTask *) job;
        TaskState running = TASK_RUNNING;
        Usec begun = lane_now();

        atomic_store(&task->state, TASK_RUNNING);
        if (!expired) {
                task->run(task->context, arena);
                atomic_store(&task->last_took, lane_now() - begun);
                atomic_fetch_add(&task->runs, 1);
        }

        if (atomic_compare_exchange_strong(&task->state, &running, TASK_IDLE))
                return;
        assert(running == TASK_AGAIN);
        atomic_store(&task->state, TASK_QUEUED);
        task_submit(task);
}

void loop_task_poke(LoopTask *task) {
        TaskState seen = atomic_load(&task->state);

        for (;;) {
                TaskState next = seen == TASK_IDLE ? TASK_QUEUED : TASK_AGAIN;

                if (seen == TASK_QUEUED || seen == TASK_AGAIN)
                        return;
                if (!atomic_compare_exchange_weak(&task->state, &seen, next))
                        continue;
                if (next == TASK_QUEUED)
                        task_submit(task);
                return;
        }
}

static int on_task_due(sd_event_source *source, uint64_t now, void *context) {
        LoopTask *task = context;
        TaskState idle = TASK_IDLE;

        /* A run that is still under way counts for this interval. */
        if (atomic_compare_exchange_strong(&task->state, &idle, TASK_QUEUED))
                task_submit(task);
        return sd_event_source_set_time(source, now + (uint64_t) task->interval);
}

int loop_every(Loop *loop, Lanes *lanes, const char *name, Usec interval,
               void (*run)(void *context, Arena *arena), void *context, LoopTask **ret) {
        uint64_t now;
        int r;

        if (interval <= 0)
                return -EINVAL;
        if (loop->n_tasks == LOOP_TASKS_MAX)
                return -ENOSPC;

        r = sd_event_now(loop->event, CLOCK_MONOTONIC, &now);
        if (r < 0)
                return r;

        LoopTask *task = &loop->tasks[loop->n_tasks];
        task->job = (LaneJob){
                .run = task_run,
                .source = TASK_SOURCE + loop->n_tasks,
                .deadline = USEC_INFINITY,
        };
        task->name = name;
        task->interval = interval;
        task->run = run;
        task->context = context;
        task->lanes = lanes;
        r = sd_event_add_time(
                        loop->event, &task->timer, CLOCK_MONOTONIC, now + (uint64_t) interval,
                        (uint64_t) interval / 16 + 1, on_task_due, task);
        if (r < 0)
                return r;
        r = sd_event_source_set_enabled(task->timer, SD_EVENT_ON);
        if (r < 0) {
                task->timer = sd_event_source_unref(task->timer);
                return r;
        }
        loop->n_tasks++;
        if (ret != NULL)
                *ret = task;
        return 0;
}

size_t loop_task_count(const Loop *loop) {
        return loop->n_tasks;
}

void loop_task_status(const Loop *loop, size_t i, LoopTaskStatus *ret) {
        assert(i < loop->n_tasks);
        const LoopTask *task = &loop->tasks[i];

        *ret = (LoopTaskStatus){
                .name = task->name,
                .runs = atomic_load(&task->runs),
                .last_took = atomic_load(&task->last_took),
        };
}
