/* SPDX-License-Identifier: Apache-2.0 */
#include "directory/text.h"

#include <endian.h>
#include <string.h>

#include "base/names.h"
#include "directory/read.h"

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* High bit set for each byte below n (n <= 128); false hits only next to a true one. */
static inline uint64_t bytes_below(uint64_t word, uint8_t n) {
        return (word - ONES * n) & ~word & HIGHS;
}

static inline uint64_t bytes_equal_to(uint64_t word, uint8_t c) {
        return bytes_below(word ^ (ONES * c), 1);
}

/* Flags bytes that are not printable ASCII, ':', and in a path '.' and the second of two slashes.
 */
static inline uint64_t word_flags(uint64_t word, bool is_path) {
        uint64_t bad = (word & HIGHS) | bytes_below(word, 0x20) | bytes_equal_to(word, 0x7f) |
                       bytes_equal_to(word, ':');

        if (is_path) {
                uint64_t slashes = bytes_equal_to(word, '/');

                bad |= bytes_equal_to(word, '.') | (slashes & (slashes << 8));
        }
        return bad;
}

static inline uint64_t word_at(const char *text) {
        uint64_t word;

        memcpy(&word, text, sizeof(word));
        return le64toh(word);
}

/* Fewer than eight bytes, padded with a harmless character. */
static inline uint64_t word_of_rest(const char *text, size_t len) {
        uint64_t word = ONES * 'a';

        for (size_t i = 0; i < len; i++)
                word = (word << 8) | (uint8_t) text[len - 1 - i];
        return word;
}

/*
 * For plain text (see word_flags) the slow rules need not be asked.  Eight bytes at a time, each
 * word beginning with the last byte of the one before, so that slashes side by side are always
 * seen.
 */
static inline bool text_is_plain(const char *text, size_t len, bool is_path) {
        uint64_t bad = 0;

        if (len < 8)
                return word_flags(word_of_rest(text, len), is_path) == 0;
        for (size_t at = 0; at + 8 < len; at += 7)
                bad |= word_flags(word_at(text + at), is_path);
        return (bad | word_flags(word_at(text + len - 8), is_path)) == 0;
}

bool field_is_acceptable(const char *text, size_t len, size_t max) {
        if (len > max || text[len] != '\0')
                return false;
        return text_is_plain(text, len, false) ||
               (strlen(text) == len && text_is_passwd_field(text, max));
}

bool path_is_acceptable(const char *text, size_t len) {
        if (len == 0 || len > HOST_PATH_MAX || text[0] != '/' || text[len] != '\0')
                return false;
        return (text_is_plain(text, len, true) && (len == 1 || text[len - 1] != '/')) ||
               (strlen(text) == len && path_is_absolute_clean(text, HOST_PATH_MAX));
}

/* Signed, so that what is not ASCII is below ' '.  A lane of a comparison is -1 or 0. */
typedef int8_t Bytes __attribute__((vector_size(16)));
typedef uint64_t Halves __attribute__((vector_size(16)));

#define LANES ((Bytes){ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 })
#define PLAIN_MAX 255 /* texts of all fields; the count of flagged bytes is taken modulo 256 */

static inline Bytes load(const char *at) {
        Bytes bytes;

        memcpy(&bytes, at, sizeof(bytes));
        return bytes;
}

/* Flags control characters, what is not ASCII, ':', and a '/' before '/' or '.'.  Reads 17 bytes.
 */
static inline Bytes flagged(const char *at) {
        Bytes v = load(at), next = load(at + 1);

        return (v < ' ') | (v == 0x7f) | (v == ':') |
               ((v == '/') & ((next == '/') | (next == '.')));
}

/* A name of up to 16 characters at the start of 16 readable bytes. */
static inline bool name_is_plain(Bytes v, size_t len) {
        Bytes fit = ((v >= 'a') & (v <= 'z')) | ((v >= '0') & (v <= '9')) | (v == '_') |
                    (v == '-') | (v == '.') | (LANES >= (int8_t) len);
        Halves both = (Halves) fit;

        return (both[0] & both[1]) == UINT64_MAX && (v[0] >= 'a' || v[0] == '_');
}

static inline bool path_ends_are_plain(const char *text, size_t len) {
        return len > 0 && text[0] == '/' && (len == 1 || text[len - 1] != '/') && text[len] == '\0';
}

bool passwd_texts_are_plain(
                const char *texts, size_t name_len, size_t gecos_len, size_t home_len,
                size_t shell_len) {
        const char *gecos = texts + name_len + 1;
        const char *home = gecos + gecos_len + 1;
        const char *shell = home + home_len + 1;
        /* All but the last NUL.  The other three are flagged; nothing else may be. */
        size_t at, len = name_len + gecos_len + home_len + shell_len + 3;
        Bytes count = {};
        Halves both;

        if (len < sizeof(Bytes) || len > PLAIN_MAX || name_len == 0 || name_len > sizeof(Bytes) ||
            gecos_len > GECOS_MAX || gecos[-1] != '\0' || home[-1] != '\0')
                return false;
        if (!path_ends_are_plain(home, home_len) || !path_ends_are_plain(shell, shell_len))
                return false;
        for (at = 0; at + sizeof(Bytes) <= len; at += sizeof(Bytes))
                count -= flagged(texts + at);
        if (at < len)
                count -= flagged(texts + len - sizeof(Bytes)) &
                         (LANES >= (int8_t) (sizeof(Bytes) - (len - at)));
        both = (Halves) count;
        if (((both[0] + both[1]) * ONES) >> 56 != 3)
                return false;
        return name_is_plain(load(texts), name_len) && !name_is_reserved(texts);
}

bool directory_name_is_acceptable(const char *text, size_t len) {
        char part[USER_NAME_MAX + 1];
        const char *at;
        size_t n;

        if (len == 0 || len > DIRECTORY_NAME_MAX || text[len] != '\0')
                return false;
        if (len <= sizeof(Bytes)) {
                Bytes bytes = {};

                memcpy(&bytes, text, len);
                if (name_is_plain(bytes, len))
                        return !name_is_reserved(text);
        }
        for (n = 0; n < len && text[n] != '@'; n++) {
                if (text[n] == '\0')
                        return false;
        }
        if (n > USER_NAME_MAX)
                return false;
        if (n == len)
                return name_is_user(text);
        at = text + n;
        if (strlen(at) != len - n)
                return false;

        memcpy(part, text, n);
        part[n] = '\0';
        return name_is_user(part) && name_is_realm(at + 1);
}
