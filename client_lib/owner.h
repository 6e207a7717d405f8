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
