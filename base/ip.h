/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Internet addresses as values.  IPv4 is kept in its IPv6-mapped form (RFC 4291 section 2.5.5.2),
 * so that one peer has one form and every rule is written once.  No names, no lookups.
 */
#pragma once

#include "base/macro.h"

#define IP_TEXT_SIZE 46 /* of the longest text with its NUL */

typedef struct Ip {
        uint8_t bytes[16];
} Ip;

typedef struct Cidr {
        Ip network;
        uint8_t bits; /* of the 128 */
} Cidr;

int ip_parse(const char *text, Ip *ret); /* -EINVAL; no brackets, no zone */
void ip_format(const Ip *ip, char ret_text[IP_TEXT_SIZE]);
bool ip_is_v4(const Ip *ip);
bool ip_is_loopback(const Ip *ip);
/* The address with all bits behind the first v4_bits (of 32) or v6_bits (of 128) zero. */
Ip ip_prefix(const Ip *ip, unsigned v4_bits, unsigned v6_bits);

/* "10.0.0.0/8", "2001:db8::/32" or one address.  Bits behind the prefix must be zero.  -EINVAL. */
int cidr_parse(const char *text, Cidr *ret);
bool cidr_has(const Cidr *cidr, const Ip *ip);
