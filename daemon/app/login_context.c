/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/oidc.h"

#include "base/reason.h"

typedef struct ContextCall {
        App *app;
        Arena *arena;
        const Realm *realm;
        const Id *request_id;
        Usec now;
        LoginContext context;
} ContextCall;

static int context_run(Txn *txn, void *context) {
        ContextCall *call = context;
        const StorePort *store = &call->app->store;
        AuthRequest request;
        Client client;
        int r;

        r = store->attempts->request_by_id(
                        txn, &call->realm->id, call->request_id, call->arena, &request);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_ATTEMPT_GONE : r;
        if (request.expires_at <= call->now)
                return IAM_E_ATTEMPT_GONE;
        r = store->clients->by_id(txn, &call->realm->id, &request.client, call->arena, &client);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_ATTEMPT_GONE : r;
        call->context = (LoginContext){
                .client = str_is_empty(client.display_name) ? client.name : client.display_name,
                .redirect_uri = request.redirect_uri,
                .login_hint = request.login_hint,
        };
        return 0;
}

int app_login_context(
                App *app, Arena *arena, const Realm *realm, const Id *request, LoginContext *ret) {
        ContextCall call = {
                .app = app,
                .arena = arena,
                .realm = realm,
                .request_id = request,
                .now = app->clock.now(app->clock.self),
        };
        int r;

        r = app->store.read(app->store.self, context_run, &call);
        if (r != 0)
                return r;
        *ret = call.context;
        return 0;
}
