/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Realms as they were read last, their settings parsed: every request begins with one.  One of an
 * older generation than the caller's is not found.  Any thread; knows no engine.
 */
#pragma once

#include "daemon/core/realm.h"

#define REALMS_KEPT_MAX 64 /* one more takes the place of the one kept longest */
#define REALM_KEPT_BYTES ((size_t) 2048) /* of its texts; a realm with more is not kept */

typedef struct RealmsKept RealmsKept;

int realms_kept_new(RealmsKept **ret);
RealmsKept *realms_kept_free(RealmsKept *kept); /* NULL ok */

/* One of id and name is given.  1: *ret is a copy in the arena; 0: none that still holds; -ENOMEM.
 */
int realms_kept_find(
                RealmsKept *kept, uint64_t generation, const RealmId *id, const char *name,
                Arena *arena, Realm *ret);
/* The generation: taken before the read that the realm came from began. */
void realms_kept_put(RealmsKept *kept, uint64_t generation, const Realm *realm);
