/* SPDX-License-Identifier: Apache-2.0 */
/* Time-based one-time passwords (RFC 6238, HMAC-SHA1 as authenticator apps want it). */
#pragma once

#include "daemon/core/ports/factor.h"

int totp_verify(const Secret *secret, const Secret *code, Usec now, int64_t *ret_step);
int totp_uri(const Secret *secret, const char *issuer, const char *account, Secret *ret_uri);
int totp_text(const Secret *secret, Secret *ret_base32);
