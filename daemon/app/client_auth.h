/* SPDX-License-Identifier: Apache-2.0 */
/* Client authentication (RFC 6749 section 2.3), for every endpoint that clients call. */
#pragma once

#include "daemon/app/oidc.h"

typedef struct ClientAuth {
        App *app;
        Arena *arena;
        const Caller *caller;
        const RealmId *realm;
        const char *client_id; /* NULL: none given */
        bool has_secret;
        Sha256 secret_hash; /* of the secret presented */
        Usec now;
} ClientAuth;

/* Before the transaction: hashes what was presented. */
void client_auth_init(ClientAuth *auth, const ClientCredentials *given);
/*
 * IAM_E_CLIENT_AUTH_FAILED, the same for an unknown, a disabled and a wrongly proven client; the
 * failure is audited, so the caller returns it through store.keep().
 */
int client_authenticate(const ClientAuth *auth, Txn *txn, Client *ret);
