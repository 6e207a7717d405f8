/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <string.h>

bool str_eq(const char *a, const char *b) {
        if (a == NULL || b == NULL)
                return a == b;
        return strcmp(a, b) == 0;
}

bool str_starts_with(const char *text, const char *prefix) {
        return text != NULL && strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_ends_with(const char *text, const char *suffix) {
        size_t len = text != NULL ? strlen(text) : 0;
        size_t suffix_len = strlen(suffix);

        return text != NULL && len >= suffix_len && strcmp(text + len - suffix_len, suffix) == 0;
}

bool str_list_has(const StrList *list, const char *item) {
        for (size_t i = 0; i < list->n; i++) {
                if (str_eq(list->items[i], item))
                        return true;
        }
        return false;
}

bool str_words_have(const char *words, const char *word) {
        size_t len = str_is_empty(word) ? 0 : strlen(word);

        if (words == NULL || len == 0)
                return false;
        while (*words != '\0') {
                size_t n = strcspn(words, " ");

                if (n == len && memcmp(words, word, len) == 0)
                        return true;
                words += n;
                words += strspn(words, " ");
        }
        return false;
}

void str_ascii_lower(char *text) {
        for (; *text != '\0'; text++) {
                if (*text >= 'A' && *text <= 'Z')
                        *text = (char) (*text - 'A' + 'a');
        }
}

bool str_is_ascii_printable(const char *text) {
        if (text == NULL)
                return false;
        for (; *text != '\0'; text++) {
                if (*text < 0x20 || *text > 0x7e)
                        return false;
        }
        return true;
}

/* RFC 3629 section 4: the second byte's range keeps out overlong forms and surrogates. */
static size_t utf8_sequence(uint8_t first, uint8_t *ret_low, uint8_t *ret_high) {
        *ret_low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        *ret_high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (first >= 0xc2 && first <= 0xdf)
                return 2;
        if (first >= 0xe0 && first <= 0xef)
                return 3;
        return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

size_t utf8_char_len(const char *bytes, size_t len) {
        const uint8_t *b = (const uint8_t *) bytes;
        uint8_t low;
        uint8_t high;
        size_t n;

        if (len == 0 || b[0] == 0)
                return 0;
        if (b[0] < 0x80)
                return 1;
        n = utf8_sequence(b[0], &low, &high);
        if (n == 0 || n > len || b[1] < low || b[1] > high)
                return 0;
        for (size_t i = 2; i < n; i++) {
                if (b[i] < 0x80 || b[i] > 0xbf)
                        return 0;
        }
        return n;
}

bool str_is_utf8(const char *bytes, size_t len) {
        while (len > 0) {
                size_t n = utf8_char_len(bytes, len);

                if (n == 0)
                        return false;
                bytes += n;
                len -= n;
        }
        return true;
}

int str_to_u64(const char *text, uint64_t *ret) {
        uint64_t value = 0;
        bool overflow = false;

        if (str_is_empty(text))
                return -EINVAL;
        for (; *text != '\0'; text++) {
                if (*text < '0' || *text > '9')
                        return -EINVAL;
                overflow = overflow || __builtin_mul_overflow(value, 10, &value) ||
                           __builtin_add_overflow(value, (uint64_t) (*text - '0'), &value);
        }
        if (overflow)
                return -ERANGE;
        *ret = value;
        return 0;
}

int str_to_u32(const char *text, uint32_t *ret) {
        uint64_t value;
        int r = str_to_u64(text, &value);

        if (r < 0)
                return r;
        if (value > UINT32_MAX)
                return -ERANGE;
        *ret = (uint32_t) value;
        return 0;
}
