/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The low-level SHA256_* calls are deprecated in favour of EVP, which allocates and can therefore
 * fail; a hash of a bearer secret must not have a failure that a caller could forget.
 */
#define OPENSSL_API_COMPAT 0x10100000L

#include "daemon/crypto/digest.h"

#include <openssl/sha.h>
#include <string.h>

#include "base/secret_bytes.h"

#define BLOCK_SIZE 64

void digest_sha256(const void *bytes, size_t len, Sha256 *ret) {
        SHA256_CTX ctx;

        SHA256_Init(&ctx);
        SHA256_Update(&ctx, bytes, len);
        SHA256_Final(ret->bytes, &ctx);
        explicit_bzero(&ctx, sizeof ctx);
}

void digest_sha256_of(const DigestPart *parts, size_t n, Sha256 *ret) {
        SHA256_CTX ctx;

        SHA256_Init(&ctx);
        for (size_t i = 0; i < n; i++)
                SHA256_Update(&ctx, parts[i].bytes, parts[i].len);
        SHA256_Final(ret->bytes, &ctx);
        explicit_bzero(&ctx, sizeof ctx);
}

void digest_secret_sha256(const Secret *secret, Sha256 *ret) {
        digest_sha256(secret_bytes(secret), secret->len, ret);
}

/* H((key ^ pad) || bytes) */
static void
padded_hash(const uint8_t key[SHA256_SIZE], uint8_t pad, const void *bytes, size_t len,
            Sha256 *ret) {
        uint8_t block[BLOCK_SIZE];
        SHA256_CTX ctx;

        memset(block, pad, sizeof block);
        for (size_t i = 0; i < SHA256_SIZE; i++)
                block[i] = (uint8_t) (key[i] ^ pad);

        SHA256_Init(&ctx);
        SHA256_Update(&ctx, block, sizeof block);
        SHA256_Update(&ctx, bytes, len);
        SHA256_Final(ret->bytes, &ctx);
        explicit_bzero(block, sizeof block);
        explicit_bzero(&ctx, sizeof ctx);
}

void digest_hmac(const uint8_t key[SHA256_SIZE], const void *bytes, size_t len, Sha256 *ret) {
        Sha256 inner;

        padded_hash(key, 0x36, bytes, len, &inner);
        padded_hash(key, 0x5c, inner.bytes, sizeof inner.bytes, ret);
        explicit_bzero(&inner, sizeof inner);
}
