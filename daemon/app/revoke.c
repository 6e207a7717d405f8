/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Token revocation, RFC 7009.  A refresh token takes its whole family with it, and so every access
 * token of the grant; an access token goes alone.  Only the client whose token it is can do that,
 * and nobody learns from the answer whether there was anything to end.
 */
#include "daemon/app/access_token.h"
#include "daemon/app/client_auth.h"
#include "daemon/app/oidc.h"

#include "base/reason.h"

#include <string.h>

typedef struct RevokeCall {
        App *app;
        Arena *arena;
        const Caller *caller;
        const Realm *realm;
        Usec now;
        ClientAuth auth;
        bool is_access; /* it is a live access token; claims hold */
        AccessClaims claims;
        Sha256 hash; /* of what else it may be: a refresh token */
        Client client;
} RevokeCall;

static int audit(RevokeCall *call, Txn *txn, const char *kind, const Id *id) {
        const AuditEvent event = {
                .kind = EVENT_TOKEN_REVOKED,
                .success = true,
                .actor_kind = "client",
                .actor = call->client.id,
                .actor_name = call->client.name,
                .target_kind = kind,
                .target = *id,
        };

        return app_audit(call->app, txn, call->caller, &call->realm->id, call->now, &event);
}

static int revoke_access(RevokeCall *call, Txn *txn) {
        const SingleUse row = {
                .realm = call->realm->id,
                .kind = SINGLE_USE_REVOKED,
                .hash = call->claims.jti_hash,
                .owner = call->client.id,
                .created_at = call->now,
                .expires_at = call->claims.expires * USEC_PER_SEC,
        };
        int r;

        if (!str_eq(call->claims.client, call->client.name))
                return 0;
        r = call->app->store.single_use->insert(txn, &row);
        if (r != 0)
                return r == IAM_E_EXISTS ? 0 : r;
        return audit(call, txn, "token", &call->claims.jti);
}

static int revoke_refresh(RevokeCall *call, Txn *txn) {
        const StorePort *store = &call->app->store;
        SingleUse row;
        int r;

        r = store->single_use->find(
                        txn, &call->realm->id, SINGLE_USE_REFRESH, &call->hash, call->arena, &row);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r;
        if (!id_equal(&row.owner, &call->client.id))
                return 0;
        r = store->sessions->grant_end(txn, &call->realm->id, &row.grant, call->now);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r; /* it has ended before */
        return audit(call, txn, "grant", &row.grant);
}

static int revoke_run(Txn *txn, void *context) {
        RevokeCall *call = context;
        int r = client_authenticate(&call->auth, txn, &call->client);

        if (r != 0)
                return r == IAM_E_CLIENT_AUTH_FAILED ? call->app->store.keep(txn, r) : r;
        return call->is_access ? revoke_access(call, txn) : revoke_refresh(call, txn);
}

int app_revoke(App *app, Arena *arena, const Caller *caller, const Realm *realm,
               const ShownToken *in) {
        RevokeCall call = {
                .app = app,
                .arena = arena,
                .caller = caller,
                .realm = realm,
                .now = app->clock.now(app->clock.self),
        };
        int r;

        if (in->token == NULL)
                return IAM_E_REQUEST_INVALID;
        client_auth_init(&call.auth, app, arena, caller, realm, call.now, &in->client);
        app->crypto.sha256(in->token, strlen(in->token), &call.hash);
        r = access_token_read(app, arena, realm, in->token, call.now, &call.claims);
        if (r < 0)
                return r;
        call.is_access = r == 0;
        return app->store.txn(app->store.self, revoke_run, &call);
}
