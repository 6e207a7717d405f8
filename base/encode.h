/* SPDX-License-Identifier: Apache-2.0 */
/* base64url without padding (RFC 4648 section 5), base64, base32 (section 6), hex, and what a URI
 * escapes.  Decoding is strict. */
#pragma once

#include "base/macro.h"

/* Bytes of text including the NUL. */
#define BASE64_SIZE(len) (((len) + 2) / 3 * 4 + 1)
#define BASE32_SIZE(len) (((len) + 4) / 5 * 8 + 1)
#define HEX_SIZE(len) ((len) *2 + 1)
#define PERCENT_SIZE(len) ((len) *3 + 1) /* at most */

/* ret_text holds at least the size above and is NUL-terminated.  Returns the text's length. */
size_t base64url_encode(const void *bytes, size_t len, char *ret_text);
size_t base64_encode(const void *bytes, size_t len, char *ret_text); /* with padding */
size_t
base32_encode(const void *bytes, size_t len, char *ret_text); /* no padding, as otpauth wants */
size_t hex_encode(const void *bytes, size_t len, char *ret_text);
/* RFC 3986 section 2.1: all but the unreserved characters (section 2.3) as %XX. */
size_t percent_encode(const void *bytes, size_t len, char *ret_text);

/*
 * Nothing is written on failure.  base64 wants its padding, hex is lower case, base32 upper case:
 * one text for one value.
 * -EINVAL: a character outside the alphabet, padding, an impossible length or trailing bits that
 * are not zero.  -EMSGSIZE: more than capacity bytes.
 */
int base64url_decode(const char *text, size_t len, void *ret, size_t capacity, size_t *ret_len);
int base64_decode(const char *text, size_t len, void *ret, size_t capacity, size_t *ret_len);
int base32_decode(const char *text, size_t len, void *ret, size_t capacity, size_t *ret_len);
int hex_decode(const char *text, size_t len, void *ret, size_t capacity, size_t *ret_len);
