/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/client_auth.h"

#include "base/reason.h"

static bool proves(const Client *client, const Sha256 *secret_hash) {
        switch (client->kind) {
        case CLIENT_PUBLIC:
                return secret_hash == NULL;
        case CLIENT_CONFIDENTIAL:
                return secret_hash != NULL && bytes_equal(client->secret_hash.bytes, SHA256_SIZE,
                                                          secret_hash->bytes, SHA256_SIZE);
                CASE_SENTINELS(CLIENT) : break;
        }
        return false;
}

int client_authenticate(
                App *app, Txn *txn, Arena *arena, const Caller *caller, const RealmId *realm,
                const ClientCredentials *given, const Sha256 *secret_hash, Usec now, Client *ret) {
        AuditEvent event = {
                .kind = EVENT_CLIENT_AUTH_FAILED,
                .target_kind = "client",
                .target_name = given->client_id,
        };
        Client client = {};
        int r = IAM_E_NOT_FOUND;

        if (given->client_id != NULL)
                r = app->store.clients->by_name(txn, realm, given->client_id, arena, &client);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        if (r == 0 && client.enabled && proves(&client, secret_hash)) {
                *ret = client;
                return 0;
        }

        event.reason = r == 0 && !client.enabled ? IAM_E_CLIENT_DISABLED : IAM_E_CLIENT_AUTH_FAILED;
        event.target = client.id;
        r = app_audit(app, txn, caller, realm, now, &event);
        return r != 0 ? r : IAM_E_CLIENT_AUTH_FAILED;
}
