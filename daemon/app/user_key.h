/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SSH keys as hosts ask for them: which keys open a realm user's account here.  Public data; runs
 * in the store lane.
 */
#pragma once

#include "daemon/app/app.h"

/*
 * The keys of the user with this name on this host; with a fingerprint, only that one.  An unknown,
 * disabled or not POSIX user, and one of a disabled realm, has none.
 */
int app_user_keys(
                App *app, Arena *arena, const char *name, const char *fingerprint,
                UserKeyList *ret);

/* "SHA256:..."; NULL: the arena is full. */
const char *
user_key_fingerprint(const App *app, Arena *arena, const uint8_t *blob, size_t blob_len);
