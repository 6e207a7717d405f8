/* SPDX-License-Identifier: Apache-2.0 */
/* Whose name this is, without NSS (which may ask anybody) and without iamd (which may be dead). */
#pragma once

#include "base/macro.h"

typedef enum NameOwner {
        OWNER_UNKNOWN, /* no snapshot can say: iamd must be asked */
        OWNER_IAM, /* in the snapshot */
        OWNER_LOCAL, /* in the local passwd file, or a name that can never be ours */
        OWNER_NOBODY, /* in neither, and the snapshot is complete */
        _OWNER_MAX,
        _OWNER_INVALID = -EINVAL,
} NameOwner;

typedef struct OwnerPlaces {
        const char *public_dir; /* of the snapshot */
        const char *local_passwd;
} OwnerPlaces;

NameOwner name_owner(const OwnerPlaces *places, const char *name);
/*
 * Of an account whose number is known too, as a process's is.  One that could be a realm's under a
 * name that the local file gives another number is OWNER_UNKNOWN: such a local account came after
 * the process, or somebody lends its name.
 */
NameOwner account_owner(const OwnerPlaces *places, const char *name, uint32_t uid);
/* That iamd is to be asked. */
bool owner_may_be_iam(NameOwner owner);
