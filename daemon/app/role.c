/* SPDX-License-Identifier: Apache-2.0 */
/* Roles: made, shown, held by users and groups, included in each other. */
#include "base/names.h"
#include "base/reason.h"
#include "daemon/app/call.h"

#define HISTORY_MAX 2048

static int role_history(AppCall *call, Txn *txn, const Role *role) {
        CLEANUP(buf_done) Buf data = BUF_INIT(HISTORY_MAX);
        JsonWriter w = JSON_WRITER(&data);
        const char *client = call_id_text(call, &role->client);

        json_begin_object(&w);
        json_put_str(&w, "name", role->name);
        json_put_str(&w, "client", id_is_null(&role->client) ? NULL : client);
        json_put_str(&w, "description", role->description);
        json_end_object(&w);
        return call_history(call, txn, "role", &role->id, role->version, &data, NULL);
}

typedef struct Holders {
        CallNames users;
        CallNames services;
} Holders;

static int
holder_add(AppCall *call, Txn *txn, const RealmId *realm, const Id *id, Holders *holders) {
        Client client;
        User user;
        int r;

        if (holders->users.list.n == holders->users.limit ||
            holders->services.list.n == holders->services.limit) {
                holders->users.more++; /* not even read: there may be very many */
                return 0;
        }
        r = call->app->store.users->by_id(txn, realm, id, call->arena, &user);
        if (r != 0)
                return r;
        if (id_is_null(&user.client)) {
                call_names_add(&holders->users, user.name);
                return 0;
        }
        r = call->app->store.clients->by_id(txn, realm, &user.client, call->arena, &client);
        if (r == 0)
                call_names_add(&holders->services, client.name);
        return r;
}

/* The users, services and groups that hold it by themselves. */
static int
holders_list(AppCall *call, Txn *txn, const ClosureModel *model, const Role *role, RoleView *out) {
        Holders holders;
        CallNames groups;
        int r;

        r = call_names_init(call, model->assignments.n, &holders.users);
        if (r == 0)
                r = call_names_init(call, model->assignments.n, &holders.services);
        if (r == 0)
                r = call_names_init(call, model->groups.n, &groups);
        for (size_t i = 0; r == 0 && i < model->assignments.n; i++) {
                const Assignment *a = &model->assignments.items[i];
                const Group *group = closure_group(model, &a->subject);

                if (!id_equal(&a->role, &role->id))
                        continue;
                if (a->subject_kind == SUBJECT_GROUP && group != NULL)
                        call_names_add(&groups, group->name);
                if (a->subject_kind == SUBJECT_USER)
                        r = holder_add(call, txn, &role->realm, &a->subject, &holders);
        }
        if (r != 0)
                return r;
        out->users = holders.users.list;
        out->services = holders.services.list;
        out->more_users = call_names_more(&holders.users);
        out->groups = groups.list;
        return 0;
}

static int rights_list(AppCall *call, const ClosureModel *model, const Role *role, RoleView *out) {
        CallNames includes, permissions;
        int r;

        r = call_names_init(call, model->composites.n, &includes);
        if (r == 0)
                r = call_names_init(call, model->permissions.n, &permissions);
        if (r != 0)
                return r;
        for (size_t i = 0; i < model->composites.n; i++) {
                const Composite *c = &model->composites.items[i];
                const Role *other = closure_role(model, &c->includes);

                if (id_equal(&c->role, &role->id) && other != NULL)
                        call_names_add(&includes, other->name);
        }
        for (size_t i = 0; i < model->permissions.n; i++) {
                const Permission *p = &model->permissions.items[i];
                const char *text;

                if (p->subject_kind != SUBJECT_ROLE || !id_equal(&p->subject, &role->id))
                        continue;
                text = arena_printf(call->arena, "%s:%s", p->resource, p->action);
                if (text == NULL)
                        return -ENOMEM;
                call_names_add(&permissions, text);
        }
        out->includes = includes.list;
        out->permissions = permissions.list;
        return 0;
}

static int sudo_rows(AppCall *call, const ClosureModel *model, const Role *only, WireRows *ret) {
        SudoRow *rows = CALL_ROWS(call, SudoRow, model->sudo_rules.n, ret);
        size_t n = 0;

        if (rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < model->sudo_rules.n && n < WIRE_PAGE_MAX; i++) {
                const SudoRule *rule = &model->sudo_rules.items[i];
                const Role *role = closure_role(model, &rule->role);

                if (role == NULL || (only != NULL && !id_equal(&role->id, &only->id)))
                        continue;
                rows[n++] = (SudoRow){
                        .role = role->name,
                        .run_as = rule->run_as,
                        .fresh_factor = rule->fresh_factor == SUDO_NO_FACTOR ? WIRE_INT_ABSENT
                                                                             : rule->fresh_factor,
                        .command = rule->command,
                };
        }
        ret->n = n;
        return 0;
}

