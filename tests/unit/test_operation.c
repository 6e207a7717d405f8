/* SPDX-License-Identifier: Apache-2.0 */
/* What an administrator sees of the installation: its checks, its figures, a copy of it. */
#include <unistd.h>

#include "daemon/app/clock.h"
#include "daemon/app/metrics.h"
#include "daemon/core/clock_mark.h"
#include "tests/support/admin.h"

/* The health of the world, changed by a test. */
static Health shown;

static void health_read(void *self, Health *ret) {
        *ret = shown;
}

static void show_well(Admin *a) {
        world_app(a->world)->health.read(world_app(a->world)->health.self, &shown);
        shown.published_at = WORLD_NOW;
        shown.generation = 7;
        shown.users = 3;
        world_app(a->world)->health.read = health_read;
}

/* The row of a check as it goes to a program. */
#define ROW(check, state) "{\"check\":\"" check "\",\"state\":\"" state "\""

TEST(a_daemon_that_is_well_shows_no_check_that_is_bad) {
        CLEANUP(admin_done) Admin a;
        const char *reply;

        admin_init(&a);
        show_well(&a);
        reply = admin_do(&a, "status", "{}");
        ASSERT_LACKS(reply, "\"bad\"");
        ASSERT_LACKS(reply, "\"warn\"");
        ASSERT_HAS(reply, ROW("store", "ok"));
        ASSERT_HAS(reply, ROW("keys", "ok") ",\"detail\":\"each of 2 realms can sign\"");
        ASSERT_HAS(reply, "generation 7 of 2023-11-14 22:13:20Z: 3 users");
}

TEST(each_thing_that_keeps_people_out_is_bad) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        show_well(&a);

        shown.publish_error = -ENOSPC;
        ASSERT_HAS(admin_do(&a, "status", "{}"), ROW("directory", "bad"));
        ASSERT_HAS(a.reply, "later changes do not reach the host: No space left on device");
        shown.publish_error = 0;

        shown.lanes[0].waiting = shown.lanes[0].queue;
        ASSERT_HAS(admin_do(&a, "status", "{}"), ROW("lanes", "bad"));
        shown.lanes[0].waiting = 1;
        ASSERT_HAS(admin_do(&a, "status", "{}"), ROW("lanes", "ok"));
        shown.lanes[0].stuck = 20 * USEC_PER_SEC;
        ASSERT_HAS(admin_do(&a, "status", "{}"), "(stuck for 20 s)");
        ASSERT_HAS(a.reply, ROW("lanes", "bad"));
        shown.lanes[0].stuck = 0;

        shown.sockets[1] = (HealthSocket){ .name = "auth" };
        shown.sockets[2] = (HealthSocket){ .name = "metrics", .is_optional = true };
        shown.n_sockets = 3;
        ASSERT_HAS(admin_do(&a, "status", "{}"), ROW("sockets", "bad"));
        ASSERT_HAS(a.reply, "http, auth does not listen\"");

        world_app(a.world)->config.host_realm = "nowhere";
        ASSERT_HAS(admin_do(&a, "status", "{}"),
                   ROW("realm", "bad") ",\"detail\":\"nowhere: there is no such realm\"");
        world_app(a.world)->config.host_realm = "demo";
        ASSERT_HAS(admin_do(&a, "status", "{}"), ROW("realm", "ok"));
}

/* A world whose host's clock can be set apart from its steady one. */
static Usec set_back;

static Usec host_now(void *self) {
        return world_now(self) - set_back;
}

static Usec host_steady(void *self) {
        return world_now(self);
}

static ClockPort host_clock(World *world) {
        return (ClockPort){
                .now = host_now,
                .steady = host_steady,
                .random = world_app(world)->clock.random,
                .self = world,
        };
}

