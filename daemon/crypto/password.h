/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Password hashes: argon2id (RFC 9106) version 1.3 as PHC strings.  The pepper is argon2's own
 * secret input, derived from the key-encryption key; the string names it as keyid, so that a copy
 * of the database alone cannot be guessed at.  Only for threads of the hash lane.
 */
#pragma once

#include "daemon/crypto/keyring.h"

#define PHC_MAX 255 /* characters */

typedef struct PasswordHasher {
        PasswordCost cost; /* of new hashes */
        const DerivedKey *pepper; /* lent by the keyring */
        const char *kek_id; /* lent by the keyring */
        char mock[PHC_MAX + 1]; /* of today's cost, random: matches nothing */
} PasswordHasher;

bool password_cost_is_acceptable(const PasswordCost *cost);
int password_hasher_init(PasswordHasher *hasher, const PasswordCost *cost, const Keyring *keyring);
int password_hash(
                const PasswordHasher *hasher, Arena *arena, const Secret *password,
                const char **ret_phc);
int password_verify(
                const PasswordHasher *hasher, const char *phc, const Secret *password,
                bool *ret_rehash);
