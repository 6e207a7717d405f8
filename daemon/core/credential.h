/* SPDX-License-Identifier: Apache-2.0 */
/* What a user proves an identity with. */
#pragma once

#include "base/id.h"
#include "daemon/core/ports/crypto.h"

typedef enum CredentialKind {
        CREDENTIAL_PASSWORD, /* phc holds an argon2id verifier */
        CREDENTIAL_TOTP, /* sealed holds the shared secret: context "totp", owner the credential */
        _CREDENTIAL_MAX,
        _CREDENTIAL_INVALID = -EINVAL,
} CredentialKind;

const char *credential_kind_name(CredentialKind kind); /* "password" "totp" */
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
} Credential;

typedef struct CredentialList {
        Credential *items;
        size_t n;
} CredentialList;
