/* SPDX-License-Identifier: Apache-2.0 */
/* The scopes of OpenID Connect Core section 5.4 that mean something here. */
#pragma once

#include "base/arena.h"

/* RFC 6749 section 3.3: words of printable characters, one space between. */
bool scope_is_wellformed(const char *scope);
/* Keeps what is supported, each once, in the order asked: unknown words are ignored (RFC 6749
 * section 3.3 lets us), and the token response names what was granted.  NULL: -ENOMEM. */
const char *scope_supported(Arena *arena, const char *scope);
/* The same for a client that acts for itself: there is no person whom openid could be about. */
const char *scope_of_service(Arena *arena, const char *scope);
