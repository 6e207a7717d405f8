/* SPDX-License-Identifier: Apache-2.0 */
/* Believing a token of ours: signature, type, issuer, expiry, and then the gate with its epochs. */
#pragma once

#include "base/json.h"
#include "daemon/app/gate.h"

/* What a token says of itself.  Its signature, type, issuer and time hold; nothing else is known.
 */
typedef struct AccessClaims {
        JsonValue object; /* all of it, checked */
        Id jti;
        Sha256 jti_hash; /* names its row when it was revoked */
        Id user;
        const char *client; /* by name: the client_id */
        const Client *known; /* that client, when the caller has just read it; or NULL */
        const char *scope; /* "" without */
        int64_t expires; /* seconds since 1970 */
        int64_t authz_epoch;
        bool has_grant;
        Id grant; /* with has_grant; else the client acts for itself, and */
        ServiceEpochs epochs; /* these were the epochs */
} AccessClaims;

/* The key that it names must be read for this.  IAM_E_TOKEN_INVALID whatever is wrong with it. */
int access_token_verify(
                App *app, Arena *arena, const Realm *realm, const SigningKey *key,
                const char *token, Usec now, AccessClaims *ret);
/* The same, and reads the key. */
int access_token_read(
                App *app, Arena *arena, const Realm *realm, const char *token, Usec now,
                AccessClaims *ret);
/* Inside a transaction: whether all that it speaks of still stands.  IAM_E_TOKEN_INVALID. */
int access_token_open(
                App *app, Txn *txn, Arena *arena, const Realm *realm, const AccessClaims *claims,
                Usec now, GateView *ret);

typedef struct AccessToken {
        GateView view; /* with roles and groups */
        const char *scope;
} AccessToken;

/* Both.  IAM_E_TOKEN_INVALID. */
int access_token_check(
                App *app, Arena *arena, const Realm *realm, const char *token, Usec now,
                AccessToken *ret);

/* An ID token of ours as a hint (OpenID Connect Core 3.1.2.1): it may have expired. */
typedef struct IdTokenHint {
        Id user;
        Id session; /* null id when it has no sid */
        const char *client_id;
} IdTokenHint;

int id_token_hint_check(
                App *app, Arena *arena, const Realm *realm, const char *token, IdTokenHint *ret);
