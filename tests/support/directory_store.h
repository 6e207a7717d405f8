/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of a StorePort that the publisher reads, over plain arrays that the test fills: quick
 * enough for realms of 100,000 users.  One realm or two.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "base/str.h"
#include "daemon/core/ports/store.h"

typedef struct DirectoryRealm {
        Realm realm;
        UserList users;
        GroupList groups;
        MembershipList memberships;
        RoleList roles;
        AssignmentList assignments;
        CompositeList composites;
        PermissionList permissions;
        SudoRuleList sudo_rules;
} DirectoryRealm;

typedef struct DirectoryStore {
        DirectoryRealm realms[2];
        size_t n_realms;
        int64_t changes; /* outbox rows so far */
        int64_t done; /* up to here */
        int fail; /* what read() and txn() return, when not 0 */
} DirectoryStore;

static DirectoryStore directory_store; /* of the test program */

__attribute__((unused)) static Id directory_id(uint32_t n) {
        Id id = { .bytes = { 1 } };

        memcpy(id.bytes + 12, &n, sizeof(n));
        return id;
}

static DirectoryRealm *directory_realm(const RealmId *id) {
        for (size_t i = 0; i < directory_store.n_realms; i++) {
                if (id_equal(&directory_store.realms[i].realm.id.id, &id->id))
                        return &directory_store.realms[i];
        }
        abort();
}

static int directory_read(Store *store, TxnFn fn, void *context) {
        return directory_store.fail != 0 ? directory_store.fail : fn(NULL, context);
}

static int directory_realm_by_name(Txn *txn, const char *name, Arena *arena, Realm *ret) {
        for (size_t i = 0; i < directory_store.n_realms; i++) {
                if (str_eq(directory_store.realms[i].realm.name, name)) {
                        *ret = directory_store.realms[i].realm;
                        return 0;
                }
        }
        return IAM_E_NOT_FOUND;
}

/* Copies, because a caller may sort what it got. */
#define DIRECTORY_LIST(function, List, member)                                                     \
        static int function(Txn *txn, const RealmId *realm, Arena *arena, List *ret) {             \
                const List *from = &directory_realm(realm)->member;                                \
                                                                                                   \
                ret->n = from->n;                                                                  \
                ret->items = arena_memdup(arena, from->items, from->n * sizeof(*from->items));     \
                return from->n > 0 && ret->items == NULL ? -ENOMEM : 0;                            \
        }
DIRECTORY_LIST(directory_memberships, MembershipList, memberships)
DIRECTORY_LIST(directory_groups, GroupList, groups)
DIRECTORY_LIST(directory_roles, RoleList, roles)
DIRECTORY_LIST(directory_assignments, AssignmentList, assignments)
DIRECTORY_LIST(directory_composites, CompositeList, composites)
DIRECTORY_LIST(directory_permissions, PermissionList, permissions)
DIRECTORY_LIST(directory_sudo_rules, SudoRuleList, sudo_rules)

static int directory_posix(Txn *txn, const RealmId *realm, Arena *arena, UserList *ret) {
        const UserList *from = &directory_realm(realm)->users;

        ret->n = 0;
        ret->items = arena_new_n(arena, User, from->n + 1);
        if (ret->items == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < from->n; i++) {
                if (from->items[i].posix)
                        ret->items[ret->n++] = from->items[i];
        }
        return 0;
}

static int directory_pending(Txn *txn, const char *topic, int64_t *ret) {
        *ret = directory_store.changes > directory_store.done ? directory_store.changes : 0;
        return 0;
}

static int directory_done(Txn *txn, const char *topic, int64_t up_to) {
        if (up_to > directory_store.done)
                directory_store.done = up_to;
        return 0;
}

static const RealmOps directory_realm_ops = { .by_name = directory_realm_by_name };
static const UserOps directory_user_ops = { .list_posix = directory_posix };
static const GroupOps directory_group_ops = { .list_all = directory_groups,
                                              .memberships = directory_memberships };
static const RoleOps directory_role_ops = { .list_all = directory_roles,
                                            .assignments = directory_assignments,
                                            .composites = directory_composites,
                                            .permissions = directory_permissions,
                                            .sudo_rules = directory_sudo_rules };
static const OutboxOps directory_outbox_ops = { .pending = directory_pending,
                                                .done = directory_done };

static const StorePort directory_port = { .read = directory_read,
                                          .txn = directory_read,
                                          .realms = &directory_realm_ops,
                                          .users = &directory_user_ops,
                                          .groups = &directory_group_ops,
                                          .roles = &directory_role_ops,
                                          .outbox = &directory_outbox_ops };
