/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compact JWS (RFC 7515 section 7.1) and nothing else of JOSE.  The algorithm comes with the key;
 * the header has exactly alg, kid and typ and must agree with what the caller expects, so that
 * crit, jwk, jku, x5u, x5c, zip, b64 and whatever is invented next are refused alike (RFC 8725
 * section 3).
 */
#pragma once

#include "daemon/crypto/jwk.h"
#include "daemon/crypto/verified.h"

#define JWS_MAX ((size_t) 16 * 1024) /* characters */
#define JWS_HEADER_MAX ((size_t) 512)
#define JWS_KID_MAX ((size_t) 128)

typedef struct JwsKey {
        KeyAlg alg;
        const char *kid; /* NULL: the header must have none */
        EVP_PKEY *pkey;
        Verified *verified; /* NULL: every signature is computed */
} JwsKey;

/* -EMSGSIZE beyond JWS_MAX, -EINVAL for claims that are not one JSON object. */
int jws_sign(Arena *arena, const JwsKey *key, const char *typ, const char *claims,
             const char **ret_jws);
/* typ NULL: the header must have none.  IAM_E_TOKEN_INVALID whatever is wrong with it. */
int jws_verify(Arena *arena, const JwsKey *key, const char *typ, const char *jws,
               const char **ret_claims);
int jws_kid(Arena *arena, const char *jws, const char **ret_kid);
