/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client credentials grant: RFC 6749 section 4.4.  The client acts for itself, as its service
 * account.  Everything is read before, the token is signed outside of any transaction, and only the
 * event is written: the writer is the one thing that all tokens share.  The token carries the
 * epochs it was read under, so what changes in between kills it as it kills any other.
 */
#include "daemon/app/issue.h"
#include "daemon/app/token.h"
#include "daemon/core/scope.h"

#include "base/reason.h"

/* No person, so no openid: no ID token, and nothing at userinfo. */
static int service_scope(TokenCall *call) {
        const char *asked = str_or(call->in->scope, "");

        if (call->in->scope != NULL && !scope_is_wellformed(asked))
                return IAM_E_SCOPE_INVALID;
        call->scope = scope_of_service(call->arena, asked);
        return call->scope == NULL ? -ENOMEM : 0;
}

static int authorise(Txn *txn, void *context) {
        TokenCall *call = context;
        App *app = call->app;
        int r;

        r = client_prove(&call->auth, txn, &call->client);
        if (r != 0)
                return r;
        /* RFC 6749 section 4.4: confidential clients only. */
        if (call->client.kind != CLIENT_CONFIDENTIAL)
                return IAM_E_UNAUTHORIZED_CLIENT;
        r = gate_open_service(app, txn, call->arena, &call->client, NULL, &call->view);
        if (r == 0)
                r = gate_keys(app, txn, call->arena, &call->view);
        if (r == 0)
                r = gate_names(app, txn, call->arena, &call->view);
        return r;
}

static int record(Txn *txn, void *context) {
        return token_call_audit(context, txn, EVENT_TOKEN_ISSUED, 0);
}

typedef struct Refusal {
        TokenCall *call;
        int reason;
} Refusal;

static int record_refusal(Txn *txn, void *context) {
        Refusal *refusal = context;

        return token_call_audit(refusal->call, txn, EVENT_TOKEN_ISSUED, refusal->reason);
}

/* What a client may learn is the same as of any other grant. */
static int refuse(TokenCall *call, int reason) {
        Refusal refusal = { .call = call, .reason = reason };
        int r;

        if (reason == IAM_E_UNAVAILABLE)
                return reason;
        if (reason == IAM_E_CLIENT_AUTH_FAILED)
                return client_auth_refuse(&call->auth);
        r = call->app->store.txn(call->app->store.self, record_refusal, &refusal);
        if (r != 0)
                return r;
        return reason == IAM_E_UNAUTHORIZED_CLIENT ? reason : IAM_E_GRANT_INVALID;
}

int token_by_client(TokenCall *call, TokenOut *ret) {
        const StorePort *store = &call->app->store;
        TokenOut out = {};
        int r;

        r = service_scope(call);
        if (r != 0)
                return r;
        r = store->read(store->self, authorise, call);
        if (r != 0)
                return r > 0 ? refuse(call, r) : r;
        r = issue_access_token(
                        call->app, call->arena, &call->view, call->scope, call->now,
                        &out.access_token);
        if (r == 0)
                r = store->txn(store->self, record, call);
        if (r != 0)
                return r;
        out.expires_in = client_access_token_lifetime(&call->view.client, &call->view.realm);
        out.scope = call->scope;
        *ret = out;
        return 0;
}
