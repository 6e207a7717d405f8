/* SPDX-License-Identifier: Apache-2.0 */
/* SipHash-2-4 with 64-bit output (Aumasson and Bernstein): the keyed hash of the snapshot's tables.
 */
#pragma once

#include "base/macro.h"

uint64_t siphash24(const uint64_t key[2], const void *bytes, size_t len);
