/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cryptography of the daemon behind daemon/core/ports/crypto.h.  Holds the key-encryption key
 * and nothing of the domain: it must not know users, clients or the store.  All calls may come from
 * any thread.
 */
#pragma once

#include "daemon/core/ports/crypto.h"

#define KEK_SIZE 32

/* RFC 9106 allows less memory for more passes; these are the ceilings for a stored or configured
 * cost, so that a row cannot make a login cost minutes or gigabytes. */
#define PASSWORD_MEMORY_KIB_MAX ((uint32_t) 256 * 1024)
#define PASSWORD_PASSES_MAX 16u
#define PASSWORD_LANES_MAX 8u
#define PASSWORD_COST_DEFAULT                                                                      \
        { .memory_kib = 19456, .passes = 2, .lanes = 1 }

typedef struct CryptoConfig {
        const Secret *kek; /* KEK_SIZE bytes; copied into locked memory */
        PasswordCost password_cost;
} CryptoConfig;

/* -ENOKEY without a key-encryption key, -EINVAL for one of another size or a cost out of bounds. */
int crypto_new(const CryptoConfig *config, Crypto **ret);
Crypto *crypto_free(Crypto *crypto); /* wipes; NULL ok; returns NULL */
void crypto_freep(Crypto **crypto); /* for CLEANUP */
void crypto_port(Crypto *crypto, CryptoPort *ret);

/* The name of the key-encryption key in sealed records: 16 hex digits.  Lives as long as crypto. */
const char *crypto_kek_id(const Crypto *crypto);

/* Makes RSA keys ahead until the pool is full: seconds of CPU, so from a lane that may take them.
 */
int crypto_rsa_pool_fill(Crypto *crypto);
