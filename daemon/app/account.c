/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/account.h"

#include <string.h>

#include "base/json.h"
#include "base/names.h"
#include "base/reason.h"
#include "daemon/app/login.h"
#include "daemon/app/user.h"
#include "daemon/app/user_key.h"
#include "daemon/core/closure.h"
#include "daemon/core/flow.h"

typedef struct AccountCall {
        App *app;
        Arena *arena;
        const Caller *caller;
        const HostLoginIn *in;
        Usec now;
        HostName host;
        Realm realm;
        User user;
        bool has_user;
        Id fresh;
        int reason;
} AccountCall;

typedef struct NameCall {
        App *app;
        Arena *arena;
        const char *name;
        uint32_t uid;
        const RealmId *realm; /* asked for */
        HostName found;
        bool is_served;
} NameCall;

static int realm_by_name(NameCall *call, Txn *txn, const char *name, Realm *ret) {
        int r;

        if (str_is_empty(name))
                return IAM_E_UNKNOWN_USER;
        r = call->app->store.realms->by_name(txn, name, call->arena, ret);
        return r == IAM_E_NOT_FOUND ? IAM_E_UNKNOWN_USER : r;
}

static int name_run(Txn *txn, void *context) {
        NameCall *call = context;
        const char *at = strchr(call->name, '@');
        const char *realm_name = call->app->config.host_realm;
        Realm realm;
        char *name;
        int r;

        if (at != NULL) {
                realm_name = at + 1;
                if (!str_list_has(&call->app->config.host_also, realm_name))
                        return IAM_E_UNKNOWN_USER;
        }
        r = realm_by_name(call, txn, realm_name, &realm);
        if (r != 0)
                return r;
        name =
                        arena_strndup(call->arena, call->name,
                                      at != NULL ? (size_t) (at - call->name) : strlen(call->name));
        if (name == NULL)
                return -ENOMEM;
        call->found = (HostName){ .realm = realm.id, .name = name };
        return 0;
}

int app_host_name(App *app, Arena *arena, const char *name, HostName *ret) {
        NameCall call = { .app = app, .arena = arena, .name = name };
        int r;

        r = app->store.read(app->store.self, name_run, &call);
        if (r == 0)
                *ret = call.found;
        return r;
}

/* The host's own realm, then the further ones. */
static size_t host_realms(const App *app) {
        return 1 + app->config.host_also.n;
}
static const char *host_realm(const App *app, size_t i) {
        return i == 0 ? app->config.host_realm : app->config.host_also.items[i - 1];
}

static int uid_run(Txn *txn, void *context) {
        NameCall *call = context;

        for (size_t i = 0; i < host_realms(call->app); i++) {
                Realm realm;
                User user;
                int r;

                r = realm_by_name(call, txn, host_realm(call->app, i), &realm);
                if (r == IAM_E_UNKNOWN_USER)
                        continue;
                if (r == 0)
                        r = call->app->store.users->by_uid(
                                        txn, &realm.id, call->uid, call->arena, &user);
                if (r == IAM_E_NOT_FOUND)
                        continue;
                if (r != 0)
                        return r;
                call->found = (HostName){ .realm = realm.id, .name = user.name };
                return 0;
        }
        return IAM_E_UNKNOWN_USER;
}

int app_host_user_by_uid(App *app, Arena *arena, uint32_t uid, HostName *ret) {
        NameCall call = { .app = app, .arena = arena, .uid = uid };
        int r;

        r = app->store.read(app->store.self, uid_run, &call);
        if (r == 0)
                *ret = call.found;
        return r;
}

static int realm_run(Txn *txn, void *context) {
        NameCall *call = context;
        Realm realm;
        int r;

        r = realm_by_name(call, txn, call->name, &realm);
        if (r == 0)
                call->found.realm = realm.id;
        return r;
}

int app_host_realm(App *app, Arena *arena, const char *name, RealmId *ret) {
        NameCall call = { .app = app, .arena = arena, .name = name };
        int r;

        r = app->store.read(app->store.self, realm_run, &call);
        if (r == 0)
                *ret = call.found.realm;
        return r;
}

static int shown_run(Txn *txn, void *context) {
        NameCall *call = context;
        Realm realm;
        int r;

        r = call->app->store.realms->by_id(txn, call->realm, call->arena, &realm);
        if (r != 0)
                return r;
        call->found.name = str_eq(realm.name, call->app->config.host_realm)
                                           ? arena_strdup(call->arena, call->name)
                                           : arena_printf(call->arena, "%s@%s", call->name,
                                                          realm.name);
        return call->found.name != NULL ? 0 : -ENOMEM;
}

const char *app_host_shown_name(App *app, Arena *arena, const RealmId *realm, const char *name) {
        NameCall call = { .app = app, .arena = arena, .realm = realm, .name = name };

        return app->store.read(app->store.self, shown_run, &call) == 0 ? call.found.name : NULL;
}

