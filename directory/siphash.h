/* SPDX-License-Identifier: Apache-2.0 */
/* SipHash-1-3 with 64-bit output (Aumasson and Bernstein): the keyed hash of the snapshot's tables.
 * It keeps who chooses names from choosing their places; nothing is authenticated by it.
 */
#pragma once

#include "base/macro.h"

uint64_t siphash13(const uint64_t key[2], const void *bytes, size_t len);
