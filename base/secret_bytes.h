/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a Secret.  Only key derivation, sealing, and the writers of wire messages. */
#pragma once

#include "base/secret.h"

static inline const uint8_t *secret_bytes(const Secret *secret) {
        return secret->opaque_bytes_;
}
static inline uint8_t *secret_buffer(Secret *secret) {
        return secret->opaque_bytes_;
}
