/* SPDX-License-Identifier: Apache-2.0 */
/* A Crypto with a fixed key-encryption key and the cheapest password cost, for tests. */
#pragma once

#include "base/secret_bytes.h"
#include "daemon/crypto/crypto.h"
#include "tests/support/test.h"

#define FIXTURE_COST                                                                               \
        { .memory_kib = 64, .passes = 1, .lanes = 1 }

static inline Secret secret_of(const char *text) {
        Secret secret = {};

        ASSERT_OK(secret_set(&secret, text, strlen(text)));
        return secret;
}

static inline Crypto *crypto_fixture_with(uint8_t kek_byte, PasswordCost cost, CryptoPort *ret) {
        Secret kek = { .len = KEK_SIZE };
        Crypto *crypto = NULL;

        memset(secret_buffer(&kek), kek_byte, KEK_SIZE);
        ASSERT_OK(crypto_new(&(CryptoConfig){ .kek = &kek, .password_cost = cost }, &crypto));
        crypto_port(crypto, ret);
        return crypto;
}

static inline Crypto *crypto_fixture(CryptoPort *ret) {
        return crypto_fixture_with(7, (PasswordCost) FIXTURE_COST, ret);
}
