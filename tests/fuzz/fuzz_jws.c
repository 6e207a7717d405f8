/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No token that we did not sign is ever accepted, whatever its bytes; and what jws_kid() reads, it
 * reads within its limits.  The public key is RFC 7515's (its private half is public too, but its
 * signatures have no kid).
 */
#include <string.h>

#include "base/reason.h"
#include "daemon/crypto/jws.h"
#include "tests/support/fuzz.h"
#include "tests/support/rfc7515.h"

static EVP_PKEY *key_of(KeyAlg alg) {
        static EVP_PKEY *keys[_KEY_ALG_MAX];
        const char *jwk = alg == KEY_ALG_ES256 ? rfc7515_a3_jwk : rfc7515_a2_jwk;

        if (keys[alg] == NULL)
                FUZZ_ASSERT(jwk_import(jwk, strlen(jwk), alg, &keys[alg]) == 0);
        return keys[alg];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 18);
        const char *kid = NULL, *claims = NULL;
        char *text = arena_strndup(&arena, (const char *) data, len);
        int r;

        if (text == NULL)
                return 0;
        r = jws_kid(&arena, text, &kid);
        FUZZ_ASSERT(r == 0 || r == IAM_E_TOKEN_INVALID);
        if (r == 0)
                FUZZ_ASSERT(strlen(kid) <= JWS_KID_MAX && strlen(text) <= JWS_MAX);

        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++) {
                JwsKey key = { .alg = alg, .kid = r == 0 ? kid : "k", .pkey = key_of(alg) };
                FUZZ_ASSERT(jws_verify(&arena, &key, "JWT", text, &claims) == IAM_E_TOKEN_INVALID);
                FUZZ_ASSERT(jws_verify(&arena, &key, NULL, text, &claims) == IAM_E_TOKEN_INVALID);
        }
        FUZZ_ASSERT(claims == NULL);
        return 0;
}
