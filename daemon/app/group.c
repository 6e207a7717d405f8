/* SPDX-License-Identifier: Apache-2.0 */
/* Groups: a tree of them, and who is in. */
#include "base/names.h"
#include "base/reason.h"
#include "daemon/app/call.h"

#define HISTORY_MAX 2048

static int group_history(AppCall *call, Txn *txn, const Group *group) {
        CLEANUP(buf_done) Buf data = BUF_INIT(HISTORY_MAX);
        JsonWriter w = JSON_WRITER(&data);
        const char *parent = call_id_text(call, &group->parent);

        json_begin_object(&w);
        json_put_str(&w, "name", group->name);
        json_put_str(&w, "parent", id_is_null(&group->parent) ? NULL : parent);
        json_put_bool(&w, "posix", group->posix);
        if (group->posix)
                json_put_int(&w, "gid", group->gid);
        json_end_object(&w);
        return call_history(call, txn, "group", &group->id, group->version, &data, NULL);
}

static int members_list(AppCall *call, Txn *txn, const Group *group, GroupView *out) {
        CallNames names;
        UserList members;
        int r;

        r = call->app->store.groups->members(txn, &group->realm, &group->id, call->arena, &members);
        if (r == 0)
                r = call_names_init(call, members.n, &names);
        if (r != 0)
                return r;
        for (size_t i = 0; i < members.n; i++)
                call_names_add(&names, members.items[i].name);
        out->members = names.list;
        out->more_members = call_names_more(&names);
        return 0;
}

static int roles_list(AppCall *call, const ClosureModel *model, const Group *group, StrList *ret) {
        CallNames names;
        int r;

        r = call_names_init(call, model->roles.n, &names);
        if (r != 0)
                return r;
        for (size_t i = 0; i < model->assignments.n; i++) {
                const Assignment *a = &model->assignments.items[i];
                const Role *role = closure_role(model, &a->role);

                if (a->subject_kind == SUBJECT_GROUP && id_equal(&a->subject, &group->id) &&
                    role != NULL)
                        call_names_add(&names, role->name);
        }
        *ret = names.list;
        return 0;
}

static int group_view(AppCall *call, Txn *txn, const Group *group, GroupView *out) {
        ClosureModel model;
        int r;

        r = closure_model_load(&call->app->store, txn, &group->realm, call->arena, &model);
        if (r == 0)
                r = members_list(call, txn, group, out);
        if (r == 0)
                r = roles_list(call, &model, group, &out->roles);
        if (r != 0)
                return r;
        out->id = call_id_text(call, &group->id);
        out->name = group->name;
        out->path = closure_group_path(&model, call->arena, group);
        out->gid = group->posix ? group->gid : WIRE_INT_ABSENT;
        out->created_at = group->created_at;
        return out->id == NULL || out->path == NULL ? -ENOMEM : 0;
}

/* The parent's id, and that the tree does not grow beyond its depth. */
static int parent_find(AppCall *call, Txn *txn, const char *name, Id *ret) {
        Group at;
        int r;

        if (name == NULL)
                return 0;
        r = call_group(call, txn, name, "parent", &at);
        if (r != 0)
                return r;
        *ret = at.id;
        for (int depth = 2; !id_is_null(&at.parent); depth++) {
                if (depth >= GROUP_DEPTH_MAX)
                        return call_blame(call, IAM_E_LIMIT, "parent");
                r = call->app->store.groups->by_id(txn, &at.realm, &at.parent, call->arena, &at);
                if (r != 0)
                        return r;
        }
        return 0;
}

/* On a host a user's private group bears the user's name. */
static int name_is_free_of_users(AppCall *call, Txn *txn, const char *name) {
        User user;
        int r;

        r = call->app->store.users->by_name(txn, &call->realm.id, name, call->arena, &user);
        if (r == 0 && user.posix)
                return call_blame(call, IAM_E_EXISTS, "name");
        return r == IAM_E_NOT_FOUND ? 0 : r;
}

static int group_make_posix(AppCall *call, Txn *txn, Group *group) {
        int r;

        r = name_is_free_of_users(call, txn, group->name);
        if (r == 0)
                r = call->app->store.posix->allocate(
                                txn, &group->realm, "group", &group->id, call->now, &group->gid);
        if (r == 0)
                group->posix = true;
        return r;
}

