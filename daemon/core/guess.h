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

/*
 * A /24 or /48 may hold a whole office behind one address, so a source gets several people's
 * mistakes; 100 in a quarter of an hour is still nothing against a password of 12 characters.
 */
#define GUESS_SOURCE_LIMIT 100
#define GUESS_SOURCE_WINDOW (900 * USEC_PER_SEC)
/*
 * A spray from everywhere over all accounts.  Above the mistypes of a large realm on a Monday
 * morning, and below what two processors can hash in the time, so that it bites before the
 * daemon is out of breath.  Known devices are not stopped by it.
 */
#define GUESS_REALM_LIMIT 20000
#define GUESS_REALM_WINDOW (900 * USEC_PER_SEC)
/* How long a device stays known after a full login from it. */
#define GUESS_DEVICE_MEMORY ((Usec) 30 * 24 * 3600 * USEC_PER_SEC)

#define GUESS_RULES_MAX 3
#define GUESS_SOURCE_SIZE 64 /* bytes of a source's text with its NUL */

typedef struct GuessRule {
        GuessScope scope;
        int64_t limit; /* guesses that may be made in a window */
        Usec window;
} GuessRule;

/*
 * What a guess is counted under, in this order: an unknown device under its source first (so that
 * a source that is shut out can no longer shut out accounts), then the account, then the realm;
 * a known device under (account, device) alone, so that strangers cannot lock the owner out.
 */
size_t
guess_rules(const RealmSettings *settings, bool device_is_known, GuessRule ret[GUESS_RULES_MAX]);
/* 0: the guess may be made; IAM_E_USER_LOCKED, IAM_E_SOURCE_LOCKED. */
int guess_judge(const GuessRule *rule, const GuessCounter *counter);
/* True when a guess that never was made, because a later rule refused it, is given back. */
bool guess_is_refunded(const GuessRule *rule);
const char *guess_scope_name(GuessScope scope); /* "account" "account-device" "source" "realm" */

/*
 * Begins the source of somebody on this host: su and sudo ask for root, so without it whoever has
 * a shell could shut all others out of the console.  No host name has a colon.
 */
#define GUESS_SOURCE_LOCAL "local:"

/*
 * The name of a source: the /24 or /48 of an address, "console" for NULL or "", else the text
 * itself, in lower case and cut (a host name that sshd or login put into PAM_RHOST).
 */
void guess_source(const char *address, char ret[GUESS_SOURCE_SIZE]);