static int role_view(AppCall *call, Txn *txn, const Role *role, const char *client, RoleView *out) {
        ClosureModel model;
        int r;

        r = closure_model_load(&call->app->store, txn, &role->realm, call->arena, &model);
        if (r == 0)
                r = holders_list(call, txn, &model, role, out);
        if (r == 0)
                r = rights_list(call, &model, role, out);
        if (r == 0)
                r = sudo_rows(call, &model, role, &out->sudo);
        if (r != 0)
                return r;
        out->id = call_id_text(call, &role->id);
        out->name = role->name;
        out->client = client;
        out->description = role->description;
        out->created_at = role->created_at;
        return out->id == NULL ? -ENOMEM : 0;
}

int app_role_create(AppCall *call, Txn *txn) {
        const RoleCreateIn *in = call->in;
        Role role = {
                .realm = call->realm.id,
                .name = in->name,
                .description = call_optional(in->description),
                .created_at = call->now,
                .updated_at = call->now,
                .version = 1,
        };
        Client client;
        int r;

        r = call_expect(call, name_is_role(in->name), "name");
        if (r == 0 && role.description != NULL)
                r = call_expect(call, text_is_passwd_field(role.description, 255), "description");
        if (r == 0 && in->client != NULL) {
                r = call_client(call, txn, in->client, "client", &client);
                if (r == 0)
                        role.client = client.id;
        }
        if (r == 0)
                r = app_id_make(call->app, call->now, &role.id);
        if (r != 0)
                return r;
        r = call->app->store.roles->insert(txn, &role);
        if (r == IAM_E_EXISTS)
                return call_blame(call, r, "name");
        if (r == 0)
                r = role_history(call, txn, &role);
        if (r != 0)
                return r;
        call_target(call, "role", &role.id, role.name);
        return role_view(call, txn, &role, in->client, call->out);
}

/* The cursor is an id: names of roles repeat from client to client. */
int app_role_list(AppCall *call, Txn *txn) {
        const WirePageIn *in = call->in;
        RoleListOut *out = call->out;
        Page page = { .after = in->after, .limit = (size_t) in->limit };
        RoleList roles;
        RoleRow *rows;
        Id cursor;
        int r;

        r = call_expect(call, in->after == NULL || id_parse(in->after, &cursor) == 0, "after");
        if (r == 0)
                r = call->app->store.roles->list(txn, &call->realm.id, call->arena, &page, &roles);
        if (r != 0)
                return r;
        rows = CALL_ROWS(call, RoleRow, roles.n, &out->roles);
        if (rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < roles.n; i++) {
                const Role *role = &roles.items[i];
                Client client = {};

                if (!id_is_null(&role->client)) {
                        r = call->app->store.clients->by_id(
                                        txn, &role->realm, &role->client, call->arena, &client);
                        if (r != 0)
                                return r;
                }
                rows[i] = (RoleRow){
                        .name = role->name,
                        .client = client.name,
                        .description = role->description,
                };
        }
        if (roles.n == page.limit) {
                out->next = call_id_text(call, &roles.items[roles.n - 1].id);
                if (out->next == NULL)
                        return -ENOMEM;
        }
        return 0;
}

int app_role_show(AppCall *call, Txn *txn) {
        const RoleRefIn *in = call->in;
        Role role;
        int r;

        r = call_role(call, txn, in->client, in->name, "name", &role);
        return r != 0 ? r : role_view(call, txn, &role, in->client, call->out);
}

int app_role_delete(AppCall *call, Txn *txn) {
        const StorePort *store = &call->app->store;
        const RoleRefIn *in = call->in;
        Role role;
        int r;

        r = call_role(call, txn, in->client, in->name, "name", &role);
        /* While the holders still hold it. */
        if (r == 0)
                r = store->users->raise_authz_epoch(txn, &role.realm, SUBJECT_ROLE, &role.id);
        if (r == 0)
                r = store->roles->remove(txn, &role.realm, &role.id, call->now);
        if (r == 0)
                call_target(call, "role", &role.id, role.name);
        return r;
}

