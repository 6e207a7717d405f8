/* SPDX-License-Identifier: Apache-2.0 */
/* The values of operations on SSH keys; see ops_types.h. */
#pragma once

#include "wire/ops_types.h"

typedef struct UserKeyRow {
        const char *fingerprint;
        const char *type;
        bool verify_required;
        const char *label;
        Usec created_at;
        Usec last_used_at;
} UserKeyRow;

typedef struct UserKeyAddIn {
        const char *realm;
        const char *name;
        const char *key; /* a line of a public key file */
        const char *label;
        Maybe verify_required;
} UserKeyAddIn;

typedef UserKeyRow UserKeyAddOut;
typedef WireNameIn UserKeyListIn;

typedef struct UserKeyListOut {
        WireRows keys; /* UserKeyRow */
} UserKeyListOut;

typedef struct UserKeyRemoveIn {
        const char *realm;
        const char *name;
        const char *fingerprint;
} UserKeyRemoveIn;

typedef WireNothing UserKeyRemoveOut;
