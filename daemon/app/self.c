/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/app/self_call.h"
#include "daemon/core/closure.h"

SelfCall self_call(const SelfCaller *self) {
        SelfCall call = { .self = self, .now = self->app->clock.now(self->app->clock.self) };

        self->app->crypto.secret_sha256(self->session, &call.cookie);
        return call;
}

int self_find(SelfCall *call, Txn *txn) {
        const SelfCaller *self = call->self;

        if (secret_is_empty(self->session))
                return IAM_E_SESSION_GONE;
        return browser_session_find(
                        self->app, txn, self->arena, &self->realm->id, &call->cookie, call->now,
                        &call->owner);
}

UserChange self_change(const SelfCall *call) {
        return (UserChange){
                .app = call->self->app,
                .arena = call->self->arena,
                .actor = call->owner.user.name,
                .now = call->now,
        };
}

static int find_totp(const SelfCall *call, Txn *txn, Credential *ret) {
        const UserChange change = self_change(call);

        return user_credential(&change, txn, &call->owner.user, CREDENTIAL_TOTP, ret);
}

int self_find_fresh(SelfCall *call, Txn *txn) {
        Credential totp;
        int r;

        r = self_find(call, txn);
        if (r != 0)
                return r;
        r = find_totp(call, txn, &totp);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        return auth_is_fresh(&call->owner.session.auth, r == 0, call->now) ? 0 : IAM_E_FRESH_FACTOR;
}

int self_audit(const SelfCall *call, Txn *txn, AuditEventKind kind, int reason,
               const char *target_kind, const Id *target) {
        const User *user = &call->owner.user;
        const AuditEvent event = {
                .kind = kind,
                .success = reason == 0,
                .reason = reason,
                .actor_kind = "user",
                .actor = user->id,
                .actor_name = user->name,
                .target_kind = target_kind,
                .target = *target,
                .target_name = id_equal(target, &user->id) ? user->name : NULL,
        };

        return app_audit(call->self->app, txn, call->self->caller, &user->realm, call->now, &event);
}

/* What is seen */

typedef struct ViewCall {
        SelfCall call;
        SelfView view;
} ViewCall;

static int view_factors(ViewCall *v, Txn *txn) {
        const UserChange change = self_change(&v->call);
        const User *user = &v->call.owner.user;
        Credential credential;
        int r;

        r = user_credential(&change, txn, user, CREDENTIAL_PASSWORD, &credential);
        if (r == 0)
                v->view.password_at = credential.changed_at;
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        r = find_totp(&v->call, txn, &credential);
        if (r == 0) {
                v->view.has_totp = true;
                v->view.totp_at = credential.created_at;
        }
        v->view.is_fresh =
                        auth_is_fresh(&v->call.owner.session.auth, v->view.has_totp, v->call.now);
        return r == IAM_E_NOT_FOUND ? 0 : r;
}

static int view_rights(ViewCall *v, Txn *txn) {
        const SelfCaller *self = v->call.self;
        Closure closure;
        int r;

        r =
                        closure_of_user(&self->app->store, txn, &self->realm->id, self->arena,
                                        &v->call.owner.user.id, &closure);
        if (r == 0)
                r = closure_group_paths(&closure, self->arena, &v->view.groups);
        if (r == 0)
                r = closure_role_names(&closure, self->arena, &v->view.roles);
        return r;
}

static int add_browser(ViewCall *v, const Session *session) {
        const SessionOwner *owner = &v->call.owner;
        char id[ID_TEXT_SIZE];
        SelfSession *row = &v->view.sessions[v->view.n_sessions];

        if (session_check(session, &owner->realm, &owner->user, v->call.now) != 0)
                return 0;
        id_format(&session->id, id);
        *row = (SelfSession){
                .id = arena_strdup(v->call.self->arena, id),
                .agent = session->agent,
                .address = session->address,
                .started_at = session->created_at,
                .seen_at = session->last_seen_at,
                .is_this = id_equal(&session->id, &owner->session.id),
        };
        v->view.n_sessions++;
        return row->id == NULL ? -ENOMEM : 0;
}

static void add_host(ViewCall *v, const HostLogin *login) {
        const SessionOwner *owner = &v->call.owner;

        if (host_login_check(login, &owner->realm, &owner->user, v->call.now) != 0)
                return;
        v->view.sessions[v->view.n_sessions++] = (SelfSession){
                .service = str_or(login->service, "host"),
                .tty = login->tty,
                .address = login->address,
                .started_at = login->opened_at,
        };
}

static int view_sessions(ViewCall *v, Txn *txn) {
        const SelfCaller *self = v->call.self;
        const SessionOps *ops = self->app->store.sessions;
        const Page page = { .limit = SELF_SESSIONS_MAX };
        const Id *user = &v->call.owner.user.id;
        HostLoginList logins;
        SessionList browsers;
        int r;

        r = ops->list(txn, &self->realm->id, user, self->arena, &page, &browsers);
        if (r == 0)
                r = ops->login_list(txn, &self->realm->id, user, self->arena, &page, &logins);
        if (r != 0)
                return r;
        v->view.sessions = arena_new_n(self->arena, SelfSession, browsers.n + logins.n + 1);
        if (v->view.sessions == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < browsers.n && r == 0; i++)
                r = add_browser(v, &browsers.items[i]);
        for (size_t i = 0; i < logins.n; i++)
                add_host(v, &logins.items[i]);
        return r;
}

