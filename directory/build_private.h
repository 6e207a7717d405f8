/* SPDX-License-Identifier: Apache-2.0 */
/* The builder in two halves: choose.c decides what is published, build.c writes it down. */
#pragma once

#include "directory/build.h"
#include "directory/index.h"

/* The entries of one kind in one layer (base or delta) that are published. */
typedef struct Chosen {
        IndexItem *items; /* parallel to sources and refs */
        const void **sources; /* DirectoryUser or DirectoryGroup; NULL: a private group */
        uint32_t *flags; /* of the record */
        uint32_t *refs; /* place of the record in its section, + 1 */
        size_t count;
        Index by_name;
        Index by_id;
} Chosen;

enum { LAYER_BASE, LAYER_DELTA, LAYERS };

typedef struct Build {
        const DirectoryInput *input;
        Arena *arena;
        uint64_t seed[2];
        Chosen users[LAYERS];
        Chosen groups[LAYERS];
        Index local_user_names;
        Index local_group_names;
        Index local_uids;
        Index local_gids;
        size_t skipped;
} Build;

int build_choose(Build *build);
size_t build_choose_bound(const DirectoryInput *input);

/* Whether a member's name, and a supplementary gid, is published in any layer. */
bool build_has_user(const Build *build, const char *name, size_t len);
bool build_has_gid(const Build *build, uint32_t gid);
