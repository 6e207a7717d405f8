/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The accounts and groups of the host's own files, which nothing of ours may shadow (law 13).  Read
 * by the C library's parser, and from the files: NSS would ask ourselves.
 */
#pragma once

#include "base/arena.h"
#include "directory/build.h"

#define LOCAL_ENTRIES_MAX 1000000 /* of one file */

/* A file that cannot be read is an error: without it nothing could be told apart. */
int local_load(const char *passwd, const char *group, Arena *arena, DirectoryLocal *ret);
