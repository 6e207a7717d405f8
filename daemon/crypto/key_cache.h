/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing keys that were unsealed or read lately, by realm and kid: unsealing per token would cost
 * more than signing.  Bounded, least recently used goes first.  Any thread.
 */
#pragma once

#include "daemon/crypto/jwk.h"

#define KEY_CACHE_MAX 256

typedef struct KeyCache KeyCache;

typedef struct KeyCacheName {
        const RealmId *realm;
        const char *kid; /* KID_SIZE - 1 characters */
        KeyAlg alg;
        bool is_private;
} KeyCacheName;

int key_cache_new(KeyCache **ret);
KeyCache *key_cache_free(KeyCache *cache);
/* A reference for the caller to EVP_PKEY_free(), or NULL. */
EVP_PKEY *key_cache_get(KeyCache *cache, const KeyCacheName *name);
/* The cache takes a reference of its own. */
void key_cache_put(KeyCache *cache, const KeyCacheName *name, EVP_PKEY *pkey);
void key_cache_forget(KeyCache *cache, const RealmId *realm, const char *kid);
