/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"

#include <string.h>

/* An alphabet of 2^bits characters; value() is its inverse, -1 outside of it. */
typedef struct Alphabet {
        const char *chars;
        unsigned bits;
        int (*value)(char c);
} Alphabet;

static int base64_letter(char c) {
        if (c >= 'A' && c <= 'Z')
                return c - 'A';
        if (c >= 'a' && c <= 'z')
                return c - 'a' + 26;
        if (c >= '0' && c <= '9')
                return c - '0' + 52;
        return -1;
}

static int base64_value(char c) {
        return c == '+' ? 62 : c == '/' ? 63 : base64_letter(c);
}

static int base64url_value(char c) {
        return c == '-' ? 62 : c == '_' ? 63 : base64_letter(c);
}

static int base32_value(char c) {
        if (c >= 'A' && c <= 'Z')
                return c - 'A';
        return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

static int hex_value(char c) {
        if (c >= '0' && c <= '9')
                return c - '0';
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const Alphabet base64_alphabet = {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6, base64_value
};
static const Alphabet base64url_alphabet = {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6, base64url_value
};
static const Alphabet base32_alphabet = { "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, base32_value };
static const Alphabet hex_alphabet = { "0123456789abcdef", 4, hex_value };

static size_t encode(const Alphabet *alphabet, const void *bytes, size_t len, char *ret_text) {
        const uint8_t *in = bytes;
        const unsigned mask = (1u << alphabet->bits) - 1;
        size_t n = 0;
        unsigned pending = 0;
        unsigned have = 0;

        for (size_t i = 0; i < len; i++) {
                pending = (pending << 8 | in[i]) & 0xffffu;
                for (have += 8; have >= alphabet->bits;) {
                        have -= alphabet->bits;
                        ret_text[n++] = alphabet->chars[pending >> have & mask];
                }
        }
        if (have > 0)
                ret_text[n++] = alphabet->chars[pending << (alphabet->bits - have) & mask];
        ret_text[n] = '\0';
        return n;
}

static int
decode(const Alphabet *alphabet, const char *text, size_t len, void *ret, size_t capacity,
       size_t *ret_len) {
        const unsigned bits = alphabet->bits;
        const unsigned leftover = (unsigned) (len % 8) * bits % 8;
        const size_t n = len / 8 * bits + len % 8 * bits / 8;
        uint8_t *out = ret;
        unsigned pending = 0;
        unsigned have = 0;

        /* All is checked before a byte is written. */
        if (leftover >= bits)
                return -EINVAL;
        for (size_t i = 0; i < len; i++) {
                if (alphabet->value(text[i]) < 0)
                        return -EINVAL;
        }
        if (len > 0 && ((unsigned) alphabet->value(text[len - 1]) & ((1u << leftover) - 1)) != 0)
                return -EINVAL;
        if (n > capacity)
                return -EMSGSIZE;

        for (size_t i = 0; i < len; i++) {
                pending = (pending << bits | (unsigned) alphabet->value(text[i])) & 0xffffu;
                have += bits;
                if (have >= 8) {
                        have -= 8;
                        *out++ = (uint8_t) (pending >> have & 0xffu);
                }
        }
        *ret_len = n;
        return 0;
}

size_t base64url_encode(const void *bytes, size_t len, char *ret_text) {
        return encode(&base64url_alphabet, bytes, len, ret_text);
}

size_t base64_encode(const void *bytes, size_t len, char *ret_text) {
        size_t n = encode(&base64_alphabet, bytes, len, ret_text);

        while (n % 4 != 0)
                ret_text[n++] = '=';
        ret_text[n] = '\0';
        return n;
}

size_t base32_encode(const void *bytes, size_t len, char *ret_text) {
        return encode(&base32_alphabet, bytes, len, ret_text);
}

size_t hex_encode(const void *bytes, size_t len, char *ret_text) {
        return encode(&hex_alphabet, bytes, len, ret_text);
}

size_t percent_encode(const void *bytes, size_t len, char *ret_text) {
        static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789-._~";
        static const char digits[] = "0123456789ABCDEF";
        const uint8_t *in = bytes;
        size_t n = 0;

        for (size_t i = 0; i < len; i++) {
                if (memchr(unreserved, in[i], sizeof(unreserved) - 1) != NULL) {
                        ret_text[n++] = (char) in[i];
                        continue;
                }
                ret_text[n++] = '%';
                ret_text[n++] = digits[in[i] >> 4];
                ret_text[n++] = digits[in[i] & 15];
        }
        ret_text[n] = '\0';
        return n;
}

int base64url_decode(const char *text, size_t len, void *ret, size_t capacity, size_t *ret_len) {
        return decode(&base64url_alphabet, text, len, ret, capacity, ret_len);
}

int base64_decode(const char *text, size_t len, void *ret, size_t capacity, size_t *ret_len) {
        if (len % 4 != 0)
                return -EINVAL;
        for (int padding = 0; padding < 2 && len > 0 && text[len - 1] == '='; padding++)
                len--;
        return decode(&base64_alphabet, text, len, ret, capacity, ret_len);
}

int base32_decode(const char *text, size_t len, void *ret, size_t capacity, size_t *ret_len) {
        return decode(&base32_alphabet, text, len, ret, capacity, ret_len);
}

int hex_decode(const char *text, size_t len, void *ret, size_t capacity, size_t *ret_len) {
        return decode(&hex_alphabet, text, len, ret, capacity, ret_len);
}
