/* SPDX-License-Identifier: Apache-2.0 */
/* The host's own groups, read without NSS, which would ask iamd itself. */
#pragma once

#include "base/macro.h"

#define GID_NONE ((gid_t) -1)

/* The number of a group in a file of group(5) form; GID_NONE with 0 when it has no such group. */
int group_find_local(const char *file, const char *name, gid_t *ret);
