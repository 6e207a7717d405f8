/* SPDX-License-Identifier: Apache-2.0 */
/* The token endpoint's use case: RFC 6749 sections 4.1.3, 4.4 and 6. */
#include "daemon/app/token.h"
#include "daemon/app/issue.h"

#include "base/json.h"
#include "base/reason.h"
#include "base/secret_bytes.h"

#include <string.h>

void token_call_init(
                TokenCall *call, App *app, Arena *arena, const Caller *caller, const Realm *realm,
                const TokenIn *in) {
        *call = (TokenCall){
                .app = app,
                .arena = arena,
                .caller = caller,
                .realm = realm,
                .in = in,
                .now = app->clock.now(app->clock.self),
        };
        client_auth_init(&call->auth, app, arena, caller, realm, call->now, &in->client);
}

void token_call_done(TokenCall *call) {
        secret_clear(&call->fresh);
}

int token_call_fresh(TokenCall *call) {
        const CryptoPort *crypto = &call->app->crypto;

        return crypto->bearer_make(crypto->self, &call->fresh, &call->fresh_hash);
}

int token_call_client(TokenCall *call, Txn *txn) {
        int r = client_authenticate(&call->auth, txn, &call->client);

        return r == IAM_E_CLIENT_AUTH_FAILED ? call->app->store.keep(txn, r) : r;
}

int token_call_audit(TokenCall *call, Txn *txn, AuditEventKind kind, int reason) {
        const GateView *view = &call->view;
        const AuditEvent event = {
                .kind = kind,
                .success = reason == 0,
                .reason = reason,
                .actor_kind = "client",
                .actor = call->client.id,
                .actor_name = call->client.name,
                .target_kind = id_is_null(&view->user.client) ? "user" : "service",
                .target = view->user.id,
                .target_name = view->user.name,
        };

        return app_audit(call->app, txn, call->caller, &call->realm->id, call->now, &event);
}

int token_call_refuse(TokenCall *call, Txn *txn, AuditEventKind kind, int reason) {
        int r = token_call_audit(call, txn, kind, reason);

        return r != 0 ? r : call->app->store.keep(txn, IAM_E_GRANT_INVALID);
}

int token_call_kill_family(TokenCall *call, Txn *txn, const Id *grant, AuditEventKind kind) {
        const StorePort *store = &call->app->store;
        int r;

        r = store->sessions->grant_end(txn, &call->realm->id, grant, call->now);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        return token_call_refuse(call, txn, kind, IAM_E_GRANT_INVALID);
}

int token_call_open_gate(TokenCall *call, Txn *txn, AuditEventKind kind, const Id *grant) {
        int r =
                        gate_open(call->app, txn, call->arena, &call->realm->id, grant, call->now,
                                  &call->view);

        if (r == 0)
                r = gate_keys(call->app, txn, call->arena, &call->view);
        return r > 0 && r != IAM_E_UNAVAILABLE ? token_call_refuse(call, txn, kind, r) : r;
}

int token_call_put_refresh(TokenCall *call, Txn *txn) {
        const SingleUse row = {
                .realm = call->realm->id,
                .kind = SINGLE_USE_REFRESH,
                .hash = call->fresh_hash,
                .grant = call->view.grant.id,
                .owner = call->client.id,
                .created_at = call->now,
                .expires_at = call->now +
                              client_refresh_token_lifetime(&call->view.client, &call->view.realm) *
                                              USEC_PER_SEC,
        };

        call->refresh_expires_at = row.expires_at;
        return call->app->store.single_use->insert(txn, &row);
}

static int describe_run(Txn *txn, void *context) {
        TokenCall *call = context;

        return gate_describe(call->app, txn, call->arena, &call->view);
}

int token_call_reply(TokenCall *call, TokenOut *ret) {
        const GateView *view = &call->view;
        const char *scope = call->scope;
        TokenOut out = {};
        int r;

        r = call->app->store.read(call->app->store.self, describe_run, call);
        if (r != 0)
                return r == IAM_E_USER_DISABLED ? IAM_E_GRANT_INVALID : r;
        r = issue_access_token(call->app, call->arena, view, scope, call->now, &out.access_token);
        if (r != 0)
                return r;
        if (str_words_have(scope, "openid")) {
                r =
                                issue_id_token(call->app, call->arena, view, scope,
                                               out.access_token, call->now, &out.id_token);
                if (r != 0)
                        return r;
        }
        if (view->has_session) {
                char sid[ID_TEXT_SIZE];

                id_format(&view->session.id, sid);
                out.session_state = arena_strdup(call->arena, sid);
                if (out.session_state == NULL)
                        return -ENOMEM;
        }
        out.scope = scope;
        out.expires_in = client_access_token_lifetime(&view->client, &view->realm);
        out.refresh_expires_in = (call->refresh_expires_at - call->now) / USEC_PER_SEC;
        out.refresh_token = call->fresh;
        *ret = out;
        secret_clear(&out.refresh_token);
        return 0;
}

int app_token(App *app, Arena *arena, const Caller *caller, const Realm *realm, const TokenIn *in,
              TokenOut *ret) {
        CLEANUP(token_call_done) TokenCall call = {};

        if (in->grant_type == NULL)
                return IAM_E_REQUEST_INVALID;
        token_call_init(&call, app, arena, caller, realm, in);
        if (str_eq(in->grant_type, "authorization_code"))
                return token_by_code(&call, ret);
        if (str_eq(in->grant_type, "refresh_token"))
                return token_by_refresh(&call, ret);
        if (str_eq(in->grant_type, "client_credentials"))
                return token_by_client(&call, ret);
        return IAM_E_GRANT_TYPE;
}
