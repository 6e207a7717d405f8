/* SPDX-License-Identifier: Apache-2.0 */
/* A part of somebody's text, for taking configuration files apart without copying.  Pure. */
#pragma once

#include "base/macro.h"

typedef struct Span {
        const char *at;
        size_t len;
} Span;

bool span_is(Span span, const char *word);
bool span_is_blank(char c); /* between words of a line */

/* Both move *at on, and are false when nothing is left. */
bool span_line(const char **at, const char *end, Span *ret); /* with its newline, if it has one */
bool span_word(const char **at, const char *end, Span *ret); /* what stands between blanks */
