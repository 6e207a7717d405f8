/* SPDX-License-Identifier: Apache-2.0 */
/* Small questions about strings.  Locale-free: ASCII rules, whatever the process has set. */
#pragma once

#include "base/macro.h"

typedef struct StrList {
        const char **items;
        size_t n;
} StrList;

static inline const char *str_or(const char *text, const char *otherwise) {
        return text != NULL ? text : otherwise;
}
static inline bool str_is_empty(const char *text) {
        return text == NULL || text[0] == '\0';
}

bool str_eq(const char *a, const char *b); /* NULL equals only NULL */
bool str_starts_with(const char *text, const char *prefix);
bool str_ends_with(const char *text, const char *suffix);
bool str_list_has(const StrList *list, const char *item);
/* True when the space-separated list holds the word (OAuth scope, RFC 6749 section 3.3). */
bool str_words_have(const char *words, const char *word);
void str_ascii_lower(char *text);
bool str_is_ascii_printable(const char *text); /* 0x20..0x7e only */
bool str_is_utf8(const char *bytes, size_t len); /* well-formed, no surrogates, no NUL */
/* Bytes of the character that bytes start with; 0 when it is not as str_is_utf8() wants it. */
size_t utf8_char_len(const char *bytes, size_t len);

/* Whole string, decimal digits only, no sign, no space.  -EINVAL, -ERANGE. */
int str_to_u64(const char *text, uint64_t *ret);
int str_to_u32(const char *text, uint32_t *ret);
