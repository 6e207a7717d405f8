/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users and groups of the host's realms as passwd and group show them, straight from the store:
 * for the time without a valid snapshot.  Runs in the store lane.
 */
#pragma once

#include "daemon/app/account.h"

/* Either a name or, with name NULL, a number. */
typedef struct LookupKey {
        const char *name;
        uint32_t id;
} LookupKey;

typedef struct PosixUser {
        const char *name; /* as this host shows it */
        const char *gecos;
        const char *home;
        const char *shell;
        uint32_t uid; /* and the number of the private group */
        const uint32_t *gids; /* supplementary */
        size_t n_gids;
} PosixUser;

typedef struct PosixGroup {
        const char *name;
        uint32_t gid;
        StrList members;
} PosixGroup;

/* 0 or IAM_E_NOT_FOUND. */
int app_posix_user(App *app, Arena *arena, const LookupKey *key, PosixUser *ret);
int app_posix_group(App *app, Arena *arena, const LookupKey *key, PosixGroup *ret);