static int serves_run(Txn *txn, void *context) {
        NameCall *call = context;

        call->is_served = false;
        for (size_t i = 0; i < host_realms(call->app) && !call->is_served; i++) {
                Realm realm;
                int r;

                r = realm_by_name(call, txn, host_realm(call->app, i), &realm);
                if (r == IAM_E_UNKNOWN_USER)
                        continue;
                if (r != 0)
                        return r;
                call->is_served = id_equal(&realm.id.id, &call->realm->id);
        }
        return 0;
}

bool app_host_serves(App *app, Arena *arena, const RealmId *realm) {
        NameCall call = { .app = app, .arena = arena, .realm = realm };

        return app->store.read(app->store.self, serves_run, &call) == 0 && call.is_served;
}

/* The right is asked of policy, over what the user effectively holds now. */
static int check_policy(AccountCall *call, Txn *txn) {
        const PolicyContext context = { .is_realm_disabled = !call->realm.enabled };
        Closure closure;
        int r;

        r =
                        closure_of_user(&call->app->store, txn, &call->realm.id, call->arena,
                                        &call->user.id, &closure);
        if (r != 0)
                return r;
        const PolicySubject subject = {
                .is_disabled = !call->user.enabled,
                .rules = closure.rules,
                .n_rules = closure.n_permissions,
        };
        if (policy_decide(&subject, "login", "host", &context, /* ret_why= */ NULL) !=
            VERDICT_ALLOW)
                return IAM_E_HOST_DENIED;
        return 0;
}

static int check_account(AccountCall *call, Txn *txn) {
        const StorePort *store = &call->app->store;
        int r;

        call->has_user = false;
        r = store->realms->by_id(txn, &call->host.realm, call->arena, &call->realm);
        if (r == 0)
                r = store->users->by_name(
                                txn, &call->host.realm, call->host.name, call->arena, &call->user);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_UNKNOWN_USER : r;
        call->has_user = true;
        if (!call->user.posix)
                return IAM_E_NOT_POSIX;
        if (!call->realm.enabled)
                return IAM_E_REALM_DISABLED;
        if (!call->user.enabled)
                return IAM_E_USER_DISABLED;
        return check_policy(call, txn);
}

static int audit(AccountCall *call, Txn *txn, AuditEventKind kind, int reason) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(1024);
        JsonWriter w = JSON_WRITER(&buf);
        AuditEvent event = {
                .kind = kind,
                .success = reason == 0,
                .reason = reason,
                .target_kind = "user",
                .target = call->user.id,
                .target_name = call->user.name,
        };

        json_begin_object(&w);
        json_put_str(&w, "service", call->in->account.service);
        json_put_str(&w, "tty", call->in->account.tty);
        json_end_object(&w);
        if (buf_error(&buf) < 0)
                return buf_error(&buf);
        event.details = buf.bytes;
        return app_audit(call->app, txn, call->caller, &call->realm.id, call->now, &event);
}

/* Key logins get here too, whose users may not know that they have a password: it is theirs to
 * change before anything else all the same. */
static int check_expiry(AccountCall *call, Txn *txn) {
        const UserChange change = { .app = call->app, .arena = call->arena };
        Credential password;
        int r;

        r = user_credential(&change, txn, &call->user, CREDENTIAL_PASSWORD, &password);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r;
        return password_has_expired(&password, &call->realm.settings, call->now)
                               ? IAM_E_PASSWORD_EXPIRED
                               : 0;
}

static int account_run(Txn *txn, void *context) {
        AccountCall *call = context;
        int r;

        r = check_account(call, txn);
        if (r == 0)
                r = check_expiry(call, txn);
        if (r < 0 || !call->has_user)
                return r;
        call->reason = r;
        return audit(call, txn, r == 0 ? EVENT_ACCOUNT_ALLOWED : EVENT_ACCOUNT_DENIED, r);
}

static int
call_init(AccountCall *call, App *app, Arena *arena, const Caller *caller, const HostLoginIn *in) {
        *call = (AccountCall){
                .app = app,
                .arena = arena,
                .caller = caller,
                .in = in,
                .now = app->clock.now(app->clock.self),
        };
        return app_host_name(app, arena, in->account.name, &call->host);
}

int app_account_check(
                App *app, Arena *arena, const Caller *caller, const AccountIn *in,
                AccountOut *ret) {
        const HostLoginIn login = { .account = *in };
        AccountCall call;
        int r;

        r = call_init(&call, app, arena, caller, &login);
        if (r == 0)
                r = app->store.txn(app->store.self, account_run, &call);
        if (r == 0)
                r = call.reason;
        if (r != 0)
                return r;
        *ret = (AccountOut){
                .realm = call.realm.id,
                .user = call.user.id,
                .name = call.user.name,
                .uid = call.user.uid,
        };
        return 0;
}

/*
 * sshd authenticates in a child and opens the session in its parent, which has no handle: the
 * attempt that named this process as its opener tells how.  It serves one session.
 */
