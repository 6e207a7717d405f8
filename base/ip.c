/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ip.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/str.h"

#define V4_OFFSET 12 /* bytes before the IPv4 address in the mapped form */

static const uint8_t v4_prefix[V4_OFFSET] = { [10] = 0xff, [11] = 0xff };

int ip_parse(const char *text, Ip *ret) {
        Ip ip = {};

        if (inet_pton(AF_INET, text, ip.bytes + V4_OFFSET) == 1)
                memcpy(ip.bytes, v4_prefix, V4_OFFSET);
        else if (inet_pton(AF_INET6, text, ip.bytes) != 1)
                return -EINVAL;
        *ret = ip;
        return 0;
}

bool ip_is_v4(const Ip *ip) {
        return memcmp(ip->bytes, v4_prefix, V4_OFFSET) == 0;
}

void ip_format(const Ip *ip, char ret_text[IP_TEXT_SIZE]) {
        const char *text = ip_is_v4(ip) ? inet_ntop(AF_INET, ip->bytes + V4_OFFSET, ret_text,
                                                    IP_TEXT_SIZE)
                                        : inet_ntop(AF_INET6, ip->bytes, ret_text, IP_TEXT_SIZE);

        assert(text != NULL); /* the size is enough for every address */
        (void) text;
}

bool ip_is_loopback(const Ip *ip) {
        static const Ip v6_loopback = { .bytes = { [15] = 1 } };

        if (ip_is_v4(ip))
                return ip->bytes[V4_OFFSET] == 127;
        return memcmp(ip, &v6_loopback, sizeof(*ip)) == 0;
}

static Ip ip_masked(const Ip *ip, unsigned bits) {
        Ip masked = *ip;

        for (unsigned i = 0; i < sizeof(masked.bytes); i++) {
                if (bits >= 8) {
                        bits -= 8;
                        continue;
                }
                masked.bytes[i] &= (uint8_t) (0xff00u >> bits);
                bits = 0;
        }
        return masked;
}

Ip ip_prefix(const Ip *ip, unsigned v4_bits, unsigned v6_bits) {
        assert(v4_bits <= 32 && v6_bits <= 128);
        return ip_masked(ip, ip_is_v4(ip) ? V4_OFFSET * 8 + v4_bits : v6_bits);
}

int cidr_parse(const char *text, Cidr *ret) {
        char address[IP_TEXT_SIZE];
        const char *slash = strchrnul(text, '/');
        size_t len = (size_t) (slash - text);
        uint32_t bits;
        Ip ip;

        if (len >= sizeof(address))
                return -EINVAL;
        memcpy(address, text, len);
        address[len] = '\0';
        if (ip_parse(address, &ip) < 0)
                return -EINVAL;

        /* ::ffff:10.0.0.0/104 counts its bits as the IPv6 address it is written as. */
        bool is_dotted = ip_is_v4(&ip) && strchr(address, ':') == NULL;
        uint32_t most = is_dotted ? 32 : 128;
        bits = most;
        if (*slash == '/' && (str_to_u32(slash + 1, &bits) < 0 || bits > most))
                return -EINVAL;
        if (is_dotted)
                bits += V4_OFFSET * 8;

        Ip network = ip_masked(&ip, bits);
        if (memcmp(&network, &ip, sizeof(ip)) != 0)
                return -EINVAL;
        *ret = (Cidr){ .network = ip, .bits = (uint8_t) bits };
        return 0;
}

bool cidr_has(const Cidr *cidr, const Ip *ip) {
        Ip network = ip_masked(ip, cidr->bits);

        return memcmp(&network, &cidr->network, sizeof(network)) == 0;
}
