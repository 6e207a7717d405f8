/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what, over every row of the table; and that realms do not see each other. */
#include "tests/support/admin.h"

/* Values that every operation's reader takes. */
static const char *sample_input(const WireOp *op, Arena *arena, const char *realm) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(4096);
        JsonWriter w = JSON_WRITER(&buf);

        json_begin_object(&w);
        for (size_t i = 0; i < op->in->n; i++) {
                const WireField *f = &op->in->fields[i];

                if (strcmp(f->name, "realm") == 0) {
                        json_put_str(&w, "realm", realm);
                        continue;
                }
                if ((f->flags & WIRE_REQUIRED) == 0)
                        continue;
                if (f->choices != NULL)
                        json_put_str(&w, f->name, "ES256");
                else if (strcmp(f->name, "permission") == 0)
                        json_put_str(&w, f->name, "user:list");
                else if (f->type == WIRE_SECRET)
                        json_put_str(&w, f->name, "violet tandem ostrich");
                else
                        json_put_str(&w, f->name, "thing");
        }
        json_end_object(&w);
        ASSERT_OK(buf_error(&buf));
        return arena_strdup(arena, buf.bytes);
}

static Caller caller_of(Admin *a, const char *realm, const char *user) {
        char json[128];
        Caller caller = { .door = DOOR_ADMIN, .actor_kind = "user", .actor_name = user };
        Id id;

        (void) snprintf(json, sizeof(json), "{\"name\":\"%s\",\"realm\":\"%s\"}", user, realm);
        admin_do(a, "user show", json);
        ASSERT_OK(id_parse(admin_text(a, "id"), &caller.actor));
        (void) snprintf(json, sizeof(json), "{\"realm\":\"%s\"}", realm);
        admin_do(a, "realm show", json);
        ASSERT_OK(id_parse(admin_text(a, "id"), &id));
        caller.realm = (RealmId){ id };
        return caller;
}

/* alice of demo, bob of other, operator of master; the role "all" may do everything in its realm.
 */
static void people_init(Admin *a) {
        admin_init(a);
        admin_do(a, "realm create", "{\"name\":\"other\"}");
        admin_do(a, "user create", "{\"name\":\"alice\",\"realm\":\"demo\"}");
        admin_do(a, "user create", "{\"name\":\"bob\",\"realm\":\"other\"}");
        admin_do(a, "user create", "{\"name\":\"operator1\",\"realm\":\"master\"}");
        admin_do(a, "role create", "{\"name\":\"all\",\"realm\":\"demo\"}");
}

TEST(every_operation_refuses_who_lacks_its_permission) {
        CLEANUP(admin_done) Admin a;
        char json[128];

        people_init(&a);
        a.caller = caller_of(&a, "demo", "alice");
        for (WireOpId id = 0; id < _WIRE_OP_MAX; id++)
                ASSERT_CODE(admin_try(&a, wire_op(id)->words,
                                      sample_input(wire_op(id), &a.arena, "demo")),
                            IAM_E_DENIED);

        /* The rightful permission for everything else does not help either. */
        for (WireOpId id = 0; id < _WIRE_OP_MAX; id++) {
                const WireOp *op = wire_op(id);
                Caller alice = a.caller;
                char role[160];

                if (op->scope != WIRE_IN_REALM)
                        continue;
                a.caller = admin_root();
                (void) snprintf(json, sizeof(json), "{\"name\":\"role-%d\",\"realm\":\"demo\"}",
                                (int) id);
                admin_do(&a, "role create", json);
                (void) snprintf(role, sizeof(role),
                                "{\"name\":\"role-%d\",\"realm\":\"demo\",\"permission\":\"%s:%"
                                "s\"}",
                                (int) id, op->resource, op->action);
                admin_do(&a, "role permit", role);
                (void) snprintf(json, sizeof(json),
                                "{\"name\":\"role-%d\",\"realm\":\"demo\",\"user\":\"alice\"}",
                                (int) id);
                admin_do(&a, "role assign", json);
                a.caller = alice;
                for (WireOpId other = 0; other < _WIRE_OP_MAX; other++) {
                        const WireOp *o = wire_op(other);
                        bool same = strcmp(o->resource, op->resource) == 0 &&
                                    strcmp(o->action, op->action) == 0;

                        if (o->event == NULL && !same && o->scope == WIRE_IN_REALM)
                                ASSERT_CODE(admin_try(&a, o->words,
                                                      sample_input(o, &a.arena, "demo")),
                                            IAM_E_DENIED);
                        if (o->event == NULL && same)
                                ASSERT_TRUE(admin_try(&a, o->words,
                                                      sample_input(o, &a.arena, "demo")) !=
                                            IAM_E_DENIED);
                }
                a.caller = admin_root();
                admin_do(&a, "role unassign", json);
                a.caller = alice;
        }
}

TEST(whoever_is_neither_root_nor_a_user_may_do_nothing) {
        static const char *const kinds[] = { "stranger", "client", "system", "local" };
        CLEANUP(admin_done) Admin a;

        people_init(&a);
        a.caller = caller_of(&a, "demo", "alice");
        for (size_t i = 0; i < ELEMENTSOF(kinds); i++) {
                a.caller.actor_kind = kinds[i];
                ASSERT_CODE(admin_try(&a, "user list", "{\"realm\":\"demo\"}"), IAM_E_DENIED);
        }
}

