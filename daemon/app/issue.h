/* SPDX-License-Identifier: Apache-2.0 */
/* Writes and signs the tokens of a grant that came through the gate. */
#pragma once

#include "base/json.h"
#include "daemon/app/gate.h"

#define CLAIMS_MAX 12000 /* bytes of one token's claims; a JWS of ours stays below 16 KiB */

/* RFC 9068.  IAM_E_TOO_LARGE when roles and groups do not fit. */
int issue_access_token(
                App *app, Arena *arena, const GateView *view, const char *scope, Usec now,
                const char **ret_jws);
/* OpenID Connect Core section 2, with at_hash (3.1.3.6). */
int issue_id_token(
                App *app, Arena *arena, const GateView *view, const char *scope,
                const char *access_token, Usec now, const char **ret_jws);
/* The claims about the person that the scope allows: sub, profile, email, roles, groups. */
void claims_put_person(JsonWriter *w, const GateView *view, const char *scope);
