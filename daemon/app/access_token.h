/* SPDX-License-Identifier: Apache-2.0 */
/* Believing a token of ours: signature, type, issuer, expiry, and then the gate with its epochs. */
#pragma once

#include "daemon/app/gate.h"

typedef struct AccessToken {
        GateView view;
        const char *scope;
} AccessToken;

/* IAM_E_TOKEN_INVALID whatever is wrong with it. */
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
