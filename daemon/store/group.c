/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "base/str.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

static const SqlColumn group_columns[] = {
        COLUMN(SQL_ID, Group, realm),       COLUMN(SQL_ID, Group, id),
        COLUMN(SQL_ID_NULL, Group, parent), COLUMN(SQL_TEXT, Group, name),
        COLUMN(SQL_BOOL, Group, posix),     COLUMN(SQL_U32_NULL, Group, gid),
        COLUMN(SQL_INT, Group, created_at), COLUMN(SQL_INT, Group, updated_at),
        COLUMN(SQL_INT, Group, version),
};
const SqlRow group_row = SQL_ROW(Group, group_columns);

static const SqlColumn membership_columns[] = {
        COLUMN(SQL_ID, Membership, group),
        COLUMN(SQL_ID, Membership, user),
};
static const SqlRow membership_row = SQL_ROW(Membership, membership_columns);

static int group_insert(Txn *txn, const Group *group) {
        return sql_write_row(txn, Q_GROUP_INSERT, &group_row, group);
}

static int group_by_id(Txn *txn, const RealmId *realm, const Id *id, Arena *arena, Group *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_GROUP_BY_ID);
        int r = sql_bind(q, sql_realm(realm), sql_id(id));

        return r != 0 ? r : sql_read_one(q, &group_row, arena, ret);
}

static int
group_by_name(Txn *txn, const RealmId *realm, const char *name, Arena *arena, Group *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_GROUP_BY_NAME);
        int r = sql_bind(q, sql_realm(realm), sql_text(name));

        return r != 0 ? r : sql_read_one(q, &group_row, arena, ret);
}

static int group_update(Txn *txn, const Group *group) {
        /* The foreign key alone would also take a removed parent. */
        if (!id_is_null(&group->parent)) {
                int r =
                                sql_run_exists(txn, Q_GROUP_BY_ID, sql_realm(&group->realm),
                                               sql_id(&group->parent));
                if (r != 0)
                        return r;
        }
        return sql_update_row(
                        txn, Q_GROUP_UPDATE, &group_row, group, Q_GROUP_BY_ID, &group->realm,
                        &group->id);
}

static int group_remove(Txn *txn, const RealmId *realm, const Id *id, Usec now) {
        static const SqlQueryId deleted[] = {
                Q_MEMBER_DELETE_GROUP,
                Q_UNASSIGN_SUBJECT,
                Q_FORBID_SUBJECT,
        };
        int r;

        r = sql_run_exists(txn, Q_GROUP_HAS_CHILD, sql_realm(realm), sql_id(id));
        if (r == 0)
                return IAM_E_NOT_EMPTY;
        if (r != IAM_E_NOT_FOUND)
                return r;
        r = sql_run_some(txn, Q_GROUP_REMOVE, sql_realm(realm), sql_id(id), sql_int(now));
        for (size_t i = 0; r == 0 && i < ELEMENTSOF(deleted); i++)
                r = sql_run(txn, deleted[i], sql_realm(realm), sql_id(id));
        return r;
}

static int
group_list(Txn *txn, const RealmId *realm, Arena *arena, const Page *page, GroupList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_GROUP_LIST);
        int r = sql_page_check(page);

        if (r == 0)
                r = sql_bind(q, sql_realm(realm), sql_text(str_or(page->after, "")),
                             sql_int((int64_t) page->limit));
        return r != 0 ? r : sql_read_list(q, &group_row, arena, ret);
}

static int group_list_all(Txn *txn, const RealmId *realm, Arena *arena, GroupList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_GROUP_LIST_ALL);
        int r = sql_bind(q, sql_realm(realm));

        return r != 0 ? r : sql_read_list(q, &group_row, arena, ret);
}

static int
group_add_member(Txn *txn, const RealmId *realm, const Id *group, const Id *user, Usec now) {
        return sql_run_some(
                        txn, Q_MEMBER_INSERT, sql_realm(realm), sql_id(group), sql_id(user),
                        sql_int(now));
}

static int group_remove_member(Txn *txn, const RealmId *realm, const Id *group, const Id *user) {
        return sql_run_some(txn, Q_MEMBER_DELETE, sql_realm(realm), sql_id(group), sql_id(user));
}

static int
group_members(Txn *txn, const RealmId *realm, const Id *group, Arena *arena, UserList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_GROUP_MEMBERS);
        int r = sql_bind(q, sql_realm(realm), sql_id(group));

        return r != 0 ? r : sql_read_list(q, &user_row, arena, ret);
}

static int
group_of_user(Txn *txn, const RealmId *realm, const Id *user, Arena *arena, GroupList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_GROUP_OF_USER);
        int r = sql_bind(q, sql_realm(realm), sql_id(user));

        return r != 0 ? r : sql_read_list(q, &group_row, arena, ret);
}

static int group_memberships(Txn *txn, const RealmId *realm, Arena *arena, MembershipList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_MEMBERSHIPS);
        int r = sql_bind(q, sql_realm(realm));

        return r != 0 ? r : sql_read_list(q, &membership_row, arena, ret);
}

const GroupOps sql_group_ops = {
        .insert = group_insert,
        .by_id = group_by_id,
        .by_name = group_by_name,
        .update = group_update,
        .remove = group_remove,
        .list = group_list,
        .list_all = group_list_all,
        .add_member = group_add_member,
        .remove_member = group_remove_member,
        .members = group_members,
        .of_user = group_of_user,
        .memberships = group_memberships,
};
