/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guess protection (law 5): counters that are reserved before the hash is computed, over all
 * doors and aliases of an account together.  Here is the pure decision; the store counts.
 */
#pragma once

#include "base/id.h"
#include "daemon/core/ports/crypto.h"
#include "daemon/core/realm.h"

typedef enum GuessScope {
        GUESS_ACCOUNT, /* a name, from devices that are not known */
        GUESS_ACCOUNT_DEVICE, /* a name from one known device */
        GUESS_SOURCE, /* an address prefix: /24, /48, or a host's console */
        GUESS_REALM,
        _GUESS_MAX,
        _GUESS_INVALID = -EINVAL,
} GuessScope;

typedef struct GuessKey {
        GuessScope scope;
        Sha256 key; /* keyed hash of what is counted, so that the table names nobody */
} GuessKey;

typedef struct GuessCounter {
        int64_t count; /* after this reservation */
        Usec window_start;
} GuessCounter;
