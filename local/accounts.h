/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names and numbers of the host's own passwd and group files, which nothing of ours may name (law
 * 13).  Read by the C library's parser, and from the files: NSS would ask what we are guarding
 * against.
 */
#pragma once

#include "base/macro.h"

#define LOCAL_ACCOUNTS_MAX 1000000 /* of one file */

typedef struct LocalAccount {
        const char *name;
        uint32_t uid; /* of a group: its gid */
} LocalAccount;

typedef struct LocalAccounts {
        LocalAccount *by_name; /* sorted by local_accounts_sort() */
        LocalAccount *by_uid; /* the same, in another order */
        size_t n;
} LocalAccounts;

/* Sorted.  On failure ret is as it was. */
int local_users_load(const char *path, LocalAccounts *ret);
int local_groups_load(const char *path, LocalAccounts *ret);
void local_accounts_done(LocalAccounts *accounts);

void local_accounts_sort(LocalAccounts *accounts);
/* Its number; false: there is none of that name. */
bool local_accounts_find(const LocalAccounts *accounts, const char *name, uint32_t *ret);
bool local_accounts_have_name(const LocalAccounts *accounts, const char *name);
/* Either of both is enough. */
bool local_accounts_have(const LocalAccounts *accounts, const char *name, uint32_t uid);
