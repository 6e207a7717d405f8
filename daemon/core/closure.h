/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a user effectively is and may do: groups with those above them, roles with those they
 * include, permissions and sudo rules of all these, and by which path each came.  Claims, host
 * access, sudo and administrative rights are all read from here.  Pure over values that one
 * transaction read; cycles do no harm.
 */
#pragma once

#include "base/str.h"
#include "daemon/core/group.h"
#include "daemon/core/ports/store.h"
#include "daemon/core/role.h"
#include "daemon/core/user.h"
#include "policy/policy.h"

/* Rows by the id they hang on: see closure.c. */
typedef struct ClosureIndex {
        uint32_t *heads;
        uint32_t *nexts;
        uint32_t mask;
} ClosureIndex;

/* The access data of one realm, indexed: built once, asked for any number of users. */
typedef struct ClosureModel {
        GroupList groups;
        RoleList roles;
        AssignmentList assignments;
        CompositeList composites;
        PermissionList permissions;
        SudoRuleList sudo_rules;

        ClosureIndex group_by_id;
        ClosureIndex role_by_id;
        ClosureIndex assignment_by_subject;
        ClosureIndex composite_by_role;
        ClosureIndex permission_by_subject;
        ClosureIndex sudo_by_role;
} ClosureModel;

#define CLOSURE_NONE SIZE_MAX

/* How something came to a user: directly, by a group, or by a role that includes it. */
typedef struct ClosureGroup {
        const Group *group;
        size_t below; /* the closure's group whose parent this is; CLOSURE_NONE: a direct one */
} ClosureGroup;

typedef struct ClosureRole {
        const Role *role;
        size_t by_group; /* index into groups, or CLOSURE_NONE */
        size_t by_role; /* index into roles, or CLOSURE_NONE; both none: assigned to the user */
} ClosureRole;

typedef struct ClosurePermission {
        const Permission *permission;
        size_t by_group; /* one of both */
        size_t by_role;
} ClosurePermission;

typedef struct ClosureSudo {
        const SudoRule *rule;
        size_t by_role;
} ClosureSudo;

typedef struct Closure {
        const ClosureModel *model;
        ClosureGroup *groups; /* direct ones first, then those above */
        size_t n_groups;
        ClosureRole *roles;
        size_t n_roles;
        ClosurePermission *permissions;
        PolicyRule *rules; /* the same, as policy_decide() wants them */
        size_t n_permissions;
        ClosureSudo *sudo;
        size_t n_sudo;
} Closure;

/* Indexes the lists, which the caller filled and keeps.  -ENOMEM. */
int closure_model_index(ClosureModel *model, Arena *arena);
/* Reads the lists of the realm and indexes them. */
int closure_model_load(
                const StorePort *store, Txn *txn, const RealmId *realm, Arena *arena,
                ClosureModel *ret);

/* The closure may live in an arena of its own, reset between users, as long as the model stays.
 * direct: ids of the groups the user was put into; unknown ids are left out.  -ENOMEM. */
int closure_make(
                const ClosureModel *model, Arena *arena, const Id *user, const Id *direct,
                size_t n_direct, Closure *ret);
/* The same with the direct groups read from the store. */
int closure_load(
                const StorePort *store, Txn *txn, const RealmId *realm, Arena *arena,
                const ClosureModel *model, const Id *user, Closure *ret);
/* For one user: reads what he holds and nothing else of the realm; its model knows no more. */
int closure_of_user(
                const StorePort *store, Txn *txn, const RealmId *realm, Arena *arena,
                const Id *user, Closure *ret);

const Group *closure_group(const ClosureModel *model, const Id *id); /* NULL: none */
const Role *closure_role(const ClosureModel *model, const Id *id);

/* "/eng/ops": the group's own name last.  NULL: the arena is full. */
const char *closure_group_path(const ClosureModel *model, Arena *arena, const Group *group);
/* 1: whoever holds `from` holds `to` too, or they are one; 0: not; -ENOMEM. */
int closure_role_reaches(const ClosureModel *model, Arena *arena, const Id *from, const Id *to);

/* Names of effective realm roles (not clients' ones), and full paths of effective groups. */
int closure_role_names(const Closure *closure, Arena *arena, StrList *ret);
int closure_group_paths(const Closure *closure, Arena *arena, StrList *ret);
/* The same lists for one user, without the way he came to hold them: tokens need no more.
 */
int closure_names_of_user(
                const StorePort *store, Txn *txn, const RealmId *realm, Arena *arena,
                const Id *user, StrList *ret_roles, StrList *ret_groups);

/*
 * The steps from the user to permission number i: "group /eng/ops", "role ops", "role base",
 * "permission host:login".
 */
int closure_explain(const Closure *closure, Arena *arena, size_t permission, StrList *ret);
