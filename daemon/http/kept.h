/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies kept ready to send, by path: documents that everybody asks for and that change with the
 * store's generation.  One of an older generation is not found, nor one that clients had to forget.
 * The server's thread only; like server.c it knows the HTTP library, and nothing of documents.
 */
#pragma once

#include "base/macro.h"

#include <microhttpd.h>

/* Places, one a path; paths that meet in one take turns.  Each holds one reply of its route. */
#define KEPT_MAX 128
#define KEPT_AGE (60 * USEC_PER_SEC) /* the max-age of documents */

typedef struct Kept Kept;

int kept_new(Kept **ret);
Kept *kept_free(Kept *kept); /* NULL ok */

/* What a reply was made of: taken before it was made, and again when one is looked for. */
typedef struct KeptMark {
        uint64_t generation;
        Usec at; /* monotonic */
} KeptMark;

/* Lent until the next call; NULL: there is none that still holds. */
struct MHD_Response *kept_find(const Kept *kept, const char *path, const KeptMark *now);
/* Takes the response over. */
void kept_put(Kept *kept, const char *path, const KeptMark *mark, struct MHD_Response *response);
