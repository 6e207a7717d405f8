/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nsswitch.conf(5) taken apart: which services a line asks, in which order.  Pure; spans lend from
 * the text.
 */
#pragma once

#include "base/macro.h"

typedef struct Span {
        const char *at;
        size_t len;
} Span;

bool span_is(Span span, const char *word);

/* The databases that iamd serves, as bits. */
enum { NAMES_PASSWD = 1, NAMES_GROUP = 2, NAMES_INITGROUPS = 4 };

/* The next line with its end; false when there is none. */
bool names_switch_line(const char **at, const char *end, Span *ret);
/* The database of a line; 0 for all that are not ours.  ret_services lies behind the colon, and
 * ends before comment and blanks. */
unsigned names_switch_database(Span line, Span *ret_services);
/* The next service, or what is to be done after one: "[...]". */
bool names_switch_token(const char **at, const char *end, Span *ret);

/* The databases whose lines ask that service. */
unsigned names_switch_asking(const char *text, size_t len, const char *service);
