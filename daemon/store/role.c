/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

const SqlEnum subject_kind_enum = { subject_kind_name, subject_kind_from_name };

static const SqlColumn role_columns[] = {
        COLUMN(SQL_ID, Role, realm),         COLUMN(SQL_ID, Role, id),
        COLUMN(SQL_ID_NULL, Role, client),   COLUMN(SQL_TEXT, Role, name),
        COLUMN(SQL_TEXT, Role, description), COLUMN(SQL_INT, Role, created_at),
        COLUMN(SQL_INT, Role, updated_at),   COLUMN(SQL_INT, Role, version),
};
const SqlRow role_row = SQL_ROW(Role, role_columns);

static const SqlColumn assignment_columns[] = {
        COLUMN(SQL_ID, Assignment, role),
        COLUMN_ENUM(Assignment, subject_kind, &subject_kind_enum),
        COLUMN(SQL_ID, Assignment, subject),
};
const SqlRow assignment_row = SQL_ROW(Assignment, assignment_columns);

static const SqlColumn composite_columns[] = {
        COLUMN(SQL_ID, Composite, role),
        COLUMN(SQL_ID, Composite, includes),
};
const SqlRow composite_row = SQL_ROW(Composite, composite_columns);

static const SqlColumn permission_columns[] = {
        COLUMN(SQL_ID, Permission, id),
        COLUMN_ENUM(Permission, subject_kind, &subject_kind_enum),
        COLUMN(SQL_ID, Permission, subject),
        COLUMN(SQL_TEXT, Permission, resource),
        COLUMN(SQL_TEXT, Permission, action),
};
const SqlRow permission_row = SQL_ROW(Permission, permission_columns);

static const SqlColumn sudo_columns[] = {
        COLUMN(SQL_ID, SudoRule, id),
        COLUMN(SQL_ID, SudoRule, role),
        COLUMN(SQL_TEXT, SudoRule, run_as),
        COLUMN(SQL_TEXT, SudoRule, command),
        COLUMN(SQL_INT, SudoRule, fresh_factor),
};
const SqlRow sudo_row = SQL_ROW(SudoRule, sudo_columns);

static int role_insert(Txn *txn, const Role *role) {
        return sql_write_row(txn, Q_ROLE_INSERT, &role_row, role);
}

static int role_by_id(Txn *txn, const RealmId *realm, const Id *id, Arena *arena, Role *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_ROLE_BY_ID);
        int r = sql_bind(q, sql_realm(realm), sql_id(id));

        return r != 0 ? r : sql_read_one(q, &role_row, arena, ret);
}

/* A realm role, without a client. */
static int
role_by_realm_name(Txn *txn, const RealmId *realm, const char *name, Arena *arena, Role *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_ROLE_BY_REALM_NAME);
        int r = sql_bind(q, sql_realm(realm), sql_text(name));

        return r != 0 ? r : sql_read_one(q, &role_row, arena, ret);
}

static int
role_by_name(Txn *txn, const RealmId *realm, const Id *client, const char *name, Arena *arena,
             Role *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = NULL;
        int r;

        if (client == NULL || id_is_null(client))
                return role_by_realm_name(txn, realm, name, arena, ret);
        q = sql_query(txn, Q_ROLE_BY_CLIENT_NAME);
        r = sql_bind(q, sql_realm(realm), sql_id(client), sql_text(name));
        return r != 0 ? r : sql_read_one(q, &role_row, arena, ret);
}

static int role_update(Txn *txn, const Role *role) {
        return sql_update_row(
                        txn, Q_ROLE_UPDATE, &role_row, role, Q_ROLE_BY_ID, &role->realm, &role->id);
}

static int role_remove(Txn *txn, const RealmId *realm, const Id *id, Usec now) {
        static const SqlQueryId deleted[] = {
                Q_UNASSIGN_ROLE,
                Q_EXCLUDE_ROLE,
                Q_FORBID_SUBJECT,
                Q_SUDO_DELETE_ROLE,
        };
        int r;

        r = sql_run_some(txn, Q_ROLE_REMOVE, sql_realm(realm), sql_id(id), sql_int(now));
        for (size_t i = 0; r == 0 && i < ELEMENTSOF(deleted); i++)
                r = sql_run(txn, deleted[i], sql_realm(realm), sql_id(id));
        return r;
}

static int
role_list_first(Txn *txn, const RealmId *realm, Arena *arena, const Page *page, RoleList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_ROLE_LIST_FIRST);
        int r = sql_bind(q, sql_realm(realm), sql_int((int64_t) page->limit));

        return r != 0 ? r : sql_read_list(q, &role_row, arena, ret);
}

/* A realm role and client roles may share a name, so the cursor is the last row's id. */
static int
role_list(Txn *txn, const RealmId *realm, Arena *arena, const Page *page, RoleList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = NULL;
        Id after;
        int r = sql_page_check(page);

        if (r != 0)
                return r;
        if (page->after == NULL)
                return role_list_first(txn, realm, arena, page, ret);
        if (id_parse(page->after, &after) < 0)
                return IAM_E_INVALID;
        q = sql_query(txn, Q_ROLE_LIST_AFTER);
        r = sql_bind(q, sql_realm(realm), sql_id(&after), sql_int((int64_t) page->limit));
        return r != 0 ? r : sql_read_list(q, &role_row, arena, ret);
}

