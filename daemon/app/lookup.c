/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/lookup.h"

#include <string.h>

#include "base/reason.h"
#include "daemon/core/closure.h"

typedef struct LookupCall {
        App *app;
        Arena *arena;
        const LookupKey *key;
        HostName name;
        bool is_plain; /* of the host's own realm: no @realm behind the names */
        const char *realm_name;
        PosixUser user;
        PosixGroup group;
} LookupCall;

static const char *shown_name(const LookupCall *call, const char *name) {
        return call->is_plain ? arena_strdup(call->arena, name)
                              : arena_printf(call->arena, "%s@%s", name, call->realm_name);
}

static int find_user(LookupCall *call, Txn *txn, User *ret) {
        const UserOps *users = call->app->store.users;
        int r;

        r = call->name.name != NULL ? users->by_name(txn, &call->name.realm, call->name.name,
                                                     call->arena, ret)
                                    : users->by_uid(txn, &call->name.realm, call->key->id,
                                                    call->arena, ret);
        return r == 0 && !ret->posix ? IAM_E_NOT_FOUND : r;
}

static int fill_gids(LookupCall *call, const Closure *closure) {
        uint32_t *gids = arena_new_n(call->arena, uint32_t, closure->n_groups + 1);
        size_t n = 0;

        if (gids == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < closure->n_groups; i++)
                if (closure->groups[i].group->posix)
                        gids[n++] = closure->groups[i].group->gid;
        call->user.gids = gids;
        call->user.n_gids = n;
        return 0;
}

static int user_run(Txn *txn, void *context) {
        LookupCall *call = context;
        Closure closure;
        User user;
        int r;

        r = find_user(call, txn, &user);
        if (r == 0)
                r =
                                closure_of_user(&call->app->store, txn, &call->name.realm,
                                                call->arena, &user.id, &closure);
        if (r != 0)
                return r;
        call->user = (PosixUser){
                .name = shown_name(call, user.name),
                .gecos = str_or(user.display_name, ""),
                .home = user.home,
                .shell = user.shell,
                .uid = user.uid,
        };
        if (call->user.name == NULL)
                return -ENOMEM;
        return fill_gids(call, &closure);
}

/* Whoever is in a group below is in the group too. */
static int fill_members(LookupCall *call, Txn *txn, const Group *group) {
        const StorePort *store = &call->app->store;
        ClosureModel model;
        UserList users;
        const char **names;
        size_t n = 0;
        int r;

        r = closure_model_load(store, txn, &call->name.realm, call->arena, &model);
        if (r == 0)
                r = store->users->list_posix(txn, &call->name.realm, call->arena, &users);
        if (r != 0)
                return r;
        names = arena_new_n(call->arena, const char *, users.n + 1);
        if (names == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < users.n; i++) {
                Closure closure;

                r =
                                closure_load(store, txn, &call->name.realm, call->arena, &model,
                                             &users.items[i].id, &closure);
                if (r != 0)
                        return r;
                for (size_t j = 0; j < closure.n_groups; j++) {
                        if (!id_equal(&closure.groups[j].group->id, &group->id))
                                continue;
                        names[n] = shown_name(call, users.items[i].name);
                        if (names[n++] == NULL)
                                return -ENOMEM;
                        break;
                }
        }
        call->group.members = (StrList){ .items = names, .n = n };
        return 0;
}

static int find_group(LookupCall *call, Txn *txn, Group *ret) {
        const GroupOps *groups = call->app->store.groups;
        GroupList list;
        int r;

        if (call->name.name != NULL) {
                r = groups->by_name(txn, &call->name.realm, call->name.name, call->arena, ret);
                return r == 0 && !ret->posix ? IAM_E_NOT_FOUND : r;
        }
        r = groups->list_all(txn, &call->name.realm, call->arena, &list);
        if (r != 0)
                return r;
        for (size_t i = 0; i < list.n; i++) {
                if (!list.items[i].posix || list.items[i].gid != call->key->id)
                        continue;
                *ret = list.items[i];
                return 0;
        }
        return IAM_E_NOT_FOUND;
}

static int group_run(Txn *txn, void *context) {
        LookupCall *call = context;
        Group group;
        User user;
        int r;

        r = find_user(call, txn, &user); /* the private group of a user */
        if (r == 0) {
                call->group = (PosixGroup){ .name = shown_name(call, user.name), .gid = user.uid };
                return call->group.name != NULL ? 0 : -ENOMEM;
        }
        if (r != IAM_E_NOT_FOUND)
                return r;
        r = find_group(call, txn, &group);
        if (r != 0)
                return r;
        call->group = (PosixGroup){ .name = shown_name(call, group.name), .gid = group.gid };
        if (call->group.name == NULL)
                return -ENOMEM;
        return fill_members(call, txn, &group);
}

static int lookup_in_realm(LookupCall *call, TxnFn run, const char *realm_name) {
        call->is_plain = str_eq(realm_name, call->app->config.host_realm);
        call->realm_name = realm_name;
        return call->app->store.read(call->app->store.self, run, call);
}

/* A number may be of any realm that the host serves. */
static int lookup_by_number(LookupCall *call, TxnFn run) {
        const App *app = call->app;

        for (size_t i = 0; i <= app->config.host_also.n; i++) {
                const char *realm_name = i == 0 ? app->config.host_realm
                                                : app->config.host_also.items[i - 1];
                int r;

                if (str_is_empty(realm_name))
                        continue;
                r = app_host_realm(call->app, call->arena, realm_name, &call->name.realm);
                if (r == 0)
                        r = lookup_in_realm(call, run, realm_name);
                if (r != IAM_E_NOT_FOUND && r != IAM_E_UNKNOWN_USER)
                        return r;
        }
        return IAM_E_NOT_FOUND;
}

static int lookup(LookupCall *call, TxnFn run) {
        const char *at;
        int r;

        if (call->key->name == NULL)
                return lookup_by_number(call, run);
        r = app_host_name(call->app, call->arena, call->key->name, &call->name);
        if (r != 0)
                return r == IAM_E_UNKNOWN_USER ? IAM_E_NOT_FOUND : r;
        at = strchr(call->key->name, '@');
        return lookup_in_realm(call, run, at != NULL ? at + 1 : call->app->config.host_realm);
}

int app_posix_user(App *app, Arena *arena, const LookupKey *key, PosixUser *ret) {
        LookupCall call = { .app = app, .arena = arena, .key = key };
        int r = lookup(&call, user_run);

        if (r == 0)
                *ret = call.user;
        return r;
}

int app_posix_group(App *app, Arena *arena, const LookupKey *key, PosixGroup *ret) {
        LookupCall call = { .app = app, .arena = arena, .key = key };
        int r = lookup(&call, group_run);

        if (r == 0)
                *ret = call.group;
        return r;
}
