/* SPDX-License-Identifier: Apache-2.0 */
/* Fixed-width little-endian fields of the snapshot, and the checksum of its header. */
#pragma once

#include <endian.h>
#include <string.h>

#include "base/macro.h"

/* Aligned, and taken exactly once: the bytes may change under a hostile publisher, and what was
 * checked must be what is used. */
static inline uint32_t take_u32(const uint8_t *at) {
        return le32toh(*(const volatile uint32_t *) (const volatile void *) at);
}

static inline uint64_t take_u64(const uint8_t *at) {
        return le64toh(*(const volatile uint64_t *) (const volatile void *) at);
}

static inline uint16_t take_u16(const uint8_t *at) {
        return le16toh(*(const volatile uint16_t *) (const volatile void *) at);
}

static inline uint8_t take_u8(const uint8_t *at) {
        return *(const volatile uint8_t *) at;
}

static inline void put_u16(uint8_t *at, uint16_t value) {
        value = htole16(value);
        memcpy(at, &value, sizeof(value));
}

static inline void put_u32(uint8_t *at, uint32_t value) {
        value = htole32(value);
        memcpy(at, &value, sizeof(value));
}

static inline void put_u64(uint8_t *at, uint64_t value) {
        value = htole64(value);
        memcpy(at, &value, sizeof(value));
}

/* The first bucket of a hash among so many. */
static inline uint64_t hash_bucket(uint64_t hash, uint64_t buckets) {
        return ((hash >> 32) * buckets) >> 32;
}

static inline size_t align_up(size_t n, size_t to) {
        return (n + to - 1) / to * to;
}

/* CRC-32 of IEEE 802.3 over a header, its checksum field taken as zero. */
uint32_t header_checksum(const uint8_t *header, size_t len);
