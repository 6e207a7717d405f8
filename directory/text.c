/* SPDX-License-Identifier: Apache-2.0 */
#include "directory/text.h"

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

/*
 * Printable ASCII without ':' (in a path also without '.' and "//"): for these the slow rules need
 * not be asked.  Eight bytes at a time; a short rest is padded with a harmless character.
 */
static bool text_is_plain(const char *text, size_t len, bool is_path) {
        uint64_t bad = 0;

        for (size_t at = 0; at < len; at += 8) {
                uint64_t word = ONES * 'a';
                size_t n = len - at < 8 ? len - at : 8;

                memcpy(&word, text + at, n);
                bad |= word & HIGHS;
                bad |= bytes_below(word, 0x20) | bytes_equal_to(word, 0x7f);
                bad |= bytes_equal_to(word, ':');
                if (is_path) {
                        uint64_t slashes = bytes_equal_to(word, '/');

                        bad |= bytes_equal_to(word, '.') | (slashes & (slashes << 8));
                        bad |= at > 0 && text[at] == '/' && text[at - 1] == '/';
                }
        }
        return bad == 0;
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

bool directory_name_is_acceptable(const char *text, size_t len) {
        char part[USER_NAME_MAX + 1];
        const char *at;
        size_t n;

        if (len == 0 || len > DIRECTORY_NAME_MAX || text[len] != '\0')
                return false;
        at = memchr(text, '@', len);
        n = at != NULL ? (size_t) (at - text) : len;
        if (n > USER_NAME_MAX)
                return false;
        if (memchr(text, '\0', len) != NULL)
                return false;
        if (at == NULL)
                return name_is_user(text);

        memcpy(part, text, n);
        part[n] = '\0';
        return name_is_user(part) && name_is_realm(at + 1);
}
