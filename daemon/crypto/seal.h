/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-256-GCM with a random 96-bit nonce: nonce, ciphertext, tag.  The place where a ciphertext
 * belongs is bound as additional data, so that a row cannot be moved to another place.
 */
#pragma once

#include "daemon/crypto/keyring.h"

#define SEAL_NONCE_SIZE 12
#define SEAL_TAG_SIZE 16
#define SEAL_OVERHEAD (SEAL_NONCE_SIZE + SEAL_TAG_SIZE)
#define SEAL_PLAIN_MAX 8192 /* an RSA-4096 key in PKCS#8 is 2.4 KB */
#define SEAL_OWNER_MAX 64
#define SEAL_CONTEXT_MAX 64

typedef struct SealPlace {
        const RealmId *realm; /* NULL: no realm */
        const void *owner; /* at most SEAL_OWNER_MAX bytes */
        size_t owner_len;
        const char *context;
} SealPlace;

/* kek_id is copied into the arena. */
int seal_bytes(Arena *arena, const DerivedKey *key, const char *kek_id, const SealPlace *place,
               const void *plain, size_t len, Sealed *ret);
/* -EBADMSG: altered, moved, or sealed under another key.  ret holds capacity bytes. */
int unseal_bytes(
                const DerivedKey *key, const SealPlace *place, const Sealed *sealed, void *ret,
                size_t capacity, size_t *ret_len);