int app_group_create(AppCall *call, Txn *txn) {
        const GroupCreateIn *in = call->in;
        bool is_master = str_eq(call->realm.name, MASTER_REALM);
        bool posix = in->posix == MAYBE_ABSENT ? call->realm.settings.posix_by_default && !is_master
                                               : in->posix == MAYBE_YES;
        Group group = {
                .realm = call->realm.id,
                .name = in->name,
                .created_at = call->now,
                .updated_at = call->now,
                .version = 1,
        };
        int r;

        r = call_expect(call, name_is_group(in->name), "name");
        if (r == 0)
                r = call_expect(call, !(posix && is_master), "posix");
        if (r == 0)
                r = parent_find(call, txn, in->parent, &group.parent);
        if (r == 0)
                r = app_id_make(call->app, call->now, &group.id);
        if (r == 0 && posix)
                r = group_make_posix(call, txn, &group);
        if (r != 0)
                return r;
        r = call->app->store.groups->insert(txn, &group);
        if (r == IAM_E_EXISTS)
                return call_blame(call, r, "name");
        if (r == 0)
                r = group_history(call, txn, &group);
        if (r != 0)
                return r;
        call_target(call, "group", &group.id, group.name);
        return group_view(call, txn, &group, call->out);
}

int app_group_list(AppCall *call, Txn *txn) {
        const WirePageIn *in = call->in;
        GroupListOut *out = call->out;
        Page page = { .after = in->after, .limit = (size_t) in->limit };
        ClosureModel model;
        GroupList groups;
        GroupRow *rows;
        int r;

        r = call->app->store.groups->list(txn, &call->realm.id, call->arena, &page, &groups);
        if (r == 0)
                r = closure_model_load(
                                &call->app->store, txn, &call->realm.id, call->arena, &model);
        if (r != 0)
                return r;
        rows = CALL_ROWS(call, GroupRow, groups.n, &out->groups);
        if (rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < groups.n; i++) {
                const Group *group = &groups.items[i];

                rows[i] = (GroupRow){
                        .name = group->name,
                        .path = closure_group_path(&model, call->arena, group),
                        .gid = group->posix ? group->gid : WIRE_INT_ABSENT,
                };
                if (rows[i].path == NULL)
                        return -ENOMEM;
        }
        out->next = groups.n == page.limit ? rows[groups.n - 1].name : NULL;
        return 0;
}

int app_group_show(AppCall *call, Txn *txn) {
        const WireNameIn *in = call->in;
        Group group;
        int r;

        r = call_group(call, txn, in->name, "name", &group);
        return r != 0 ? r : group_view(call, txn, &group, call->out);
}

int app_group_delete(AppCall *call, Txn *txn) {
        const StorePort *store = &call->app->store;
        const WireNameIn *in = call->in;
        Group group;
        int r;

        r = call_group(call, txn, in->name, "name", &group);
        /* While the members still are members. */
        if (r == 0)
                r = store->users->raise_authz_epoch(txn, &group.realm, SUBJECT_GROUP, &group.id);
        if (r == 0)
                r = store->groups->remove(txn, &group.realm, &group.id, call->now);
        if (r == 0 && group.posix)
                r = store->posix->retire(txn, &group.realm, &group.id, call->now);
        if (r == 0)
                call_target(call, "group", &group.id, group.name);
        return r;
}

static int member_change(AppCall *call, Txn *txn, bool add) {
        const StorePort *store = &call->app->store;
        const GroupMemberIn *in = call->in;
        Group group;
        User user;
        int r;

        r = call_group(call, txn, in->name, "name", &group);
        if (r == 0)
                r = call_user(call, txn, in->user, "user", &user);
        if (r != 0)
                return r;
        if (add)
                r = store->groups->add_member(txn, &group.realm, &group.id, &user.id, call->now);
        else
                r = store->groups->remove_member(txn, &group.realm, &group.id, &user.id);
        if (r > 0)
                return call_blame(call, r, "user");
        if (r == 0)
                r = store->users->raise_authz_epoch(txn, &user.realm, SUBJECT_USER, &user.id);
        if (r != 0)
                return r;
        call_target(call, "user", &user.id, user.name);
        return call_detail(call, "group", group.name, NULL, NULL);
}

int app_group_add(AppCall *call, Txn *txn) {
        return member_change(call, txn, true);
}

int app_group_remove(AppCall *call, Txn *txn) {
        return member_change(call, txn, false);
}