/* Who holds it: exactly one is named.  ret_field is the one. */
static int
assignment_find(AppCall *call, Txn *txn, const RoleAssignIn *in, Assignment *ret,
                const char **ret_field) {
        Client client;
        Group group;
        User user;
        int r;

        if (in->user == NULL && in->group == NULL && in->service == NULL)
                return call_blame(call, IAM_E_MISSING, "user");
        if (in->group != NULL && (in->user != NULL || in->service != NULL))
                return call_blame(call, IAM_E_INVALID, "group");
        if (in->user != NULL && in->service != NULL)
                return call_blame(call, IAM_E_INVALID, "service");

        *ret_field = in->user != NULL ? "user" : in->group != NULL ? "group" : "service";
        ret->subject_kind = in->group != NULL ? SUBJECT_GROUP : SUBJECT_USER;
        if (in->group != NULL) {
                r = call_group(call, txn, in->group, *ret_field, &group);
                if (r == 0)
                        ret->subject = group.id;
                return r;
        }
        if (in->user != NULL)
                r = call_user(call, txn, in->user, *ret_field, &user);
        else {
                r = call_client(call, txn, in->service, *ret_field, &client);
                if (r == 0)
                        r = call_service(call, txn, &client, *ret_field, &user);
        }
        if (r == 0)
                ret->subject = user.id;
        return r;
}

static int assignment_change(AppCall *call, Txn *txn, bool assign) {
        const StorePort *store = &call->app->store;
        const RoleAssignIn *in = call->in;
        const char *field = NULL;
        Assignment a;
        Role role;
        int r;

        r = call_role(call, txn, in->client, in->name, "name", &role);
        if (r == 0)
                r = assignment_find(call, txn, in, &a, &field);
        if (r != 0)
                return r;
        a.role = role.id;
        if (assign)
                r = store->roles->assign(txn, &role.realm, &a, call->now);
        else
                r = store->roles->unassign(txn, &role.realm, &a);
        if (r > 0)
                return call_blame(call, r, field);
        if (r == 0)
                r = store->users->raise_authz_epoch(txn, &role.realm, a.subject_kind, &a.subject);
        if (r != 0)
                return r;
        call_target(call, field, &a.subject,
                    in->user != NULL    ? in->user
                    : in->group != NULL ? in->group
                                        : in->service);
        return call_detail(call, "role", role.name, "client", in->client);
}

int app_role_assign(AppCall *call, Txn *txn) {
        return assignment_change(call, txn, true);
}

int app_role_unassign(AppCall *call, Txn *txn) {
        return assignment_change(call, txn, false);
}

static int
composite_find(AppCall *call, Txn *txn, const RoleIncludeIn *in, Role *ret_role,
               Role *ret_included) {
        int r;

        r = call_role(call, txn, in->client, in->name, "name", ret_role);
        if (r != 0)
                return r;
        r = call_role(call, txn, in->included_client, in->included, "included", ret_included);
        if (r == IAM_E_NOT_FOUND && str_eq(*call->where, "client"))
                return call_blame(call, r, "includedClient");
        return r;
}

/* The event is about the role that changed; what it includes is a detail. */
static int composite_done(AppCall *call, Txn *txn, const Role *role, const char *verb) {
        const RoleIncludeIn *in = call->in;
        int r;

        r = call->app->store.users->raise_authz_epoch(txn, &role->realm, SUBJECT_ROLE, &role->id);
        if (r != 0)
                return r;
        call_target(call, "role", &role->id, role->name);
        return call_detail(call, verb, in->included, NULL, NULL);
}

int app_role_include(AppCall *call, Txn *txn) {
        const StorePort *store = &call->app->store;
        Role role, included;
        ClosureModel model;
        int r;

        r = composite_find(call, txn, call->in, &role, &included);
        if (r == 0)
                r = closure_model_load(store, txn, &role.realm, call->arena, &model);
        if (r != 0)
                return r;
        /* A circle would make both the same role. */
        r = closure_role_reaches(&model, call->arena, &included.id, &role.id);
        if (r != 0)
                return r < 0 ? r : call_blame(call, IAM_E_INVALID, "included");

        Composite c = { .role = role.id, .includes = included.id };
        r = store->roles->include(txn, &role.realm, &c, call->now);
        if (r > 0)
                return call_blame(call, r, "included");
        return r < 0 ? r : composite_done(call, txn, &role, "includes");
}

int app_role_exclude(AppCall *call, Txn *txn) {
        Role role, included;
        int r;

        r = composite_find(call, txn, call->in, &role, &included);
        if (r != 0)
                return r;
        /* While those who hold the one still hold the other. */
        r = composite_done(call, txn, &role, "excludes");
        if (r != 0)
                return r;
        Composite c = { .role = role.id, .includes = included.id };
        r = call->app->store.roles->exclude(txn, &role.realm, &c);
        return r > 0 ? call_blame(call, r, "included") : r;
}

int app_sudo_list(AppCall *call, Txn *txn) {
        SudoListOut *out = call->out;
        ClosureModel model;
        int r;

        r = closure_model_load(&call->app->store, txn, &call->realm.id, call->arena, &model);
        return r != 0 ? r : sudo_rows(call, &model, NULL, &out->rules);
}
