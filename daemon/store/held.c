/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

/* One statement a kind of row; all are bound alike. */
#define HELD(txn, id, row, realm, user, arena, ret)                                                \
        ({                                                                                         \
                CLEANUP(sql_resetp) SqlQuery *q_ = sql_query((txn), (id));                         \
                int bound_ = sql_bind(q_, sql_realm(realm), sql_id(user));                         \
                bound_ != 0 ? bound_ : sql_read_list(q_, (row), (arena), (ret));                   \
        })

/* Recursive queries are dear, and most service accounts and many people have nothing to follow. */

static int
held_groups(Txn *txn, const RealmId *realm, const Id *user, Arena *arena, GroupList *ret) {
        int r = sql_run_exists(txn, Q_HELD_HAS_GROUPS, sql_realm(realm), sql_id(user));

        if (r == IAM_E_NOT_FOUND)
                *ret = (GroupList){};
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r;
        return HELD(txn, Q_HELD_GROUPS, &group_row, realm, user, arena, ret);
}

static int held_roles(Txn *txn, const RealmId *realm, const Id *user, Arena *arena, RoleList *ret) {
        int r = sql_run_exists(txn, Q_HELD_HAS_MORE_ROLES, sql_realm(realm), sql_id(user));

        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        return HELD(txn, r == 0 ? Q_HELD_ROLES : Q_HELD_ROLES_DIRECT, &role_row, realm, user, arena,
                    ret);
}

static int held_assignments(
                Txn *txn, const RealmId *realm, const Id *user, Arena *arena, AssignmentList *ret) {
        return HELD(txn, Q_HELD_ASSIGNMENTS, &assignment_row, realm, user, arena, ret);
}

static int
held_composites(Txn *txn, const RealmId *realm, const Id *user, Arena *arena, CompositeList *ret) {
        return HELD(txn, Q_HELD_COMPOSITES, &composite_row, realm, user, arena, ret);
}

static int held_permissions(
                Txn *txn, const RealmId *realm, const Id *user, Arena *arena, PermissionList *ret) {
        return HELD(txn, Q_HELD_PERMISSIONS, &permission_row, realm, user, arena, ret);
}

static int
held_sudo_rules(Txn *txn, const RealmId *realm, const Id *user, Arena *arena, SudoRuleList *ret) {
        return HELD(txn, Q_HELD_SUDO, &sudo_row, realm, user, arena, ret);
}

const HeldOps sql_held_ops = {
        .groups = held_groups,
        .roles = held_roles,
        .assignments = held_assignments,
        .composites = held_composites,
        .permissions = held_permissions,
        .sudo_rules = held_sudo_rules,
};
