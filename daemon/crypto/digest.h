/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 and HMAC-SHA256 (RFC 2104) that cannot fail: no allocation, no fetching of providers. */
#pragma once

#include "daemon/core/ports/crypto.h"

void digest_sha256(const void *bytes, size_t len, Sha256 *ret);
void digest_secret_sha256(const Secret *secret, Sha256 *ret);
void digest_hmac(const uint8_t key[SHA256_SIZE], const void *bytes, size_t len, Sha256 *ret);
