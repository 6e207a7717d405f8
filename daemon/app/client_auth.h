/* SPDX-License-Identifier: Apache-2.0 */
/* Client authentication (RFC 6749 section 2.3), for every endpoint that clients call. */
#pragma once

#include "daemon/app/oidc.h"

typedef struct ClientAuth {
        App *app;
        Arena *arena;
        const Caller *caller;
        const Realm *realm;
        const char *client_id; /* NULL: none given */
        bool has_secret;
        Sha256 secret_hash; /* of the secret presented */
        Usec now;
        AuditEvent failure; /* of client_prove(): what to write down */
} ClientAuth;

/* Before the transaction: hashes what was presented. */
void client_auth_init(
                ClientAuth *auth, App *app, Arena *arena, const Caller *caller, const Realm *realm,
                Usec now, const ClientCredentials *given);
/*
 * IAM_E_CLIENT_AUTH_FAILED, the same for an unknown, a disabled and a wrongly proven client.  It
 * only reads: the caller writes the failure down by client_auth_audit().
 */
int client_prove(ClientAuth *auth, Txn *txn, Client *ret);
int client_auth_audit(const ClientAuth *auth, Txn *txn);
/* Writes it down in a transaction of its own and returns it. */
int client_auth_refuse(ClientAuth *auth);
/* Both in one writing transaction; the caller returns the failure through store.keep(). */
int client_authenticate(ClientAuth *auth, Txn *txn, Client *ret);
