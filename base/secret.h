/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A secret in memory of ours: fixed size, wiped when done, compared in constant time, and without
 * an accessor that hands out its bytes.  The key derivation, the sealing and the wire writer see
 * them through base/secret_bytes.h; tools/layers.txt lists who may include that.
 */
#pragma once

#include "base/macro.h"

#define SECRET_MAX 1024 /* bytes; a longer password or token is refused, never cut */

typedef struct Secret {
        size_t len;
        uint8_t opaque_bytes_[SECRET_MAX];
} Secret;

/* Copies; the caller wipes its own buffer.  -EMSGSIZE beyond SECRET_MAX. */
int secret_set(Secret *secret, const void *bytes, size_t len);
/* Copies and wipes the source, also on failure: for the face that received the secret. */
int secret_move_in(Secret *secret, void *bytes, size_t len);
void secret_clear(Secret *secret); /* wipes; NULL ok */
static inline bool secret_is_empty(const Secret *secret) {
        return secret->len == 0;
}
/* Constant time for equal lengths; different lengths are simply different.  An empty secret equals
 * nothing, so that one that was never set does not open anything. */
bool secret_equal(const Secret *a, const Secret *b);
/* The one constant-time comparison of raw bytes: takes both lengths. */
bool bytes_equal(const void *a, size_t a_len, const void *b, size_t b_len);