TEST(rights_in_a_realm_are_none_in_another_and_it_does_not_even_exist) {
        CLEANUP(admin_done) Admin a;

        people_init(&a);
        admin_do(&a, "role permit", "{\"name\":\"all\",\"realm\":\"demo\",\"permission\":\"*:*\"}");
        admin_do(&a, "role assign", "{\"name\":\"all\",\"realm\":\"demo\",\"user\":\"alice\"}");
        a.caller = caller_of(&a, "demo", "alice");
        admin_do(&a, "user list", "{\"realm\":\"demo\"}");
        for (WireOpId id = 0; id < _WIRE_OP_MAX; id++) {
                const WireOp *op = wire_op(id);
                int r = admin_try(&a, op->words, sample_input(op, &a.arena, "other"));

                ASSERT_CODE(r, op->scope == WIRE_INSTALLATION ? IAM_E_DENIED : IAM_E_NOT_FOUND);
                if (op->scope != WIRE_INSTALLATION)
                        ASSERT_STREQ(a.where, "realm");
        }
        /* A realm that is, and one that is not, look alike. */
        ASSERT_REFUSED(&a, "user list", "{\"realm\":\"nowhere\"}", IAM_E_NOT_FOUND, "realm");
        ASSERT_REFUSED(&a, "user list", "{\"realm\":\"master\"}", IAM_E_NOT_FOUND, "realm");
        ASSERT_CODE(admin_try(&a, "audit list", "{}"), IAM_E_DENIED);
        admin_do(&a, "audit list", "{\"realm\":\"demo\"}");
}

TEST(an_administrator_in_master_may_act_in_every_realm) {
        CLEANUP(admin_done) Admin a;

        people_init(&a);
        admin_do(&a, "role assign",
                 "{\"name\":\"admin\",\"realm\":\"master\",\"user\":\"operator1\"}");
        a.caller = caller_of(&a, "master", "operator1");
        admin_do(&a, "user list", "{\"realm\":\"demo\"}");
        admin_do(&a, "user create", "{\"realm\":\"other\",\"name\":\"dora\"}");
        admin_do(&a, "audit list", "{}");
        a.caller = admin_root();
        admin_do(&a, "user disable", "{\"realm\":\"master\",\"name\":\"operator1\"}");
        a.caller = caller_of(&a, "master", "operator1");
        ASSERT_CODE(admin_try(&a, "user list", "{\"realm\":\"demo\"}"), IAM_E_DENIED);
}

TEST(a_denial_is_noted_with_the_operation) {
        CLEANUP(admin_done) Admin a;

        people_init(&a);
        a.caller = caller_of(&a, "demo", "alice");
        ASSERT_CODE(admin_try(&a, "user create", "{\"realm\":\"demo\",\"name\":\"x\"}"),
                    IAM_E_DENIED);
        a.caller = admin_root();
        admin_do(&a, "audit list", "{\"event\":\"admin.denied\"}");
        ASSERT_HAS(a.reply, "\"success\":false,\"reason\":\"denied\",\"realm\":\"demo\"");
        ASSERT_HAS(a.reply, "user create");
        ASSERT_HAS(a.reply, "\"actor\":\"alice\"");
}

/* Things of the same names in two realms: an operation touches those of its own. */
TEST(equal_names_in_two_realms_are_different_things) {
        static const char *const realms[] = { "demo", "other" };
        static const struct {
                const char *words, *json;
        } make[] = {
                { "user create", "{\"realm\":\"%s\",\"name\":\"same\"}" },
                { "group create", "{\"realm\":\"%s\",\"name\":\"team\"}" },
                { "role create", "{\"realm\":\"%s\",\"name\":\"ops\"}" },
                { "client create", "{\"realm\":\"%s\",\"name\":\"web\"}" },
        };
        CLEANUP(admin_done) Admin a;
        char json[128], id[64];

        people_init(&a);
        for (size_t r = 0; r < ELEMENTSOF(realms); r++)
                for (size_t i = 0; i < ELEMENTSOF(make); i++) {
                        (void) snprintf(json, sizeof(json), make[i].json, realms[r]);
                        admin_do(&a, make[i].words, json);
                }
        admin_do(&a, "group add", "{\"realm\":\"demo\",\"name\":\"team\",\"user\":\"same\"}");
        admin_do(&a, "role assign", "{\"realm\":\"demo\",\"name\":\"ops\",\"user\":\"same\"}");
        admin_do(&a, "host allow", "{\"realm\":\"demo\",\"role\":\"ops\"}");
        ASSERT_HAS(admin_do(&a, "user show", "{\"realm\":\"other\",\"name\":\"same\"}"),
                   "\"groups\":[],\"roles\":[]");
        ASSERT_STREQ(admin_do(&a, "host list", "{\"realm\":\"other\"}"), "{\"allowed\":[]}");
        ASSERT_HAS(admin_do(&a, "why",
                            "{\"realm\":\"other\",\"user\":\"same\",\"action\":\"login\","
                            "\"resource\":\"host\"}"),
                   "\"allowed\":false");
        ASSERT_REFUSED(&a, "group add", "{\"realm\":\"demo\",\"name\":\"team\",\"user\":\"bob\"}",
                       IAM_E_NOT_FOUND, "user");
        admin_do(&a, "user show", "{\"realm\":\"other\",\"name\":\"same\"}");
        (void) snprintf(id, sizeof(id), "%s", admin_text(&a, "id"));
        (void) snprintf(json, sizeof(json), "{\"realm\":\"demo\",\"id\":\"%s\"}", id);
        ASSERT_REFUSED(&a, "session end", json, IAM_E_NOT_FOUND, "id");
        admin_do(&a, "user delete", "{\"realm\":\"demo\",\"name\":\"same\"}");
        admin_do(&a, "user show", "{\"realm\":\"other\",\"name\":\"same\"}");
}
