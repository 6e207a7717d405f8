/* SPDX-License-Identifier: Apache-2.0 */
/* A public SSH key of a user.  A key belongs to one user of a realm; its fingerprint names it. */
#pragma once

#include "base/id.h"

#define USER_KEYS_MAX 32 /* of one user */

typedef struct UserKey {
        RealmId realm;
        Id id;
        Id user;
        const char *type; /* "ssh-ed25519": see base/ssh_key.h */
        const char *base64; /* of the blob, as in a public key file */
        const char *fingerprint; /* "SHA256:..." */
        const char *label; /* or NULL */
        bool verify_required; /* sshd wants its owner verified with each signature: by a PIN, or a
                                 finger */
        Usec created_at;
        Usec last_used_at; /* 0: never; written at most once a minute */
} UserKey;

typedef struct UserKeyList {
        UserKey *items;
        size_t n;
} UserKeyList;
