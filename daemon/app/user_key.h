/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SSH keys as hosts ask for them: which keys open a realm user's account here.  Public data; runs
 * in the store lane.
 */
#pragma once

#include "daemon/app/app.h"

/*
 * The keys of the user with this name on this host; with a fingerprint, only that one.  An unknown,
 * disabled or not POSIX user, and one of a disabled realm, has none.
 */
int app_user_keys(
                App *app, Arena *arena, const char *name, const char *fingerprint,
                UserKeyList *ret);

/* A key that let a user come so far, as sshd says. */
typedef struct UserKeyUse {
        const RealmId *realm;
        const Id *user;
        const char *text; /* "TYPE BASE64", or NULL */
        Usec now;
} UserKeyUse;

/* Sets its last use.  IAM_E_NOT_FOUND: the text is NULL, no key, or none of this user's. */
int user_key_used(App *app, Txn *txn, Arena *arena, const UserKeyUse *use, UserKey *ret);
/* A security key that always verifies its owner: two proofs in one, of which one is counted. */
bool user_key_is_factor(const UserKey *key);
/* How a login by this key alone is known, RFC 8176. */
AuthContext user_key_auth(const UserKey *key, Usec now);

/* "SHA256:..."; NULL: the arena is full. */
const char *
user_key_fingerprint(const App *app, Arena *arena, const uint8_t *blob, size_t blob_len);
