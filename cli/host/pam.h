/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that pam-auth-update(8) renders.  It works in a tree of copies, so that what it would
 * do can be shown before, and done by us file by file.
 */
#pragma once

#include "cli/host/change.h"

/* In the order of enabling: who may pass `auth` must already meet `account`. */
extern const char *const host_pam_paths[];
extern const size_t host_n_pam_paths;

/*
 * files: host_n_pam_paths of them, `now` filled; fills `wanted`.  IAM_E_INVALID with a sentence in
 * ret_why: pam-auth-update does not do it, because somebody edited its files by hand.
 */
int host_pam_plan(Arena *arena, bool enable, HostFile *files, const char **ret_why);
