/* SPDX-License-Identifier: Apache-2.0 */
/* What a user proves an identity with. */
#pragma once

#include "base/id.h"
#include "daemon/core/ports/crypto.h"
#include "daemon/core/realm.h"

typedef enum CredentialKind {
        CREDENTIAL_PASSWORD, /* phc holds an argon2id verifier */
        CREDENTIAL_TOTP, /* sealed holds the shared secret: context "totp", owner the credential */
        CREDENTIAL_TOTP_PENDING, /* the same, offered; counts for nothing until it is confirmed */
        _CREDENTIAL_MAX,
        _CREDENTIAL_INVALID = -EINVAL,
} CredentialKind;

const char *credential_kind_name(CredentialKind kind); /* "password" "totp" "totp-pending" */
CredentialKind credential_kind_from_name(const char *name);

typedef struct Credential {
        RealmId realm;
        Id id;
        Id user;
        CredentialKind kind;
        const char *label; /* what the user calls it, or NULL */
        const char *phc;
        Sealed sealed;
        Usec created_at;
        Usec last_used_at; /* 0: never; written at most once a minute */
        int64_t version;
        bool must_change; /* of a password: good for choosing another one only */
        Usec changed_at; /* when it was chosen or set; a new hash of the same one is no change */
} Credential;

/* True when the password must be replaced before anything else: DECISIONS "Sessions". */
bool password_has_expired(const Credential *password, const RealmSettings *settings, Usec now);

typedef struct CredentialList {
        Credential *items;
        size_t n;
} CredentialList;
