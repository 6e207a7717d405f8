/* SPDX-License-Identifier: Apache-2.0 */
/* What roles and groups allow: permissions, logging in to hosts, sudo rules. */
#include <string.h>

#include "base/json.h"
#include "base/names.h"
#include "base/reason.h"
#include "base/sudo_rule.h"
#include "daemon/app/call.h"

#define HOST_RESOURCE "host"
#define HOST_ACTION "login"
#define WORD_MAX 64
#define DETAILS_MAX 4096

static bool word_is_permission(const char *word) {
        size_t len = strlen(word);

        if (str_eq(word, POLICY_ANY))
                return true;
        return len > 0 && len <= WORD_MAX &&
               strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

/* "resource:action", each a word or "*". */
static int permission_parse(AppCall *call, const char *text, Permission *ret) {
        char *resource = arena_strdup(call->arena, text);
        char *colon;

        if (resource == NULL)
                return -ENOMEM;
        colon = strchr(resource, ':');
        if (colon == NULL)
                return call_blame(call, IAM_E_INVALID, "permission");
        *colon = '\0';
        if (!word_is_permission(resource) || !word_is_permission(colon + 1))
                return call_blame(call, IAM_E_INVALID, "permission");
        ret->resource = resource;
        ret->action = colon + 1;
        return 0;
}

static int
permission_change(AppCall *call, Txn *txn, Permission *permission, bool allow, const char *field) {
        const RoleOps *roles = call->app->store.roles;
        int r;

        r = app_id_make(call->app, call->now, &permission->id);
        if (r != 0)
                return r;
        if (allow)
                r = roles->permit(txn, &call->realm.id, permission, call->now);
        else
                r = roles->forbid(txn, &call->realm.id, permission);
        if (r > 0)
                return call_blame(call, r, field);
        if (r < 0)
                return r;
        return call_detail(call, "resource", permission->resource, "action", permission->action);
}

static int role_permission_change(AppCall *call, Txn *txn, bool allow) {
        const RolePermitIn *in = call->in;
        Permission permission = { .subject_kind = SUBJECT_ROLE };
        Role role;
        int r;

        r = permission_parse(call, in->permission, &permission);
        if (r == 0)
                r = call_role(call, txn, in->client, in->name, "name", &role);
        if (r != 0)
                return r;
        permission.subject = role.id;
        call_target(call, "role", &role.id, role.name);
        return permission_change(call, txn, &permission, allow, "permission");
}

int app_role_permit(AppCall *call, Txn *txn) {
        return role_permission_change(call, txn, true);
}

int app_role_forbid(AppCall *call, Txn *txn) {
        return role_permission_change(call, txn, false);
}

/* Host access is the permission host:login under a shorter name. */

static int host_change(AppCall *call, Txn *txn, bool allow) {
        const HostAllowIn *in = call->in;
        Permission permission = { .resource = HOST_RESOURCE, .action = HOST_ACTION };
        Group group;
        Role role;
        int r;

        if (in->role == NULL && in->group == NULL)
                return call_blame(call, IAM_E_MISSING, "role");
        if (in->role != NULL && in->group != NULL)
                return call_blame(call, IAM_E_INVALID, "group");
        if (in->role != NULL) {
                r = call_role(call, txn, NULL, in->role, "role", &role);
                if (r != 0)
                        return r;
                permission.subject_kind = SUBJECT_ROLE;
                permission.subject = role.id;
                call_target(call, "role", &role.id, role.name);
                return permission_change(call, txn, &permission, allow, "role");
        }
        r = call_group(call, txn, in->group, "group", &group);
        if (r != 0)
                return r;
        permission.subject_kind = SUBJECT_GROUP;
        permission.subject = group.id;
        call_target(call, "group", &group.id, group.name);
        return permission_change(call, txn, &permission, allow, "group");
}

int app_host_allow(AppCall *call, Txn *txn) {
        return host_change(call, txn, true);
}

int app_host_deny(AppCall *call, Txn *txn) {
        return host_change(call, txn, false);
}

static bool allows_host(const Permission *p) {
        return (str_eq(p->resource, HOST_RESOURCE) || str_eq(p->resource, POLICY_ANY)) &&
               (str_eq(p->action, HOST_ACTION) || str_eq(p->action, POLICY_ANY));
}

int app_host_list(AppCall *call, Txn *txn) {
        HostListOut *out = call->out;
        ClosureModel model;
        HostRow *rows;
        size_t n = 0;
        int r;

        r = closure_model_load(&call->app->store, txn, &call->realm.id, call->arena, &model);
        if (r != 0)
                return r;
        rows = CALL_ROWS(call, HostRow, model.permissions.n, &out->allowed);
        if (rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < model.permissions.n && n < WIRE_PAGE_MAX; i++) {
                const Permission *p = &model.permissions.items[i];
                const Group *group = closure_group(&model, &p->subject);
                const Role *role = closure_role(&model, &p->subject);

                if (!allows_host(p) || (group == NULL && role == NULL))
                        continue;
                rows[n++] = (HostRow){
                        .kind = subject_kind_name(p->subject_kind),
                        .name = role != NULL ? role->name : group->name,
                };
        }
        out->allowed.n = n;
        return 0;
}

/* Sudo rules.  The root helper that writes sudoers checks again by the same functions: it believes
 * nobody. */

static int
sudo_rule_read(AppCall *call, Txn *txn, const SudoRemoveIn *in, SudoRule *ret, Role *ret_role) {
        int r;

        *ret = (SudoRule){ .run_as = in->run_as,
                           .command = in->command,
                           .fresh_factor = SUDO_NO_FACTOR };
        r = call_expect(call, sudo_run_as_is_acceptable(in->run_as), "runAs");
        if (r == 0)
                r = call_expect(call, sudo_command_is_acceptable(in->command), "command");
        if (r == 0)
                r = call_role(call, txn, in->client, in->name, "name", ret_role);
        if (r == 0)
                ret->role = ret_role->id;
        return r;
}

static int sudo_done(AppCall *call, const Role *role, const SudoRule *rule, int r) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(DETAILS_MAX);
        JsonWriter w = JSON_WRITER(&buf);

        if (r > 0)
                return call_blame(call, r, "command");
        if (r < 0)
                return r;
        call_target(call, "role", &role->id, role->name);
        json_begin_object(&w);
        json_put_str(&w, "runAs", rule->run_as);
        json_put_str(&w, "command", rule->command);
        if (rule->fresh_factor != SUDO_NO_FACTOR)
                json_put_int(&w, "freshFactor", rule->fresh_factor);
        json_end_object(&w);
        return buf_copy(&buf, call->arena, &call->event.details);
}

int app_sudo_add(AppCall *call, Txn *txn) {
        const SudoAddIn *in = call->in;
        const SudoRemoveIn which = { in->realm, in->name, in->client, in->run_as, in->command };
        SudoRule rule;
        Role role;
        int r;

        r = sudo_rule_read(call, txn, &which, &rule, &role);
        if (r == 0)
                r = app_id_make(call->app, call->now, &rule.id);
        if (r != 0)
                return r;
        if (in->fresh_factor != WIRE_INT_ABSENT)
                rule.fresh_factor = in->fresh_factor;
        r = call->app->store.roles->sudo_add(txn, &role.realm, &rule, call->now);
        return sudo_done(call, &role, &rule, r);
}

int app_sudo_remove(AppCall *call, Txn *txn) {
        SudoRule rule;
        Role role;
        int r;

        r = sudo_rule_read(call, txn, call->in, &rule, &role);
        if (r != 0)
                return r;
        r = call->app->store.roles->sudo_remove(
                        txn, &role.realm, &role.id, rule.run_as, rule.command);
        return sudo_done(call, &role, &rule, r);
}
