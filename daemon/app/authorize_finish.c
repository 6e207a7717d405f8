/* SPDX-License-Identifier: Apache-2.0 */
/* After the login: the session, with a new cookie at every authentication, and the code. */
#include "daemon/app/authorize.h"

#include "base/reason.h"

typedef struct FinishCall {
        App *app;
        Arena *arena;
        const Caller *caller;
        const Realm *realm;
        const LoginStep *login;
        Usec now;
        bool has_former;
        Sha256 former_cookie;
        Sha256 cookie_hash;
        Sha256 code_hash;
        Id session_id;
        AuthRequest request;
} FinishCall;

static int audit_session(FinishCall *call, Txn *txn, AuditEventKind kind, const Id *session) {
        const AuditEvent event = {
                .kind = kind,
                .success = true,
                .actor_kind = "user",
                .actor = call->login->user,
                .actor_name = call->login->user_name,
                .target_kind = "session",
                .target = *session,
        };

        return app_audit(call->app, txn, call->caller, &call->realm->id, call->now, &event);
}

/* The same person again: the session goes on under a new cookie, so that the other applications
 * stay signed in.  Somebody else: the former session ends.  ret_renewed tells which. */
static int
settle_former(FinishCall *call, Txn *txn, const User *user, Session *ret, bool *ret_renewed) {
        const SessionOps *ops = call->app->store.sessions;
        Session former;
        Realm realm;
        int r;

        *ret_renewed = false;
        if (!call->has_former)
                return 0;
        r = ops->by_cookie(txn, &call->realm->id, &call->former_cookie, call->arena, &former);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r;
        r = call->app->store.realms->by_id(txn, &call->realm->id, call->arena, &realm);
        if (r != 0)
                return r;
        if (!id_equal(&former.user, &user->id) ||
            session_check(&former, &realm, user, call->now) != 0) {
                r = ops->end(txn, &call->realm->id, &former.id, call->now);
                if (r != 0)
                        return r == IAM_E_NOT_FOUND ? 0 : r;
                return audit_session(call, txn, EVENT_SESSION_ENDED, &former.id);
        }
        former.cookie_hash = call->cookie_hash;
        former.auth = call->login->auth;
        former.last_seen_at = call->now;
        if (former.credential_epoch != call->login->credential_epoch)
                return IAM_E_SESSION_GONE;
        r = ops->renew(txn, &former);
        if (r != 0)
                return r;
        *ret = former;
        *ret_renewed = true;
        return 0;
}

static int open_session(FinishCall *call, Txn *txn, const User *user, Session *ret) {
        Session session = {
                .realm = call->realm->id,
                .id = call->session_id,
                .user = user->id,
                .cookie_hash = call->cookie_hash,
                .auth = call->login->auth,
                .address = call->caller->address,
                .agent = call->caller->agent,
                .realm_epoch = call->realm->epoch,
                /* As it was when the proof was given: a change since then wins. */
                .credential_epoch = call->login->credential_epoch,
                .created_at = call->now,
                .last_seen_at = call->now,
        };
        int r;

        r = session_check(&session, call->realm, user, call->now);
        if (r != 0)
                return r;
        r = call->app->store.sessions->insert(txn, &session);
        if (r != 0)
                return r;
        *ret = session;
        return audit_session(call, txn, EVENT_SESSION_CREATED, &session.id);
}

static int finish_run(Txn *txn, void *context) {
        FinishCall *call = context;
        const StorePort *store = &call->app->store;
        Session session;
        User user;
        bool renewed;
        int r;

        r = store->attempts->request_by_id(
                        txn, &call->realm->id, &call->login->request, call->arena, &call->request);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_ATTEMPT_GONE : r;
        if (call->request.expires_at <= call->now)
                return IAM_E_ATTEMPT_GONE;
        r = store->users->by_id(txn, &call->realm->id, &call->login->user, call->arena, &user);
        if (r != 0)
                return r;
        r = settle_former(call, txn, &user, &session, &renewed);
        if (r != 0)
                return r;
        if (!renewed) {
                r = open_session(call, txn, &user, &session);
                if (r != 0)
                        return r;
        }
        r = authorize_put_code(
                        &(CodeIssue){
                                        .app = call->app,
                                        .arena = call->arena,
                                        .caller = call->caller,
                                        .realm = call->realm,
                                        .request = &call->request,
                                        .session = &session,
                                        .code_hash = &call->code_hash,
                                        .now = call->now,
                        },
                        txn);
        if (r != 0)
                return r;
        return store->attempts->request_remove(txn, &call->realm->id, &call->request.id);
}

int app_authorize_finish(
                App *app, Arena *arena, const Caller *caller, const Realm *realm,
                const LoginStep *login, const Secret *former_session, AuthorizeOut *ret) {
        CLEANUP(secret_clear) Secret code = {};
        FinishCall call = {
                .app = app,
                .arena = arena,
                .caller = caller,
                .realm = realm,
                .login = login,
                .now = app->clock.now(app->clock.self),
        };
        AuthorizeOut out = {};
        int r;

        assert(login->outcome == LOGIN_DONE);
        if (former_session != NULL && !secret_is_empty(former_session)) {
                app->crypto.secret_sha256(former_session, &call.former_cookie);
                call.has_former = true;
        }
        r = app->crypto.bearer_make(app->crypto.self, &out.session, &call.cookie_hash);
        if (r < 0)
                return r;
        r = app->crypto.bearer_make(app->crypto.self, &code, &call.code_hash);
        if (r < 0)
                return r;
        r = app_id_make(app, call.now, &call.session_id);
        if (r < 0)
                return r;
        r = app->store.txn(app->store.self, finish_run, &call);
        if (r == 0)
                r = authorize_reply_code(app, arena, realm, &call.request, &code, &out);
        if (r == 0)
                *ret = out;
        secret_clear(&out.session);
        return r;
}
