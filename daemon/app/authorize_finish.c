/* SPDX-License-Identifier: Apache-2.0 */
/* After the login: the session, with a new cookie at every authentication, and the code. */
#include "daemon/app/authorize.h"
#include "daemon/app/browser_session.h"

#include "base/reason.h"

typedef struct FinishCall {
        App *app;
        Arena *arena;
        const Caller *caller;
        const Realm *realm;
        const LoginStep *login;
        Usec now;
        SessionEntry entry;
        Sha256 code_hash;
        AuthRequest request;
} FinishCall;

static int finish_run(Txn *txn, void *context) {
        FinishCall *call = context;
        const StorePort *store = &call->app->store;
        Session session;
        int r;

        r = store->attempts->request_by_id(
                        txn, &call->realm->id, &call->login->request, call->arena, &call->request);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_ATTEMPT_GONE : r;
        if (call->request.expires_at <= call->now)
                return IAM_E_ATTEMPT_GONE;
        r = session_enter(&call->entry, txn, &session);
        if (r != 0)
                return r;
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
        call.entry = (SessionEntry){ .app = app,
                                     .arena = arena,
                                     .caller = caller,
                                     .realm = realm,
                                     .login = login,
                                     .now = call.now };
        r = session_entry_prepare(&call.entry, former_session, &out.session);
        if (r < 0)
                return r;
        r = app->crypto.bearer_make(app->crypto.self, &code, &call.code_hash);
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
