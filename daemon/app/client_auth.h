/* SPDX-License-Identifier: Apache-2.0 */
/* Client authentication (RFC 6749 section 2.3), for every endpoint that clients call. */
#pragma once

#include "daemon/app/oidc.h"

/*
 * IAM_E_CLIENT_AUTH_FAILED, the same for an unknown, a disabled and a wrongly proven client; the
 * failure is audited, so the caller returns it through store.keep().  secret_hash: of the secret
 * presented, computed before the transaction; NULL when none was.
 */
int client_authenticate(
                App *app, Txn *txn, Arena *arena, const Caller *caller, const RealmId *realm,
                const ClientCredentials *given, const Sha256 *secret_hash, Usec now, Client *ret);
