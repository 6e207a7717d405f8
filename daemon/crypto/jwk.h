/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys between OpenSSL and the outside: JWK (RFC 7517, RFC 7518 section 6), thumbprints (RFC 7638)
 * and PKCS#8.  A key is always read for one algorithm, which the caller knows; the JWK may only
 * agree.
 */
#pragma once

#include "daemon/core/ports/crypto.h"
#include "daemon/crypto/ossl.h"

#define KID_SIZE 44 /* 43 characters of base64url over SHA-256, and the NUL */
#define JWK_MAX 4096
#define RSA_BITS_NEW 2048u
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192

int jwk_generate(KeyAlg alg, EVP_PKEY **ret);
/* Fits the algorithm: type, curve, size of modulus. */
bool jwk_fits(const EVP_PKEY *pkey, KeyAlg alg);
int jwk_thumbprint(const EVP_PKEY *pkey, KeyAlg alg, char ret_kid[KID_SIZE]);
int jwk_public_text(
                Arena *arena, const EVP_PKEY *pkey, KeyAlg alg, const char *kid,
                const char **ret_json);
/*
 * Reads a public JWK.  IAM_E_INVALID: not one, private parts inside, another type, curve, alg or
 * use than alg's, a modulus outside the bounds, an even or tiny exponent, a point off the curve.
 */
int jwk_import(const char *json, size_t len, KeyAlg alg, EVP_PKEY **ret);

/* PKCS#8 DER in memory that jwk_der_free() wipes. */
int jwk_private_der(const EVP_PKEY *pkey, uint8_t **ret_der, size_t *ret_len);
void jwk_der_free(uint8_t *der, size_t len);
int jwk_from_private_der(const uint8_t *der, size_t len, KeyAlg alg, EVP_PKEY **ret);
