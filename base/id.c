/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include <string.h>

#include "base/encode.h"

/* Bytes of each group between the dashes. */
static const uint8_t groups[] = { 4, 2, 2, 2, 6 };

bool id_is_null(const Id *id) {
        static const Id null_id = {};

        return id_equal(id, &null_id);
}

bool id_equal(const Id *a, const Id *b) {
        return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

int id_parse(const char *text, Id *ret) {
        Id id;
        size_t at = 0;

        if (text == NULL || strnlen(text, ID_TEXT_SIZE) != ID_TEXT_SIZE - 1)
                return -EINVAL;
        for (size_t i = 0; i < ELEMENTSOF(groups); i++) {
                size_t n;

                if (i > 0 && *text++ != '-')
                        return -EINVAL;
                if (hex_decode(text, (size_t) groups[i] * 2, id.bytes + at, groups[i], &n) != 0)
                        return -EINVAL;
                text += (size_t) groups[i] * 2;
                at += n;
        }
        *ret = id;
        return 0;
}

void id_format(const Id *id, char ret_text[ID_TEXT_SIZE]) {
        const uint8_t *bytes = id->bytes;
        char *out = ret_text;

        for (size_t i = 0; i < ELEMENTSOF(groups); i++) {
                if (i > 0)
                        *out++ = '-';
                out += hex_encode(bytes, groups[i], out);
                bytes += groups[i];
        }
}

void id_make_v7(Usec now, const uint8_t random[10], Id *ret) {
        uint64_t ms = now > 0 ? (uint64_t) (now / USEC_PER_MSEC) : 0;

        for (size_t i = 0; i < 6; i++)
                ret->bytes[i] = (uint8_t) (ms >> (40 - 8 * i) & 0xffu);
        memcpy(ret->bytes + 6, random, 10);
        ret->bytes[6] = (uint8_t) ((ret->bytes[6] & 0x0fu) | 0x70u); /* version */
        ret->bytes[8] = (uint8_t) ((ret->bytes[8] & 0x3fu) | 0x80u); /* variant */
}
