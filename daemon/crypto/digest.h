/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 and HMAC-SHA256 (RFC 2104) that cannot fail: no allocation, no fetching of providers. */
#pragma once

#include "daemon/core/ports/crypto.h"

typedef struct DigestPart {
        const void *bytes;
        size_t len;
} DigestPart;

void digest_sha256(const void *bytes, size_t len, Sha256 *ret);
void digest_sha256_of(const DigestPart *parts, size_t n, Sha256 *ret); /* one after the other */
void digest_secret_sha256(const Secret *secret, Sha256 *ret);
void digest_hmac(const uint8_t key[SHA256_SIZE], const void *bytes, size_t len, Sha256 *ret);
