/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies an answer into the caller's buffer, whatever its alignment: nothing may point into the
 * snapshot, which can go away.  -ERANGE, and only then, when the buffer is too small by a byte.
 */
#pragma once

#include <grp.h>
#include <pwd.h>

#include "directory/read.h"

int pack_passwd(const DirectoryUserView *user, struct passwd *ret, char *buffer, size_t len);
int pack_group(const DirectoryGroupView *group, struct group *ret, char *buffer, size_t len);
