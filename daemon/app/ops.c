/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/ops.h"

#include "base/reason.h"
#include "daemon/app/call.h"

/* clang-format off */
#define READ(id, fn) [WIRE_OP_##id] = { .run = fn }
#define WRITE(id, fn) [WIRE_OP_##id] = { .run = fn }
#define WRITE_DIR(id, fn) [WIRE_OP_##id] = { .run = fn, .changes_directory = true }
#define PREPARED(id, fn) [WIRE_OP_##id] = { .prepare = fn##_prepare, .run = fn }
#define SETTLED(id, fn)                                                                            \
        [WIRE_OP_##id] = { .prepare = fn##_prepare, .run = fn, .settle = fn##_settle }
#define PREPARED_DIR(id, fn)                                                                       \
        [WIRE_OP_##id] = { .prepare = fn##_prepare, .run = fn, .changes_directory = true }

const AppHandler app_handlers[_WIRE_OP_MAX] = {
        PREPARED_DIR(SETUP, app_setup),
        READ(STATUS, app_status),
        PREPARED(BACKUP, app_backup),
        PREPARED(CLOCK_ACCEPT, app_clock_accept),
        READ(WAIT, app_wait),
        READ(WHY, app_why),
        PREPARED_DIR(REALM_CREATE, app_realm_create),
        READ(REALM_LIST, app_realm_list),
        READ(REALM_SHOW, app_realm_show),
        WRITE_DIR(REALM_SET, app_realm_set),
        WRITE_DIR(REALM_DELETE, app_realm_delete),
        WRITE_DIR(USER_CREATE, app_user_create),
        READ(USER_LIST, app_user_list),
        READ(USER_SHOW, app_user_show),
        WRITE_DIR(USER_SET, app_user_set),
        WRITE_DIR(USER_ENABLE, app_user_enable),
        WRITE_DIR(USER_DISABLE, app_user_disable),
        WRITE_DIR(USER_DELETE, app_user_delete),
        PREPARED(USER_SET_PASSWORD, app_user_set_password),
        PREPARED(USER_UNLOCK, app_user_unlock),
        PREPARED(TOTP_ENROL, app_totp_enrol),
        WRITE(TOTP_REMOVE, app_totp_remove),
        WRITE(USER_KEY_ADD, app_user_key_add),
        READ(USER_KEY_LIST, app_user_key_list),
        WRITE(USER_KEY_REMOVE, app_user_key_remove),
        WRITE_DIR(GROUP_CREATE, app_group_create),
        READ(GROUP_LIST, app_group_list),
        READ(GROUP_SHOW, app_group_show),
        WRITE_DIR(GROUP_DELETE, app_group_delete),
        WRITE_DIR(GROUP_ADD, app_group_add),
        WRITE_DIR(GROUP_REMOVE, app_group_remove),
        WRITE_DIR(ROLE_CREATE, app_role_create),
        READ(ROLE_LIST, app_role_list),
        READ(ROLE_SHOW, app_role_show),
        WRITE_DIR(ROLE_DELETE, app_role_delete),
        WRITE_DIR(ROLE_ASSIGN, app_role_assign),
        WRITE_DIR(ROLE_UNASSIGN, app_role_unassign),
        WRITE_DIR(ROLE_INCLUDE, app_role_include),
        WRITE_DIR(ROLE_EXCLUDE, app_role_exclude),
        WRITE_DIR(ROLE_PERMIT, app_role_permit),
        WRITE_DIR(ROLE_FORBID, app_role_forbid),
        WRITE_DIR(SUDO_ADD, app_sudo_add),
        WRITE_DIR(SUDO_REMOVE, app_sudo_remove),
        READ(SUDO_LIST, app_sudo_list),
        WRITE_DIR(HOST_ALLOW, app_host_allow),
        WRITE_DIR(HOST_DENY, app_host_deny),
        READ(HOST_LIST, app_host_list),
        PREPARED(CLIENT_CREATE, app_client_create),
        READ(CLIENT_LIST, app_client_list),
        READ(CLIENT_SHOW, app_client_show),
        WRITE(CLIENT_SET, app_client_set),
        WRITE(CLIENT_DELETE, app_client_delete),
        PREPARED(CLIENT_ROTATE_SECRET, app_client_rotate_secret),
        SETTLED(KEY_ROTATE, app_key_rotate),
        READ(KEY_LIST, app_key_list),
        READ(SESSION_LIST, app_session_list),
        WRITE(SESSION_END, app_session_end),
        READ(AUDIT_LIST, app_audit_list),
};
/* clang-format on */

/* The realm that nobody named: the host's, else the only one besides master. */
static int realm_default(AppCall *call, Txn *txn, Realm *ret) {
        const StorePort *store = &call->app->store;
        RealmList realms;
        const Realm *only = NULL;
        int r;

        if (call->app->config.host_realm != NULL) {
                r = store->realms->by_name(txn, call->app->config.host_realm, call->arena, ret);
                if (r != IAM_E_NOT_FOUND)
                        return r;
                /* Before setup that is no mistake of the caller's. */
                r = store->realms->by_name(txn, MASTER_REALM, call->arena, ret);
                if (r != 0)
                        return r == IAM_E_NOT_FOUND ? IAM_E_SETUP_REQUIRED : r;
                return call_blame(call, IAM_E_NOT_FOUND, "realm");
        }
        /* Three rows tell "none", "one" and "several" apart, master among them or not. */
        r = store->realms->list(txn, call->arena, &(Page){ .limit = 3 }, &realms);
        if (r != 0)
                return r;
        if (realms.n == 0)
                return IAM_E_SETUP_REQUIRED;
        for (size_t i = 0; i < realms.n; i++) {
                if (str_eq(realms.items[i].name, MASTER_REALM))
                        continue;
                if (only != NULL)
                        return call_blame(call, IAM_E_MISSING, "realm");
                only = &realms.items[i];
        }
        if (only == NULL)
                return call_blame(call, IAM_E_MISSING, "realm");
        *ret = *only;
        return 0;
}

static int realm_find(AppCall *call, Txn *txn) {
        const WireTable *table = call->op->in;
        const WireField *field;
        const char *name;
        int r;

        call->realm = (Realm){};
        call->is_in_realm = false;
        if (call->op->scope == WIRE_INSTALLATION)
                return 0;
        field = wire_field_find(table->fields, table->n, "realm");
        assert(field != NULL);
        name = *(const char *const *) wire_at(field, call->in);
        call->is_in_realm = name != NULL || call->op->scope == WIRE_IN_REALM;
        if (name == NULL)
                return call->op->scope == WIRE_ANYWHERE ? 0
                                                        : realm_default(call, txn, &call->realm);
        r = call->app->store.realms->by_name(txn, name, call->arena, &call->realm);
        return r == IAM_E_NOT_FOUND ? call_blame(call, r, "realm") : r;
}

/* The caller's rights in the realm of the caller, where alone they are held. */
static int caller_decide(AppCall *call, Txn *txn, const Realm *home, Verdict *ret) {
        const StorePort *store = &call->app->store;
        Closure closure;
        User user;
        int r;

        r = store->users->by_id(txn, &home->id, &call->caller->actor, call->arena, &user);
        if (r == IAM_E_NOT_FOUND)
                return IAM_E_DENIED;
        if (r == 0)
                r = closure_of_user(store, txn, &home->id, call->arena, &user.id, &closure);
        if (r != 0)
                return r;

        PolicySubject subject = {
                .is_disabled = !user.enabled,
                .rules = closure.rules,
                .n_rules = closure.n_permissions,
        };
        PolicyContext context = { .is_realm_disabled = !home->enabled };
        *ret = policy_decide(&subject, call->op->action, call->op->resource, &context, NULL);
        return 0;
}

/*
 * The one permission check of all operations.  A user of a realm has rights there only; to such a
 * caller other realms do not exist (law 9).  Rights in the master realm count everywhere.
 */
static int authorise(AppCall *call, Txn *txn) {
        Verdict verdict = VERDICT_DENY;
        Realm home;
        int r;

        if (call->caller->is_local_root) {
                PolicySubject root = { .is_break_glass = true };

                verdict =
                                policy_decide(&root, call->op->action, call->op->resource,
                                              &(PolicyContext){}, NULL);
                return verdict == VERDICT_ALLOW ? 0 : IAM_E_DENIED;
        }
        if (!str_eq(call->caller->actor_kind, "user"))
                return IAM_E_DENIED;

        r = call->app->store.realms->by_id(txn, &call->caller->realm, call->arena, &home);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_DENIED : r;
        if (!str_eq(home.name, MASTER_REALM) && !id_equal(&home.id.id, &call->realm.id.id))
                return call->is_in_realm ? call_blame(call, IAM_E_NOT_FOUND, "realm")
                                         : IAM_E_DENIED;
        r = caller_decide(call, txn, &home, &verdict);
        if (r != 0)
                return r;
        return verdict == VERDICT_ALLOW ? 0 : IAM_E_DENIED;
}

static int enter(AppCall *call, Txn *txn) {
        int r;

        call->event = (AuditEvent){};
        r = realm_find(call, txn);
        if (r == 0)
                return authorise(call, txn);
        /* Whether a realm exists is nobody's business who may do nothing anywhere. */
        if (r > 0 && !call->caller->is_local_root) {
                int denied = authorise(call, txn);

                return denied != 0 ? denied : r;
        }
        return r;
}

static int enter_only(Txn *txn, void *context) {
        return enter(context, txn);
}

static int run_reading(Txn *txn, void *context) {
        AppCall *call = context;
        int r = enter(call, txn);

        return r != 0 ? r : app_handlers[call->op->id].run(call, txn);
}

static int run_writing(Txn *txn, void *context) {
        AppCall *call = context;
        const AppHandler *handler = &app_handlers[call->op->id];
        int r;

        r = enter(call, txn);
        if (r != 0)
                return r;
        call->event.kind = audit_event_from_name(call->op->event);
        call->event.success = true;
        r = handler->run(call, txn);
        if (r != 0)
                return r;
        if (handler->changes_directory) {
                r = call->app->store.outbox->put(
                                txn, &call->realm.id, "directory", NULL, call->now);
                if (r != 0)
                        return r;
        }
        return app_audit(call->app, txn, call->caller, &call->realm.id, call->now, &call->event);
}

static int note_denial(Txn *txn, void *context) {
        AppCall *call = context;
        AuditEvent event = { .kind = EVENT_ADMIN_DENIED, .reason = IAM_E_DENIED };

        event.details = arena_printf(call->arena, "{\"operation\":\"%s\"}", call->op->words);
        if (event.details == NULL)
                return -ENOMEM;
        /* The realm may have gone since: then the event is the installation's. */
        return app_audit(call->app, txn, call->caller, &call->realm.id, call->now, &event);
}

static int app_call_inner(AppCall *call) {
        const AppHandler *handler = &app_handlers[call->op->id];
        const StorePort *store = &call->app->store;
        int r;

        if (call->op->event == NULL)
                return store->read(store->self, run_reading, call);

        if (handler->prepare != NULL) {
                r = store->read(store->self, enter_only, call);
                if (r == 0)
                        r = handler->prepare(call);
                if (r != 0)
                        return r;
        }
        r = store->txn(store->self, run_writing, call);
        if (r == 0 && handler->settle != NULL)
                handler->settle(call);
        if (r == 0 && handler->changes_directory && call->app->publish_poke != NULL)
                call->app->publish_poke(call->app->publisher);
        return r;
}

int app_call(App *app, const Caller *caller, Arena *arena, const WireOp *op, const void *in,
             void *out, const char **ret_where) {
        AppCall call = {
                .app = app,
                .caller = caller,
                .arena = arena,
                .op = op,
                .in = in,
                .out = out,
                .now = app->clock.now(app->clock.self),
                .where = ret_where,
        };
        int r;

        r = app_call_inner(&call);
        if (r == IAM_E_DENIED) {
                int noted = app->store.txn(app->store.self, note_denial, &call);

                if (noted < 0)
                        r = noted;
        }
        if (r != 0)
                wire_clear(op->out->fields, op->out->n, out);
        return r;
}
