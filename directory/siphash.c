/* SPDX-License-Identifier: Apache-2.0 */
#include "directory/siphash.h"

#include <endian.h>
#include <string.h>

typedef struct SipState {
        uint64_t v0, v1, v2, v3;
} SipState;

static inline uint64_t rotate(uint64_t x, unsigned bits) {
        return (x << bits) | (x >> (64 - bits));
}

static inline void sip_round(SipState *s) {
        s->v0 += s->v1;
        s->v1 = rotate(s->v1, 13) ^ s->v0;
        s->v0 = rotate(s->v0, 32);
        s->v2 += s->v3;
        s->v3 = rotate(s->v3, 16) ^ s->v2;
        s->v0 += s->v3;
        s->v3 = rotate(s->v3, 21) ^ s->v0;
        s->v2 += s->v1;
        s->v1 = rotate(s->v1, 17) ^ s->v2;
        s->v2 = rotate(s->v2, 32);
}

static inline void sip_word(SipState *s, uint64_t word) {
        s->v3 ^= word;
        sip_round(s);
        s->v0 ^= word;
}

static inline uint64_t bytes_at(const uint8_t *at, size_t n) {
        uint64_t word = 0;

        memcpy(&word, at, n);
        return le64toh(word);
}

/* The last len % 8 bytes, low byte first.  By few loads instead of a loop. */
static inline uint64_t rest_of(const uint8_t *bytes, size_t len) {
        size_t n = len % 8;
        const uint8_t *at = bytes + len - n;

        if (n == 0)
                return 0;
        if (len >= 8)
                return bytes_at(at + n - 8, 8) >> (8 * (8 - n));
        if (n >= 4)
                return bytes_at(at, 4) | bytes_at(at + n - 4, 4) << (8 * (n - 4));
        return at[0] | (uint64_t) at[n / 2] << (8 * (n / 2)) |
               (uint64_t) at[n - 1] << (8 * (n - 1));
}

uint64_t siphash13(const uint64_t key[2], const void *bytes, size_t len) {
        const uint8_t *at = bytes;
        SipState s = {
                .v0 = key[0] ^ UINT64_C(0x736f6d6570736575),
                .v1 = key[1] ^ UINT64_C(0x646f72616e646f6d),
                .v2 = key[0] ^ UINT64_C(0x6c7967656e657261),
                .v3 = key[1] ^ UINT64_C(0x7465646279746573),
        };

        for (size_t left = len; left >= 8; left -= 8, at += 8)
                sip_word(&s, bytes_at(at, 8));
        sip_word(&s, (uint64_t) (len & 0xff) << 56 | rest_of(bytes, len));

        s.v2 ^= 0xff;
        for (int i = 0; i < 3; i++)
                sip_round(&s);
        return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
