/* SPDX-License-Identifier: Apache-2.0 */
/* The shapes of RFC 7636.  S256 is the only method; `plain` is not offered. */
#pragma once

#include "base/macro.h"

/* base64url of a SHA-256, rounded up to whole groups, and the NUL. */
#define PKCE_CHALLENGE_SIZE 45

bool pkce_verifier_is_wellformed(const char *verifier); /* section 4.1: 43 to 128 characters */
bool pkce_challenge_is_wellformed(const char *challenge); /* section 4.2: 43 of base64url */
