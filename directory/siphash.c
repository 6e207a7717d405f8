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
        sip_round(s);
        s->v0 ^= word;
}

uint64_t siphash24(const uint64_t key[2], const void *bytes, size_t len) {
        const uint8_t *at = bytes;
        uint64_t word;
        SipState s = {
                .v0 = key[0] ^ UINT64_C(0x736f6d6570736575),
                .v1 = key[1] ^ UINT64_C(0x646f72616e646f6d),
                .v2 = key[0] ^ UINT64_C(0x6c7967656e657261),
                .v3 = key[1] ^ UINT64_C(0x7465646279746573),
        };

        for (size_t left = len; left >= 8; left -= 8, at += 8) {
                memcpy(&word, at, 8);
                sip_word(&s, le64toh(word));
        }
        word = (uint64_t) (len & 0xff) << 56;
        for (size_t i = 0; i < (len & 7); i++)
                word |= (uint64_t) at[i] << (8 * i);
        sip_word(&s, word);

        s.v2 ^= 0xff;
        for (int i = 0; i < 4; i++)
                sip_round(&s);
        return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