static int role_list_all(Txn *txn, const RealmId *realm, Arena *arena, RoleList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_ROLE_LIST_ALL);
        int r = sql_bind(q, sql_realm(realm));

        return r != 0 ? r : sql_read_list(q, &role_row, arena, ret);
}

static int role_assign(Txn *txn, const RealmId *realm, const Assignment *a, Usec now) {
        switch (a->subject_kind) {
        case SUBJECT_USER:
                return sql_run_some(
                                txn, Q_ASSIGN_USER, sql_realm(realm), sql_id(&a->role),
                                sql_id(&a->subject), sql_int(now));
        case SUBJECT_GROUP:
                return sql_run_some(
                                txn, Q_ASSIGN_GROUP, sql_realm(realm), sql_id(&a->role),
                                sql_id(&a->subject), sql_int(now));
        case SUBJECT_ROLE:
        case SENTINELS(SUBJECT):
                break;
        }
        return -EINVAL;
}

static int role_unassign(Txn *txn, const RealmId *realm, const Assignment *a) {
        return sql_run_some(
                        txn, Q_UNASSIGN, sql_realm(realm), sql_id(&a->role),
                        sql_text(subject_kind_name(a->subject_kind)), sql_id(&a->subject));
}

static int role_assignments(Txn *txn, const RealmId *realm, Arena *arena, AssignmentList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_ASSIGNMENTS);
        int r = sql_bind(q, sql_realm(realm));

        return r != 0 ? r : sql_read_list(q, &assignment_row, arena, ret);
}

static int role_include(Txn *txn, const RealmId *realm, const Composite *c, Usec now) {
        return sql_run_some(
                        txn, Q_INCLUDE, sql_realm(realm), sql_id(&c->role), sql_id(&c->includes),
                        sql_int(now));
}

static int role_exclude(Txn *txn, const RealmId *realm, const Composite *c) {
        return sql_run_some(
                        txn, Q_EXCLUDE, sql_realm(realm), sql_id(&c->role), sql_id(&c->includes));
}

static int role_composites(Txn *txn, const RealmId *realm, Arena *arena, CompositeList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_COMPOSITES);
        int r = sql_bind(q, sql_realm(realm));

        return r != 0 ? r : sql_read_list(q, &composite_row, arena, ret);
}

static int role_permit(Txn *txn, const RealmId *realm, const Permission *p, Usec now) {
        SqlQueryId id = p->subject_kind == SUBJECT_ROLE ? Q_PERMIT_ROLE : Q_PERMIT_GROUP;

        if (p->subject_kind != SUBJECT_ROLE && p->subject_kind != SUBJECT_GROUP)
                return -EINVAL;
        return sql_run_some(
                        txn, id, sql_realm(realm), sql_id(&p->id), sql_id(&p->subject),
                        sql_text(p->resource), sql_text(p->action), sql_int(now));
}

static int role_forbid(Txn *txn, const RealmId *realm, const Permission *p) {
        return sql_run_some(
                        txn, Q_FORBID, sql_realm(realm),
                        sql_text(subject_kind_name(p->subject_kind)), sql_id(&p->subject),
                        sql_text(p->resource), sql_text(p->action));
}

static int role_permissions(Txn *txn, const RealmId *realm, Arena *arena, PermissionList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_PERMISSIONS);
        int r = sql_bind(q, sql_realm(realm));

        return r != 0 ? r : sql_read_list(q, &permission_row, arena, ret);
}

static int role_sudo_add(Txn *txn, const RealmId *realm, const SudoRule *rule, Usec now) {
        return sql_run_some(
                        txn, Q_SUDO_INSERT, sql_realm(realm), sql_id(&rule->id),
                        sql_id(&rule->role), sql_text(rule->run_as), sql_text(rule->command),
                        sql_int(now), sql_int(rule->fresh_factor));
}

static int role_sudo_remove(
                Txn *txn, const RealmId *realm, const Id *role, const char *run_as,
                const char *command) {
        return sql_run_some(
                        txn, Q_SUDO_DELETE, sql_realm(realm), sql_id(role), sql_text(run_as),
                        sql_text(command));
}

static int role_sudo_rules(Txn *txn, const RealmId *realm, Arena *arena, SudoRuleList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_SUDO_RULES);
        int r = sql_bind(q, sql_realm(realm));

        return r != 0 ? r : sql_read_list(q, &sudo_row, arena, ret);
}

const RoleOps sql_role_ops = {
        .insert = role_insert,
        .by_id = role_by_id,
        .by_name = role_by_name,
        .update = role_update,
        .remove = role_remove,
        .list = role_list,
        .list_all = role_list_all,
        .assign = role_assign,
        .unassign = role_unassign,
        .assignments = role_assignments,
        .include = role_include,
        .exclude = role_exclude,
        .composites = role_composites,
        .permit = role_permit,
        .forbid = role_forbid,
        .permissions = role_permissions,
        .sudo_add = role_sudo_add,
        .sudo_remove = role_sudo_remove,
        .sudo_rules = role_sudo_rules,
};
