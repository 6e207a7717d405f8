/* SPDX-License-Identifier: Apache-2.0 */
/* The host's own accounts and groups (local/accounts.h), which nothing of ours may shadow. */
#pragma once

#include "base/arena.h"
#include "directory/build.h"

/* A file that cannot be read is an error: without it nothing could be told apart. */
int local_load(const char *passwd, const char *group, Arena *arena, DirectoryLocal *ret);
