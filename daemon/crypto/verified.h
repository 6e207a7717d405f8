/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures that were found good before.  That a text was signed by the key of a thumbprint is a
 * fact that never ages, so there is nothing to take back: whether the key is still one of ours, and
 * whether the token still counts, is asked of the store each time.
 */
#pragma once

#include "daemon/core/ports/crypto.h"

#define VERIFIED_MAX 4096 /* facts, 32 bytes each; a new one takes the place of an older one */

typedef struct Verified Verified;

int verified_new(Verified **ret);
Verified *verified_free(Verified *verified); /* NULL ok */

/* From any thread.  The hash is over the key's thumbprint, the algorithm and the whole token. */
bool verified_has(Verified *verified, const Sha256 *fact);
void verified_put(Verified *verified, const Sha256 *fact);
