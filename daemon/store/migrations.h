/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema's history: numbered files of migrations/, compiled in, forward only.  A migration that
 * was released is never edited; its checksum is in every store it made.  Expand first, contract two
 * releases later.
 */
#pragma once

#include "daemon/store/engine.h"

typedef struct Migration {
        int64_t number; /* 1, 2, 3 ... without a gap */
        const char *name; /* "0001_first" */
        const char *ddl;
} Migration;

extern const Migration store_migrations[];
extern const size_t store_migrations_n;

#define PROBLEM_MAX 512 /* bytes of a sentence about what is wrong, with the NUL */

/*
 * Brings the schema to the newest of the list.  A store that has a schema is copied to
 * PATH.before-NNNN first.  -ENOTSUP: the store was written by a newer iamd, which is named;
 * -EBADMSG: its history is not ours.
 */
int store_migrate(
                SqlConn *conn, const char *path, const Migration *list, size_t n, Usec now,
                char problem[PROBLEM_MAX]);
