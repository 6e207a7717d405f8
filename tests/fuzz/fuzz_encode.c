/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes survive encoding, and a text that decodes is the one text of its bytes. */
#include <string.h>

#include "base/encode.h"
#include "tests/support/fuzz.h"

#define INPUT_MAX 4096u

typedef struct Codec {
        size_t (*encode)(const void *bytes, size_t len, char *ret_text);
        int (*decode)(const char *text, size_t len, void *ret, size_t capacity, size_t *ret_len);
} Codec;

static const Codec codecs[] = {
        { base64url_encode, base64url_decode },
        { base64_encode, base64_decode },
        { base32_encode, base32_decode },
        { hex_encode, hex_decode },
};

static void check_codec(const Codec *codec, const uint8_t *data, size_t len) {
        char text[HEX_SIZE(INPUT_MAX)];
        uint8_t bytes[INPUT_MAX];
        size_t n = 0;
        size_t text_len;

        text_len = codec->encode(data, len, text);
        FUZZ_ASSERT(strlen(text) == text_len);
        FUZZ_ASSERT(codec->decode(text, text_len, bytes, sizeof(bytes), &n) == 0);
        FUZZ_ASSERT(n == len && memcmp(bytes, data, len) == 0);

        if (codec->decode((const char *) data, len, bytes, sizeof(bytes), &n) == 0) {
                FUZZ_ASSERT(codec->encode(bytes, n, text) == len);
                FUZZ_ASSERT(memcmp(text, data, len) == 0);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        if (len == 0 || len > INPUT_MAX)
                return 0;
        for (size_t i = 0; i < ELEMENTSOF(codecs); i++)
                check_codec(&codecs[i], data, len);
        return 0;
}
