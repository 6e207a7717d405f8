/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets that serve once, in one typed table.  Only their SHA-256 is stored. */
#pragma once

#include "base/id.h"
#include "daemon/core/ports/crypto.h"

typedef enum SingleUseKind {
        SINGLE_USE_CODE, /* authorization code */
        SINGLE_USE_REFRESH, /* refresh token; the family is the grant */
        SINGLE_USE_OTP_STEP, /* a TOTP step that was accepted: hash over credential and step */
        SINGLE_USE_REVOKED, /* an access token that was revoked: hash over its jti, until it expires
                             */
        _SINGLE_USE_MAX,
        _SINGLE_USE_INVALID = -EINVAL,
} SingleUseKind;

const char *single_use_kind_name(SingleUseKind kind); /* "code" "refresh" "otp-step" "revoked" */
SingleUseKind single_use_kind_from_name(const char *name);

typedef struct SingleUse {
        RealmId realm;
        SingleUseKind kind;
        Sha256 hash;
        Id grant; /* code, refresh; else null id */
        Id owner; /* client, or credential (otp-step) */
        const char *data; /* opaque to the store, or NULL */
        Sealed successor; /* refresh: the next token, sealed under this one; len 0: none */
        Sha256 successor_hash;
        Usec created_at;
        Usec expires_at;
        Usec used_at; /* 0: not used */
} SingleUse;
