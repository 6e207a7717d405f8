/* SPDX-License-Identifier: Apache-2.0 */
/* The publisher over the real store: what a transaction changed reaches the host's two files. */

#include "tests/support/publish_place.h"
#include "tests/support/world.h"

typedef struct Change {
        const StorePort *store;
        Usec now;
        const Realm *realm;
        User *user;
        Group *group;
        Role *role;
        Id rule;
} Change;

static int announce(Txn *txn, const Change *c) {
        return c->store->outbox->put(txn, &c->realm->id, "directory", NULL, c->now);
}

/* bob joins the group; he may log in here and run id as root by its role. */
static int grant_all(Txn *txn, void *context) {
        const Change *c = context;
        const Permission login = { .id = c->role->id,
                                   .subject_kind = SUBJECT_ROLE,
                                   .subject = c->role->id,
                                   .resource = "host",
                                   .action = "login" };
        const SudoRule rule = {
                .id = c->rule, .role = c->role->id, .run_as = "root", .command = "/usr/bin/id"
        };
        const Assignment held = { c->role->id, SUBJECT_GROUP, c->group->id };
        const RoleOps *roles = c->store->roles;
        int r;

        r = c->store->groups->add_member(txn, &c->realm->id, &c->group->id, &c->user->id, c->now);
        if (r == 0)
                r = roles->assign(txn, &c->realm->id, &held, c->now);
        if (r == 0)
                r = roles->permit(txn, &c->realm->id, &login, c->now);
        if (r == 0)
                r = roles->sudo_add(txn, &c->realm->id, &rule, c->now);
        return r == 0 ? announce(txn, c) : r;
}

static int take_membership(Txn *txn, void *context) {
        const Change *c = context;
        int r = c->store->groups->remove_member(txn, &c->realm->id, &c->group->id, &c->user->id);

        return r == 0 ? announce(txn, c) : r;
}

static int take_user(Txn *txn, void *context) {
        const Change *c = context;
        int r = c->store->users->remove(txn, &c->realm->id, &c->user->id, c->now);

        return r == 0 ? announce(txn, c) : r;
}

TEST(what_a_transaction_changed_is_published) {
        CLEANUP(world_freep) World *world = world_new();
        Realm realm = world_realm(world, "demo");
        User bob = world_posix_user(world, &realm, "bob");
        Group group = world_group(world, &realm, "ops", NULL);
        Role role = world_role(world, &realm, "ops");
        Change change = { world_store(world), world_now(world), &realm, &bob, &group, &role,
                          world_id(world) };
        const StorePort *store = change.store;
        DirectoryMapping map;
        DirectoryUserView user;

        place_begin_with(store);
        place_run();
        place_map(&map);
        ASSERT_OK(directory_user_by_name(&map.directory, "bob", &user));
        ASSERT_EQ(user.uid, bob.uid);
        directory_mapping_close(&map);
        ASSERT_TRUE(strstr(place_read(place.sudo_rules), "\"rows\":0") != NULL);

        ASSERT_OK(store->txn(store->self, grant_all, &change));
        place_run();
        ASSERT_TRUE(strstr(place_read(place.sudo_rules), "\"user\":\"bob\"") != NULL);

        ASSERT_OK(store->txn(store->self, take_membership, &change));
        place_run();
        ASSERT_TRUE(strstr(place_read(place.sudo_rules), "\"rows\":0") != NULL);

        ASSERT_OK(store->txn(store->self, take_user, &change));
        place_run();
        place_map(&map);
        ASSERT_CODE(directory_user_by_name(&map.directory, "bob", &user), IAM_E_NOT_FOUND);
        directory_mapping_close(&map);
        place_end();
}
