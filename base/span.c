/* SPDX-License-Identifier: Apache-2.0 */
#include "base/span.h"

#include <string.h>

bool span_is(Span span, const char *word) {
        return span.len == strlen(word) && memcmp(span.at, word, span.len) == 0;
}

bool span_is_blank(char c) {
        return c == ' ' || c == '\t';
}

bool span_line(const char **at, const char *end, Span *ret) {
        const char *newline;

        if (*at == end)
                return false;
        newline = memchr(*at, '\n', (size_t) (end - *at));
        *ret = (Span){ *at, (size_t) ((newline == NULL ? end : newline + 1) - *at) };
        *at += ret->len;
        return true;
}

bool span_word(const char **at, const char *end, Span *ret) {
        const char *begin;

        while (*at < end && span_is_blank(**at))
                (*at)++;
        begin = *at;
        while (*at < end && !span_is_blank(**at))
                (*at)++;
        *ret = (Span){ begin, (size_t) (*at - begin) };
        return ret->len > 0;
}
