/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/pkce.h"

#include <string.h>

static const char unreserved[] =
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool pkce_verifier_is_wellformed(const char *verifier) {
        size_t len = strlen(verifier);

        return len >= 43 && len <= 128 && strspn(verifier, unreserved) == len;
}

bool pkce_challenge_is_wellformed(const char *challenge) {
        return strlen(challenge) == 43 && strspn(challenge, base64url) == 43;
}
