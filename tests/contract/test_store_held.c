/* SPDX-License-Identifier: Apache-2.0 */
/* What one user holds, read from him on, is what the realm as a whole says of him. */
#include "daemon/core/closure.h"
#include "tests/contract/store_case.h"

#define USERS 8
#define GROUPS 12
#define ROLES 10
#define LINKS 16

typedef struct Estate {
        Case *c;
        Txn *txn;
        uint32_t seed;
        User users[USERS];
        Group groups[GROUPS];
        Role roles[ROLES];
} Estate;

static size_t any(Estate *e, size_t n) {
        e->seed = e->seed * 1664525u + 1013904223u;
        return (e->seed >> 16) % n;
}

static void fill_rows(Estate *e) {
        const StorePort *store = e->c->store;
        const RealmId *realm = &e->c->a.id;

        for (size_t i = 0; i < GROUPS; i++) {
                e->groups[i] = world_group_value(
                                e->c->world, realm, arena_printf(&e->c->arena, "group%zu", i));
                if (i > 2)
                        e->groups[i].parent = e->groups[any(e, i)].id;
                ASSERT_OK(store->groups->insert(e->txn, &e->groups[i]));
        }
        for (size_t i = 0; i < ROLES; i++) {
                e->roles[i] = world_role_value(
                                e->c->world, realm, arena_printf(&e->c->arena, "role%zu", i));
                ASSERT_OK(store->roles->insert(e->txn, &e->roles[i]));
        }
        for (size_t i = 0; i < USERS; i++) {
                e->users[i] = world_user_value(
                                e->c->world, realm, arena_printf(&e->c->arena, "user%zu", i));
                ASSERT_OK(store->users->insert(e->txn, &e->users[i]));
        }
}

/* Links may repeat, and composites may go in circles. */
static void fill_links(Estate *e) {
        const StorePort *store = e->c->store;
        const RealmId *realm = &e->c->a.id;
        World *world = e->c->world;
        Txn *txn = e->txn;

        for (size_t i = 0; i < LINKS; i++) {
                const Id *user = &e->users[any(e, USERS)].id;
                const Id *group = &e->groups[any(e, GROUPS)].id;
                const Id *role = &e->roles[any(e, ROLES)].id;
                const Id *other = &e->roles[any(e, ROLES)].id;
                const Permission permissions[] = {
                        { world_id(world), SUBJECT_ROLE, *other, "host", "login" },
                        { world_id(world), SUBJECT_GROUP, *group, "user", "list" },
                };

                (void) store->groups->add_member(txn, realm, group, user, WORLD_NOW);
                (void) store->roles->assign(
                                txn, realm, &(Assignment){ *role, SUBJECT_GROUP, *group },
                                WORLD_NOW);
                (void) store->roles->assign(
                                txn, realm, &(Assignment){ *other, SUBJECT_USER, *user },
                                WORLD_NOW);
                (void) store->roles->include(txn, realm, &(Composite){ *role, *other }, WORLD_NOW);
                (void) store->roles->permit(txn, realm, &permissions[0], WORLD_NOW);
                (void) store->roles->permit(txn, realm, &permissions[1], WORLD_NOW);
                (void) store->roles->sudo_add(
                                txn, realm, &(SudoRule){ world_id(world), *role, "root", "ALL" },
                                WORLD_NOW);
        }
}

#define ASSERT_SAME_ID(a, b) ASSERT_TRUE(id_equal(&(a)->id, &(b)->id))

static void assert_same(const Closure *a, const Closure *b) {
        ASSERT_EQ(a->n_groups, b->n_groups);
        ASSERT_EQ(a->n_roles, b->n_roles);
        ASSERT_EQ(a->n_permissions, b->n_permissions);
        ASSERT_EQ(a->n_sudo, b->n_sudo);
        for (size_t i = 0; i < a->n_groups; i++) {
                ASSERT_SAME_ID(a->groups[i].group, b->groups[i].group);
                ASSERT_EQ(a->groups[i].below, b->groups[i].below);
        }
        for (size_t i = 0; i < a->n_roles; i++) {
                ASSERT_SAME_ID(a->roles[i].role, b->roles[i].role);
                ASSERT_EQ(a->roles[i].by_group, b->roles[i].by_group);
                ASSERT_EQ(a->roles[i].by_role, b->roles[i].by_role);
        }
        for (size_t i = 0; i < a->n_permissions; i++)
                ASSERT_SAME_ID(a->permissions[i].permission, b->permissions[i].permission);
        for (size_t i = 0; i < a->n_sudo; i++)
                ASSERT_SAME_ID(a->sudo[i].rule, b->sudo[i].rule);
}

static void assert_same_list(const StrList *a, const StrList *b) {
        ASSERT_EQ(a->n, b->n);
        for (size_t i = 0; i < a->n; i++)
                ASSERT_TRUE(str_list_has(b, a->items[i]));
}

static void assert_same_names(Case *c, Txn *txn, const Id *user, const Closure *closure) {
        StrList roles, groups, role_names, group_paths;

        ASSERT_OK(closure_names_of_user(
                        c->store, txn, &c->a.id, &c->arena, user, &role_names, &group_paths));
        ASSERT_OK(closure_role_names(closure, &c->arena, &roles));
        ASSERT_OK(closure_group_paths(closure, &c->arena, &groups));
        assert_same_list(&roles, &role_names);
        assert_same_list(&groups, &group_paths);
}

CASE(what_a_user_holds_is_what_the_whole_realm_says_of_him) {
        Estate e = { .c = c, .txn = txn };
        const RealmId *realm = &c->a.id;
        size_t held = 0;

        for (uint32_t round = 1; round <= 4; round++) {
                ClosureModel model;

                if (round == 1)
                        fill_rows(&e);
                e.seed = round;
                fill_links(&e);
                if (round == 4) { /* what is gone is gone for both */
                        ASSERT_OK(c->store->roles->remove(txn, realm, &e.roles[1].id, WORLD_NOW));
                        ASSERT_OK(c->store->groups->remove(
                                        txn, realm, &e.groups[GROUPS - 1].id, WORLD_NOW));
                }
                ASSERT_OK(closure_model_load(c->store, txn, realm, &c->arena, &model));
                for (size_t i = 0; i < USERS; i++) {
                        Closure whole, own;

                        ASSERT_OK(
                                        closure_load(c->store, txn, realm, &c->arena, &model,
                                                     &e.users[i].id, &whole));
                        ASSERT_OK(closure_of_user(
                                        c->store, txn, realm, &c->arena, &e.users[i].id, &own));
                        assert_same(&whole, &own);
                        assert_same_names(c, txn, &e.users[i].id, &own);
                        held += own.n_groups + own.n_roles + own.n_sudo;
                }
        }
        ASSERT_TRUE(held > 100);
}
