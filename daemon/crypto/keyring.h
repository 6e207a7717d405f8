/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key-encryption key and the keys derived from it, one per purpose (HKDF-SHA256, RFC 5869), in
 * memory that is locked, not dumped and wiped.  The only code that sees the key-encryption key.
 */
#pragma once

#include "daemon/crypto/crypto.h"

#define KEK_ID_SIZE 17 /* 16 hex digits and the NUL */
#define DERIVED_KEY_SIZE 32

typedef struct DerivedKey {
        uint8_t bytes[DERIVED_KEY_SIZE];
} DerivedKey;

typedef struct Keyring Keyring;

int keyring_new(const Secret *kek, Keyring **ret);
Keyring *keyring_free(Keyring *keyring);
void keyring_freep(Keyring **keyring);
const char *keyring_kek_id(const Keyring *keyring);
/* Lent keys, derived once. */
const DerivedKey *keyring_seal_key(const Keyring *keyring);
const DerivedKey *keyring_pepper(const Keyring *keyring);
/* HMAC under a key of this context's own. */
int keyring_hash(
                const Keyring *keyring, const char *context, const void *bytes, size_t len,
                Sha256 *ret);

/* HKDF with an empty salt; info is the purpose.  The caller wipes the key. */
int key_derive(const void *secret, size_t len, const char *info, DerivedKey *ret);
void derived_key_clear(DerivedKey *key);
