/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/client_auth.h"

#include "base/reason.h"

void client_auth_init(
                ClientAuth *auth, App *app, Arena *arena, const Caller *caller, const Realm *realm,
                Usec now, const ClientCredentials *given) {
        *auth = (ClientAuth){
                .app = app,
                .arena = arena,
                .caller = caller,
                .realm = realm,
                .client_id = given->client_id,
                .has_secret = given->secret != NULL,
                .now = now,
        };
        if (auth->has_secret)
                app->crypto.secret_sha256(given->secret, &auth->secret_hash);
}

static bool proves(const ClientAuth *auth, const Client *client) {
        switch (client->kind) {
        case CLIENT_PUBLIC:
                return !auth->has_secret;
        case CLIENT_CONFIDENTIAL:
                return auth->has_secret && client_secret_is(client, &auth->secret_hash, auth->now);
        case SENTINELS(CLIENT):
                break;
        }
        return false;
}

int client_prove(ClientAuth *auth, Txn *txn, Client *ret) {
        const ClientOps *clients = auth->app->store.clients;
        Client client = {};
        int r = IAM_E_NOT_FOUND;

        if (auth->client_id != NULL)
                r = clients->by_name(txn, &auth->realm->id, auth->client_id, auth->arena, &client);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        if (r == 0 && client.enabled && proves(auth, &client)) {
                *ret = client;
                return 0;
        }
        auth->failure = (AuditEvent){
                .kind = EVENT_CLIENT_AUTH_FAILED,
                .reason = r != 0            ? IAM_E_CLIENT_UNKNOWN
                          : !client.enabled ? IAM_E_CLIENT_DISABLED
                                            : IAM_E_CLIENT_AUTH_FAILED,
                .target_kind = "client",
                .target = client.id,
                /* An unknown name may be a secret in the wrong place. */
                .target_name = client.name,
        };
        return IAM_E_CLIENT_AUTH_FAILED;
}

int client_auth_audit(const ClientAuth *auth, Txn *txn) {
        return app_audit(auth->app, txn, auth->caller, &auth->realm->id, auth->now, &auth->failure);
}

static int refuse_run(Txn *txn, void *context) {
        return client_auth_audit(context, txn);
}

int client_auth_refuse(ClientAuth *auth) {
        int r = auth->app->store.txn(auth->app->store.self, refuse_run, auth);

        return r != 0 ? r : IAM_E_CLIENT_AUTH_FAILED;
}

int client_authenticate(ClientAuth *auth, Txn *txn, Client *ret) {
        int failed = client_prove(auth, txn, ret);
        int r;

        if (failed != IAM_E_CLIENT_AUTH_FAILED)
                return failed;
        r = client_auth_audit(auth, txn);
        return r != 0 ? r : failed;
}
