/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/test.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/run/loop.h"

typedef struct World {
        Lanes lanes;
        Loop *loop;
        LoopTask *task;
        int notify_fd; /* what systemd would hear */
        char directory[64];
        _Atomic int runs;
        int reloads;
        bool is_sick;
} World;

static void on_reload(void *context) {
        World *world = context;

        world->reloads++;
        (void) raise(SIGTERM);
}

static bool is_healthy(void *context) {
        World *world = context;

        return !world->is_sick;
}

static void world_init(World *world) {
        static const LaneSize sizes[_LANE_MAX] = {
                [LANE_FAST] = { 1, 4 },
                [LANE_STORE] = { 1, 4 },
                [LANE_HASH] = { 1, 4 },
        };
        struct sockaddr_un address = { .sun_family = AF_UNIX };

        *world = (World){ .directory = "/tmp/iam-loop-XXXXXX" };
        ASSERT_TRUE(mkdtemp(world->directory) != NULL);
        (void) snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", world->directory);
        world->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        ASSERT_TRUE(world->notify_fd >= 0);
        ASSERT_OK(bind(world->notify_fd, (struct sockaddr *) &address, sizeof(address)));
        ASSERT_OK(setenv("NOTIFY_SOCKET", address.sun_path, 1));

        LoopHooks hooks = { .reload = on_reload, .is_healthy = is_healthy, .context = world };
        ASSERT_OK(loop_new(&hooks, &world->loop));
        ASSERT_OK(lanes_init(sizes, &world->lanes));
}

static void world_done(World *world) {
        char path[96];

        ASSERT_OK(lanes_stop(&world->lanes, USEC_INFINITY));
        lanes_done(&world->lanes);
        ASSERT_TRUE(loop_free(world->loop) == NULL);
        (void) unsetenv("NOTIFY_SOCKET");
        (void) unsetenv("WATCHDOG_USEC");
        (void) snprintf(path, sizeof(path), "%s/notify", world->directory);
        (void) unlink(path);
        (void) rmdir(world->directory);
        (void) close(world->notify_fd);
}

/* All that was told, lines joined by '|' per message; numbers of MONOTONIC_USEC left out. */
static void world_heard(World *world, char *ret, size_t size) {
        char message[512];
        size_t len = 0;
        ssize_t n;

        ret[0] = '\0';
        while ((n = recv(world->notify_fd, message, sizeof(message) - 1, 0)) > 0) {
                message[n] = '\0';
                message[strcspn(message, "\n")] = '\0';
                int wrote = snprintf(ret + len, size - len, "%s|", message);
                ASSERT_TRUE(wrote > 0 && (size_t) wrote < size - len);
                len += (size_t) wrote;
        }
}

TEST(systemd_hears_ready_reloading_and_stopping) {
        World world;
        char heard[512];

        world_init(&world);
        ASSERT_OK(raise(SIGHUP));
        loop_status_set("%d realms", 2);
        ASSERT_OK(loop_run(world.loop));
        world_heard(&world, heard, sizeof(heard));
        ASSERT_STREQ(heard, "STATUS=2 realms|READY=1|RELOADING=1|READY=1|STOPPING=1|");
        ASSERT_EQ(world.reloads, 1);
        world_done(&world);
}

TEST(a_component_can_end_the_loop_with_its_failure) {
        World world;

        world_init(&world);
        loop_stop(world.loop, -EIO);
        loop_stop(world.loop, -ENOSPC); /* later: not the cause */
        ASSERT_CODE(loop_run(world.loop), -EIO);
        world_done(&world);
}

static void count_and_stop(void *context, Arena *arena) {
        World *world = context;

        if (atomic_fetch_add(&world->runs, 1) + 1 == 3)
                loop_stop(world->loop, 0);
}

TEST(a_task_runs_every_interval) {
        World world;
        LoopTaskStatus status;

        world_init(&world);
        ASSERT_OK(
                        loop_every(world.loop, &world.lanes, "count", 5 * USEC_PER_MSEC,
                                   count_and_stop, &world, NULL));
        ASSERT_OK(loop_run(world.loop));
        ASSERT_TRUE(world.runs >= 3);
        ASSERT_EQ(loop_task_count(world.loop), 1);
        loop_task_status(world.loop, 0, &status);
        ASSERT_STREQ(status.name, "count");
        ASSERT_TRUE(status.runs >= 2);
        world_done(&world);
}

static void poke_itself(void *context, Arena *arena) {
        World *world = context;

        /* Two pokes during one run ask for one more run, not for two. */
        if (atomic_fetch_add(&world->runs, 1) == 0) {
                loop_task_poke(world->task);
                loop_task_poke(world->task);
        } else {
                loop_stop(world->loop, 0);
        }
}

TEST(a_poke_during_a_run_asks_for_one_more) {
        World world;

        world_init(&world);
        ASSERT_OK(
                        loop_every(world.loop, &world.lanes, "poked", 3600 * USEC_PER_SEC,
                                   poke_itself, &world, &world.task));
        loop_task_poke(world.task);
        ASSERT_OK(loop_run(world.loop));
        ASSERT_OK(lanes_stop(&world.lanes, USEC_INFINITY));
        ASSERT_EQ(world.runs, 2);
        world_done(&world);
}

static void stop_later(void *context, Arena *arena) {
        World *world = context;

        loop_stop(world->loop, 0);
}

static bool pings_within(bool is_sick) {
        World world;
        char heard[4096];

        ASSERT_OK(setenv("WATCHDOG_USEC", "20000", 1));
        world_init(&world);
        world.is_sick = is_sick;
        ASSERT_OK(
                        loop_every(world.loop, &world.lanes, "end", 60 * USEC_PER_MSEC, stop_later,
                                   &world, NULL));
        ASSERT_OK(loop_run(world.loop));
        world_heard(&world, heard, sizeof(heard));
        world_done(&world);
        return strstr(heard, "WATCHDOG=1") != NULL;
}

TEST(the_watchdog_is_fed_only_in_health) {
        ASSERT_TRUE(pings_within(false));
        ASSERT_FALSE(pings_within(true));
}

TEST(tasks_have_a_limit) {
        World world;

        world_init(&world);
        for (int i = 0; i < LOOP_TASKS_MAX; i++)
                ASSERT_OK(
                                loop_every(world.loop, &world.lanes, "many", USEC_PER_SEC,
                                           stop_later, &world, NULL));
        ASSERT_CODE(loop_every(world.loop, &world.lanes, "many", USEC_PER_SEC, stop_later, &world,
                               NULL),
                    -ENOSPC);
        ASSERT_CODE(loop_every(world.loop, &world.lanes, "none", 0, stop_later, &world, NULL),
                    -EINVAL);
        world_done(&world);
}
