/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Administrative operations as sentences: words as iamctl takes them, values as JSON, through the
 * same tables and app_call() as over the socket.
 */
#pragma once

#include <stdio.h>

#include "base/json.h"
#include "base/reason.h"
#include "daemon/app/ops.h"
#include "tests/support/test.h"
#include "tests/support/world.h"

typedef struct Admin {
        World *world;
        Arena arena;
        Caller caller;
        const char *where; /* of the last refusal */
        const char *reply; /* JSON of the last success */
} Admin;

static inline const WireOp *admin_op(const char *words) {
        for (WireOpId id = 0; id < _WIRE_OP_MAX; id++)
                if (strcmp(wire_op(id)->words, words) == 0)
                        return wire_op(id);
        fail_msg("no operation %s", words);
        return NULL;
}

static inline Caller admin_root(void) {
        return (Caller){
                .door = DOOR_ADMIN,
                .actor_kind = "local",
                .actor_name = "root",
                .is_local_root = true,
                .trace = "test",
        };
}

/* The operation's answer: 0 with the reply, or the reason with the field. */
static inline int admin_try(Admin *admin, const char *words, const char *json) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(1 << 20);
        const WireOp *op = admin_op(words);
        JsonWriter w = JSON_WRITER(&buf);
        WireOpIn in;
        WireOpOut out = {};
        JsonValue value;
        int r;

        admin->where = NULL;
        admin->reply = NULL;
        ASSERT_OK(json_check(json, strlen(json), &value, NULL));
        r = wire_read(&admin->arena, &value, op->in->fields, op->in->n, &in, &admin->where);
        if (r == 0)
                r = app_call(world_app(admin->world), &admin->caller, &admin->arena, op, &in, &out,
                             &admin->where);
        wire_clear(op->in->fields, op->in->n, &in);
        if (r != 0)
                return r;
        wire_write(&w, op->out->fields, op->out->n, &out);
        wire_clear(op->out->fields, op->out->n, &out);
        ASSERT_OK(buf_error(&buf));
        admin->reply = arena_strdup(&admin->arena, buf.bytes);
        return 0;
}

/* Must succeed; returns the reply. */
static inline const char *admin_do(Admin *admin, const char *words, const char *json) {
        int r = admin_try(admin, words, json);

        if (r != 0)
                fail_msg("%s %s: %s (%s)", words, json, r > 0 ? reason_name(r) : strerror(-r),
                         admin->where != NULL ? admin->where : "-");
        return admin->reply;
}

#define ASSERT_REFUSED(admin, words, json, reason, field)                                          \
        do {                                                                                       \
                ASSERT_CODE(admin_try((admin), (words), (json)), (reason));                        \
                ASSERT_STREQ((admin)->where, (field));                                             \
        } while (0)

#define ASSERT_HAS(text, part)                                                                     \
        do {                                                                                       \
                const char *has_ = (text);                                                         \
                if (strstr(has_, (part)) == NULL)                                                  \
                        fail_msg("%s:%d: %s is not in %s", __FILE__, __LINE__, (part), has_);      \
        } while (0)
#define ASSERT_LACKS(text, part)                                                                   \
        do {                                                                                       \
                const char *has_ = (text);                                                         \
                if (strstr(has_, (part)) != NULL)                                                  \
                        fail_msg("%s:%d: %s is in %s", __FILE__, __LINE__, (part), has_);          \
        } while (0)

/* A string member of the last reply. */
static inline const char *admin_text(Admin *admin, const char *member) {
        JsonValue object, value;
        char text[SECRET_MAX + 1];
        size_t len;

        ASSERT_OK(json_check(admin->reply, strlen(admin->reply), &object, NULL));
        ASSERT_EQ(json_member(&object, member, &value), 1);
        ASSERT_OK(json_get_str(&value, text, sizeof(text), &len));
        return arena_strdup(&admin->arena, text);
}

/* An installation that was set up, with the realm demo. */
static inline void admin_init(Admin *admin) {
        *admin = (Admin){
                .world = world_new(),
                .arena = ARENA_INIT(64 << 20),
                .caller = admin_root(),
        };
        admin_do(admin, "setup", "{\"realm\":\"demo\"}");
}

static inline void admin_done(Admin *admin) {
        arena_done(&admin->arena);
        admin->world = world_free(admin->world);
}
