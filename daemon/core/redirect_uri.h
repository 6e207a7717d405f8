/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which redirect URIs may be registered, and which one a request may name (law 2; RFC 9700 section
 * 2.1, RFC 8252 section 7).  Strings in, answers out: nothing is normalised, decoded or resolved.
 */
#pragma once

#include "base/arena.h"
#include "base/str.h"

#define REDIRECT_URI_MAX 1024 /* bytes */

/*
 * 0, or IAM_E_INVALID: absolute, no fragment, no wildcard, no userinfo, printable ASCII without
 * space, backslash or quotes; https, http only for loopback hosts, or a private-use scheme with a
 * dot in its name (RFC 8252 section 7.1).
 */
int redirect_uri_check(const char *uri);

/* The URI that the request names, if it equals a registered one as a whole string, the port of a
 * loopback IP literal excepted. */
bool redirect_uri_is_registered(const StrList *registered, const char *uri);

/* The URI with one more parameter in its query, percent-encoded (RFC 3986 section 2.3).  uri itself
 * when value is NULL.  NULL: -ENOMEM. */
const char *redirect_uri_with(Arena *arena, const char *uri, const char *name, const char *value);