static int view_run(Txn *txn, void *context) {
        ViewCall *v = context;
        int r;

        v->view = (SelfView){};
        r = self_find(&v->call, txn);
        if (r == 0)
                r = view_factors(v, txn);
        if (r == 0)
                r = view_rights(v, txn);
        if (r == 0)
                r = view_sessions(v, txn);
        v->view.user = v->call.owner.user;
        return r;
}

static int touch_run(Txn *txn, void *context) {
        const ViewCall *v = context;
        const Session *session = &v->call.owner.session;

        return v->call.self->app->store.sessions->touch(
                        txn, &session->realm, &session->id, v->call.now);
}

int app_self_view(const SelfCaller *self, SelfView *ret) {
        const StorePort *store = &self->app->store;
        ViewCall v = { .call = self_call(self) };
        int r;

        r = store->read(store->self, view_run, &v);
        if (r == 0)
                r = store->txn(store->self, touch_run, &v);
        if (r == IAM_E_NOT_FOUND)
                r = IAM_E_SESSION_GONE; /* it ended between the two */
        if (r == 0)
                *ret = v.view;
        return r;
}

/* Proofs */

static int find_run(Txn *txn, void *context) {
        return self_find(context, txn);
}

int app_self_prove(
                const SelfCaller *self, Purpose purpose, const char *where, const char *device,
                LoginStep *ret) {
        LoginStart in = {
                .realm = self->realm->id,
                .purpose = purpose,
                .service = where,
                .device = device,
        };
        SelfCall call = self_call(self);
        int r;

        if (purpose != PURPOSE_LOGIN) {
                const AuthContext *auth = &call.owner.session.auth;

                r = self->app->store.read(self->app->store.self, find_run, &call);
                if (r != 0)
                        return r;
                in.name = call.owner.user.name;
                in.session = call.owner.session.id;
                if (auth_is_fresh(auth, /* has_second_factor= */ true, call.now))
                        in.factor_at = auth->at;
        }
        return app_login_start(self->app, self->arena, self->caller, &in, ret);
}

int app_self_may_go_on(const SelfCaller *self, const LoginStep *step) {
        SelfCall call = self_call(self);
        int r;

        if (step->purpose == PURPOSE_LOGIN)
                return 0;
        r = self->app->store.read(self->app->store.self, find_run, &call);
        if (r == 0 && !id_equal(&call.owner.session.id, &step->session))
                r = IAM_E_SESSION_GONE;
        return r == IAM_E_SESSION_GONE ? IAM_E_ATTEMPT_GONE : r;
}

static int enter_run(Txn *txn, void *context) {
        Session session;

        return session_enter(context, txn, &session);
}

int app_self_enter(const SelfCaller *self, const LoginStep *login, Secret *ret_cookie) {
        CLEANUP(secret_clear) Secret cookie = {};
        SessionEntry entry = {
                .app = self->app,
                .arena = self->arena,
                .caller = self->caller,
                .realm = self->realm,
                .login = login,
                .now = self->app->clock.now(self->app->clock.self),
        };
        int r;

        assert(login->outcome == LOGIN_DONE);
        r = session_entry_prepare(&entry, self->session, &cookie);
        if (r == 0)
                r = self->app->store.txn(self->app->store.self, enter_run, &entry);
        if (r == 0)
                *ret_cookie = cookie;
        return r;
}

/* The end of sessions */

typedef struct EndCall {
        SelfCall call;
        Id id;
} EndCall;

static int end_run(Txn *txn, void *context) {
        EndCall *end = context;
        const SessionOps *ops = end->call.self->app->store.sessions;
        const SessionOwner *owner = &end->call.owner;
        Session session;
        int r;

        r = self_find(&end->call, txn);
        if (r == 0)
                r = ops->by_id(txn, &owner->realm.id, &end->id, end->call.self->arena, &session);
        if (r == 0 && !id_equal(&session.user, &owner->user.id))
                r = IAM_E_NOT_FOUND;
        if (r == 0)
                r = ops->end(txn, &owner->realm.id, &end->id, end->call.now);
        return r != 0 ? r
                      : self_audit(&end->call, txn, EVENT_SESSION_ENDED, 0, "session", &end->id);
}

int app_self_end_session(const SelfCaller *self, const char *id) {
        EndCall end = { .call = self_call(self) };

        if (id == NULL || id_parse(id, &end.id) < 0)
                return IAM_E_NOT_FOUND;
        return self->app->store.txn(self->app->store.self, end_run, &end);
}

static int end_all_run(Txn *txn, void *context) {
        SelfCall *call = context;
        UserChange change;
        int r;

        r = self_find(call, txn);
        if (r != 0)
                return r;
        change = self_change(call);
        call->owner.user.credential_epoch++;
        r = user_write(&change, txn, &call->owner.user);
        return r != 0 ? r
                      : self_audit(call, txn, EVENT_SESSION_ENDED, 0, "user", &call->owner.user.id);
}

int app_self_end_all(const SelfCaller *self) {
        SelfCall call = self_call(self);

        return self->app->store.txn(self->app->store.self, end_all_run, &call);
}
