/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may come next on a command line, for a shell's completion: words and options by wire/ops'
 * tables, names of users, groups, roles, clients and realms by asking iamd when the caller may.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

/* words: those after "iamctl"; the last is the one being typed, perhaps "".  A candidate a line.
 * What goes wrong is left out: completion is only a help. */
void cli_complete(Arena *arena, size_t n, char **words, Buf *out);
