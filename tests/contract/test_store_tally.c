/* SPDX-License-Identifier: Apache-2.0 */
/* What the store tells of itself: events counted when they are durable, and copies made meanwhile.
 */
#include <sys/stat.h>

#include "base/reason.h"
#include "tests/support/test.h"
#include "tests/support/world.h"

typedef struct Write {
        World *world;
        AuditEventKind kind;
        int result;
        bool keep;
} Write;

static int write_event(Txn *txn, void *context) {
        const Write *write = context;
        const StorePort *store = world_store(write->world);
        AuditEvent event = {
                .id = world_id(write->world),
                .at = WORLD_NOW,
                .kind = write->kind,
                .success = true,
                .door = DOOR_ADMIN,
                .actor_kind = "system",
        };
        int r = store->audit->insert(txn, &event);

        if (r != 0)
                return r;
        return write->keep ? store->keep(txn, write->result) : write->result;
}

static bool metrics_have(World *world, const char *line) {
        CLEANUP(buf_done) Buf out = BUF_INIT(1 << 20);

        world_store(world)->metrics(world_store(world)->self, &out);
        ASSERT_OK(buf_error(&out));
        return strstr(out.bytes, line) != NULL;
}

#define EVENT(kind, n)                                                                             \
        "iamd_events_total{event=\"" kind "\",success=\"true\",door=\"admin\"} " n "\n"

TEST(an_event_is_counted_when_it_is_durable_and_only_then) {
        CLEANUP(world_freep) World *world = world_new();
        const StorePort *store = world_store(world);
        Write done = { .world = world, .kind = EVENT_SETUP_DONE };
        Write undone = { .world = world, .kind = EVENT_USER_CREATED, .result = IAM_E_EXISTS };
        Write broken = { .world = world, .kind = EVENT_USER_DELETED, .result = -EIO };
        Write kept = { .world = world,
                       .kind = EVENT_LOGIN_FAILURE,
                       .result = IAM_E_WRONG_CREDENTIALS,
                       .keep = true };

        ASSERT_OK(store->txn(store->self, write_event, &done));
        ASSERT_OK(store->txn(store->self, write_event, &done));
        ASSERT_CODE(store->txn(store->self, write_event, &undone), IAM_E_EXISTS);
        ASSERT_CODE(store->txn(store->self, write_event, &broken), -EIO);
        ASSERT_CODE(store->txn(store->self, write_event, &kept), IAM_E_WRONG_CREDENTIALS);

        ASSERT_TRUE(metrics_have(world, EVENT("setup.done", "2")));
        ASSERT_TRUE(metrics_have(world, EVENT("login.failure", "1")));
        ASSERT_FALSE(metrics_have(world, "user.created"));
        ASSERT_FALSE(metrics_have(world, "user.deleted"));
}

TEST(a_reader_cannot_leave_an_event) {
        CLEANUP(world_freep) World *world = world_new();
        const StorePort *store = world_store(world);
        Write write = { .world = world, .kind = EVENT_SETUP_DONE };

        ASSERT_CODE(store->read(store->self, write_event, &write), -EROFS);
        ASSERT_FALSE(metrics_have(world, "setup.done"));
}

TEST(the_status_names_the_file_and_the_schema) {
        CLEANUP(world_freep) World *world = world_new();
        const StorePort *store = world_store(world);
        StoreStatus status;

        store->status(store->self, &status);
        ASSERT_STREQ(status.path, world_path(world));
        ASSERT_TRUE(status.bytes > 0);
        ASSERT_TRUE(status.schema >= 1);
        ASSERT_OK(status.error);
}

TEST(a_copy_is_whole_private_and_never_written_over) {
        CLEANUP(world_freep) World *world = world_new();
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4096);
        const StorePort *store = world_store(world);
        const char *path = NULL;
        struct stat st;
        uint64_t bytes;

        (void) world_realm(world, "demo");
        ASSERT_OK(store->copy(store->self, "now", &arena, &path, &bytes));
        ASSERT_OK(stat(path, &st));
        ASSERT_EQ(st.st_size, bytes);
        ASSERT_EQ(st.st_mode & 0777, 0600);
        ASSERT_CODE(store->copy(store->self, "now", &arena, &path, &bytes), IAM_E_EXISTS);

        /* It opens as a store, and what was there is there. */
        StoreConfig config = { .path = path, .now = WORLD_NOW };
        StorePort copy;
        Store *opened;
        ASSERT_OK(store_open(&config, &opened));
        store_port(opened, &copy);
        ASSERT_OK(
                        copy.txn(copy.self, write_event,
                                 &(Write){ .world = world, .kind = EVENT_SETUP_DONE }));
        store_close(opened);
}