static int find_proof(AccountCall *call, Txn *txn, AuthContext *ret) {
        const AttemptOps *attempts = call->app->store.attempts;
        const HostLoginIn *in = call->in;
        Attempt attempt;
        AuthContext auth;
        int r;

        r = attempts->done_by_opener(
                        txn, &call->host.realm, in->boot_id, in->leader_pid, in->leader_start,
                        call->arena, &attempt);
        if (r != 0)
                return r;
        auth = app_login_auth(&attempt);
        if (attempt.door != DOOR_PAM || !purpose_opens(attempt.purpose) ||
            !id_equal(&attempt.user, &call->user.id) ||
            !str_eq(attempt.service, in->account.service) ||
            attempt.credential_epoch != call->user.credential_epoch ||
            auth.at + LOGIN_DONE_MEMORY <= call->now)
                return IAM_E_NOT_FOUND;
        r = attempts->remove(txn, &call->host.realm, &attempt.handle_hash);
        if (r == 0)
                *ret = auth;
        return r;
}

/* Nothing was proven to iamd, but sshd took a key that iamd knows. */
static int find_key(AccountCall *call, Txn *txn, AuthContext *ret) {
        const UserKeyUse use = { &call->host.realm, &call->user.id, call->in->key, call->now };
        UserKey key;
        int r;

        r = user_key_used(call->app, txn, call->arena, &use, &key);
        if (r == 0)
                *ret = user_key_auth(&key, call->now);
        return r;
}

static int insert_login(AccountCall *call, Txn *txn) {
        const HostLoginIn *in = call->in;
        AuthContext auth = { .at = call->now, .amr = "unknown", .acr = "0" };
        int r = 0;

        if (in->auth != NULL)
                auth = *in->auth;
        else
                r = find_proof(call, txn, &auth);
        if (r == IAM_E_NOT_FOUND)
                r = find_key(call, txn, &auth);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        const HostLogin login = {
                .realm = call->realm.id,
                .id = call->fresh,
                .user = call->user.id,
                .boot_id = in->boot_id,
                .leader_pid = in->leader_pid,
                .leader_start = in->leader_start,
                .service = in->account.service,
                .tty = in->account.tty,
                .address = call->caller->address,
                .auth = auth,
                .realm_epoch = call->realm.epoch,
                .credential_epoch = call->user.credential_epoch,
                .opened_at = call->now,
        };
        r = host_login_check(&login, &call->realm, &call->user, call->now);
        if (r == 0)
                r = call->app->store.sessions->login_insert(txn, &login);
        if (r == 0)
                r = audit(call, txn, EVENT_HOST_LOGIN_OPENED, 0);
        return r;
}

static int find_login(AccountCall *call, Txn *txn, HostLogin *ret) {
        return call->app->store.sessions->login_by_leader(
                        txn, &call->host.realm, call->in->boot_id, call->in->leader_pid,
                        call->in->leader_start, call->arena, ret);
}

static int open_run(Txn *txn, void *context) {
        AccountCall *call = context;
        HostLogin former;
        int r;

        call->reason = 0;
        r = check_account(call, txn);
        if (r < 0 || !call->has_user)
                return r;
        if (r > 0) {
                call->reason = r;
                return audit(call, txn, EVENT_ACCOUNT_DENIED, r);
        }
        r = find_login(call, txn, &former);
        if (r == 0 && id_equal(&former.user, &call->user.id))
                return 0;
        if (r == 0) /* the same process now is somebody else's session */
                r = call->app->store.sessions->login_close(
                                txn, &call->host.realm, &former.id, call->now);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        return insert_login(call, txn);
}

int app_host_login_open(App *app, Arena *arena, const Caller *caller, const HostLoginIn *in) {
        AccountCall call;
        int r;

        r = call_init(&call, app, arena, caller, in);
        if (r == 0)
                r = app_id_make(app, call.now, &call.fresh);
        if (r == 0)
                r = app->store.txn(app->store.self, open_run, &call);
        return r != 0 ? r : call.reason;
}

static int close_run(Txn *txn, void *context) {
        AccountCall *call = context;
        HostLogin login;
        int r;

        r = find_login(call, txn, &login);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r;
        r = call->app->store.sessions->login_close(txn, &call->host.realm, &login.id, call->now);
        if (r != 0)
                return r;
        call->realm.id = call->host.realm;
        r = call->app->store.users->by_id(
                        txn, &call->host.realm, &login.user, call->arena, &call->user);
        if (r == IAM_E_NOT_FOUND)
                call->user = (User){ .id = login.user }; /* deleted meanwhile */
        else if (r != 0)
                return r;
        return audit(call, txn, EVENT_HOST_LOGIN_CLOSED, 0);
}

int app_host_login_close(App *app, Arena *arena, const Caller *caller, const HostLoginIn *in) {
        AccountCall call;
        int r;

        r = call_init(&call, app, arena, caller, in);
        if (r == IAM_E_UNKNOWN_USER)
                return 0;
        if (r == 0)
                r = app->store.txn(app->store.self, close_run, &call);
        return r;
}