TEST(a_clock_set_back_is_bad_until_somebody_takes_it_for_right) {
        CLEANUP(admin_done) Admin a;
        ClockMark mark;
        ClockPort below;
        Usec stored;

        admin_init(&a);
        show_well(&a);
        below = host_clock(a.world);
        set_back = 0;
        clock_mark_init(&mark, &below, 0);
        world_app(a.world)->clock = clock_mark_port(&mark);
        ASSERT_OK(app_clock_load(world_store(a.world), &stored));
        ASSERT_EQ(stored, 0);
        ASSERT_OK(app_clock_store(world_app(a.world)));
        ASSERT_HAS(admin_do(&a, "status", "{}"), ROW("clock", "ok"));

        set_back = 3600 * USEC_PER_SEC;
        shown.clock_behind = clock_mark_behind(&mark);
        ASSERT_HAS(admin_do(&a, "status", "{}"), ROW("clock", "bad"));
        ASSERT_HAS(a.reply, "is 3600 s behind");
        ASSERT_OK(app_clock_load(world_store(a.world), &stored));
        ASSERT_EQ(stored, WORLD_NOW);
        clock_mark_init(&mark, &below, stored); /* a restart */
        ASSERT_EQ(mark.below.now(below.self), WORLD_NOW - set_back);
        ASSERT_EQ(world_app(a.world)->clock.now(&mark), WORLD_NOW);

        admin_do(&a, "clock accept", "{}");
        ASSERT_EQ(world_app(a.world)->clock.now(&mark), WORLD_NOW - set_back);
        ASSERT_OK(app_clock_load(world_store(a.world), &stored));
        ASSERT_EQ(stored, WORLD_NOW - set_back);
        ASSERT_HAS(admin_do(&a, "audit list", "{}"), "\"clock.accepted\"");
        shown.clock_behind = clock_mark_behind(&mark);
        ASSERT_HAS(admin_do(&a, "status", "{}"), ROW("clock", "ok"));
}

TEST(keys_whose_successors_are_late_are_a_warning) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        show_well(&a);
        world_sleep(a.world, 89 * 86400 + 1800); /* of 90 days, the last with a successor */
        ASSERT_HAS(admin_do(&a, "status", "{}"), ROW("keys", "ok"));
        world_sleep(a.world, 3600);
        ASSERT_HAS(admin_do(&a, "status", "{}"), ROW("keys", "warn"));
        ASSERT_HAS(a.reply, ": 2 successors are late");
}

TEST(a_directory_that_was_never_published_is_a_warning) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        ASSERT_HAS(admin_do(&a, "status", "{}"), ROW("directory", "warn"));
}

TEST(a_backup_is_a_store_and_the_status_knows_when_it_was_made) {
        CLEANUP(admin_done) Admin a;
        const char *path;

        admin_init(&a);
        ASSERT_HAS(admin_do(&a, "status", "{}"), "none was made by iamctl backup");
        admin_do(&a, "backup", "{}");
        path = admin_text(&a, "path");
        ASSERT_HAS(path, "iam.db.copy-20231114T221320Z");
        ASSERT_OK(access(path, R_OK | W_OK));
        ASSERT_CODE(admin_try(&a, "backup", "{}"), IAM_E_EXISTS);
        ASSERT_HAS(admin_do(&a, "status", "{}"), "the last was made 2023-11-14 22:13:20Z");
        ASSERT_HAS(admin_do(&a, "audit list", "{}"), "\"backup.made\"");
}

TEST(the_figures_count_keys_events_and_the_daemons_own) {
        CLEANUP(admin_done) Admin a;
        CLEANUP(buf_done) Buf out = BUF_INIT(1 << 20);

        admin_init(&a);
        ASSERT_OK(app_metrics(world_app(a.world), &a.arena, &out));
        ASSERT_HAS(out.bytes, "iamd_signing_keys{alg=\"ES256\",state=\"active\"} 2\n");
        ASSERT_HAS(out.bytes, "iamd_signing_keys{alg=\"RS256\",state=\"active\"} 2\n");
        ASSERT_HAS(out.bytes,
                   "iamd_events_total{event=\"setup.done\",success=\"true\",door=\"admin\"} 1\n");
        ASSERT_HAS(out.bytes, "iamd_world 1\n");
}
