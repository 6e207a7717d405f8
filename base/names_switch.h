/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nsswitch.conf(5) taken apart: which services a line asks, in which order.  Pure; spans lend from
 * the text.
 */
#pragma once

#include "base/span.h"

/* The databases that iamd serves, as bits. */
enum { NAMES_PASSWD = 1, NAMES_GROUP = 2, NAMES_INITGROUPS = 4 };

/* The database of a line; 0 for all that are not ours.  ret_services lies behind the colon, and
 * ends before comment and blanks. */
unsigned names_switch_database(Span line, Span *ret_services);
/* The next service, or what is to be done after one: "[...]". */
bool names_switch_token(const char **at, const char *end, Span *ret);

/* The databases whose lines ask that service. */
unsigned names_switch_asking(const char *text, size_t len, const char *service);
