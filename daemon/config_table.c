/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config_table.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define FIELD(member) offsetof(Config, member), sizeof(((Config *) 0)->member)

/* clang-format off */
const ConfigKey config_keys[] = {
        { "http", "base_url", CONFIG_URL, FIELD(http.base_url),
          0, 0, "http://localhost:8080", false,
          "The URL under which browsers and applications reach iamd, without a path. Every "
          "issuer, link and cookie is built from it and never from a request. Must be https "
          "unless the host is loopback." },
        { "http", "listen", CONFIG_ADDRESS, FIELD(http.listen),
          0, 0, "127.0.0.1:8080", false,
          "Where to listen when systemd hands over no HTTP socket. IPv6 addresses stand in "
          "brackets." },
        { "http", "trusted_proxies", CONFIG_CIDRS, FIELD(http.trusted_proxies),
          0, 0, "", false,
          "Networks of the proxies whose X-Forwarded-For is believed." },
        { "http", "max_connections", CONFIG_NUMBER, FIELD(http.max_connections),
          1, 65536, "1024", false,
          "HTTP connections that may be open at the same time." },
        { "http", "max_connections_per_peer", CONFIG_NUMBER, FIELD(http.max_connections_per_peer),
          1, 65536, "64", false,
          "HTTP connections of one IPv4 address or one IPv6 /64. Trusted proxies are bounded by "
          "max_connections only." },
        { "http", "metrics_listen", CONFIG_ADDRESS, FIELD(http.metrics_listen),
          0, 0, "", false,
          "Where /metrics is served to a monitoring system, as 127.0.0.1:9464. Never beside the "
          "pages: behind a proxy everybody comes from a trusted address. Empty: nowhere." },

        { "store", "path", CONFIG_PATH, FIELD(store.path),
          0, 0, "/var/lib/iam/private/iam.db", false,
          "The database file. Its directory must belong to the daemon alone." },

        { "host", "realm", CONFIG_REALM, FIELD(host.realm),
          0, 0, "", false,
          "The realm whose users are users of this host, by their plain names. Empty: the host "
          "is not served." },
        { "host", "also", CONFIG_REALMS, FIELD(host.also),
          0, 0, "", false,
          "Further realms, whose users appear as name@realm." },
        { "host", "public_directory", CONFIG_PATH, FIELD(host.public_directory),
          0, 0, "/var/lib/iam/public", false,
          "Where the directory snapshot for nss_iam and pam_iam is published." },
        { "host", "sudo_rules", CONFIG_PATH, FIELD(host.sudo_rules),
          0, 0, "/var/lib/iam/private/sudo.rules", false,
          "The typed sudo rules that the root helper turns into sudoers." },
        { "host", "local_passwd", CONFIG_PATH, FIELD(host.local_passwd),
          0, 0, "/etc/passwd", false,
          "Accounts of this file are local: the realm's users of the same name or number stay "
          "out of the snapshot." },
        { "host", "local_group", CONFIG_PATH, FIELD(host.local_group),
          0, 0, "/etc/group", false,
          "Likewise for groups. The group iam-admin is looked up here too." },

        { "lanes", "fast_threads", CONFIG_NUMBER, FIELD(lanes.fast_threads),
          1, 256, "2", false,
          "Threads for answers from memory." },
        { "lanes", "fast_queue", CONFIG_NUMBER, FIELD(lanes.fast_queue),
          1, 65536, "1024", false,
          "Requests that may wait for one of them; a quarter of it per source, as in each lane." },
        { "lanes", "store_threads", CONFIG_NUMBER, FIELD(lanes.store_threads),
          1, 256, "32", false,
          "Threads for requests that read or write the store; writes that wait together share a "
          "commit." },
        { "lanes", "store_queue", CONFIG_NUMBER, FIELD(lanes.store_queue),
          1, 65536, "512", false,
          "Requests that may wait for one of them." },
        { "lanes", "hash_threads", CONFIG_THREADS, FIELD(lanes.hash_threads),
          1, 256, "auto", false,
          "Threads for password hashing and RSA, at lower priority. Each takes the memory of "
          "one hash." },
        { "lanes", "hash_queue", CONFIG_NUMBER, FIELD(lanes.hash_queue),
          1, 65536, "64", false,
          "Logins that may wait for one of them; beyond it they are told to try again later." },

        { "log", "level", CONFIG_LEVEL, FIELD(log.level),
          0, 0, "info", true,
          "The least important messages that are logged: error, warning, notice, info or debug." },
};
/* clang-format on */

static const struct {
        const char *name;
        uint32_t level;
} config_levels[] = {
        { "error", 3 }, { "warning", 4 }, { "notice", 5 }, { "info", 6 }, { "debug", 7 },
};

static_assert(ELEMENTSOF(config_keys) <= 64, "the keys seen in a file are bits of 64");
const size_t config_n_keys = ELEMENTSOF(config_keys);

/* Each reader: text to the field at out, zeroed before.  NULL, or what is wrong with the text. */
static const char *read_text(const ConfigKey *key, const char *text, void *out) {
        if (strlen(text) >= key->size)
                return "is too long";
        memcpy(out, text, strlen(text));
        return NULL;
}

static bool host_is_loopback(const char *host, size_t len) {
        char text[IP_TEXT_SIZE];
        Ip ip;

        if (len == strlen("localhost") && memcmp(host, "localhost", len) == 0)
                return true;
        if (len >= 2 && host[0] == '[' && host[len - 1] == ']') {
                host++;
                len -= 2;
        }
        if (len >= sizeof(text))
                return false;
        memcpy(text, host, len);
        text[len] = '\0';
        return ip_parse(text, &ip) == 0 && ip_is_loopback(&ip);
}

/* Lower-case labels, or an IPv6 address in brackets. */
static bool host_is_valid(const char *host, size_t len) {
        char text[IP_TEXT_SIZE];
        Ip ip;

        if (len == 0 || len > 253)
                return false;
        if (host[0] == '[') {
                if (len < 4 || len - 2 >= sizeof(text) || host[len - 1] != ']')
                        return false;
                memcpy(text, host + 1, len - 2);
                text[len - 2] = '\0';
                return strchr(text, ':') != NULL && ip_parse(text, &ip) == 0;
        }
        for (size_t i = 0; i < len; i++) {
                bool is_edge = i == 0 || i + 1 == len || host[i - 1] == '.' || host[i + 1] == '.';
                bool is_alnum = (host[i] >= 'a' && host[i] <= 'z') ||
                                (host[i] >= '0' && host[i] <= '9');

                if (!is_alnum && (is_edge || (host[i] != '-' && host[i] != '.')))
                        return false;
        }
        return true;
}

static bool port_is_valid(const char *text) {
        uint32_t port;

        return str_to_u32(text, &port) == 0 && port >= 1 && port <= 65535 && text[0] != '0';
}

/* The host of "HOST", "HOST:PORT" or "[V6]:PORT"; ret_port NULL without one. */
static size_t authority_split(const char *text, const char **ret_port) {
        const char *colon = text[0] == '[' ? strchr(text, ']') : text;

        colon = colon == NULL ? NULL : strchr(colon, ':');
        *ret_port = colon == NULL ? NULL : colon + 1;
        return colon == NULL ? strlen(text) : (size_t) (colon - text);
}

static const char *read_url(const ConfigKey *key, const char *text, void *out) {
        bool is_https = str_starts_with(text, "https://");
        const char *authority, *port;
        size_t len;

        if (!is_https && !str_starts_with(text, "http://"))
                return "must begin with https://";
        authority = text + strlen(is_https ? "https://" : "http://");
        if (strchr(authority, '/') != NULL)
                return "must have no path and no slash at the end";
        len = authority_split(authority, &port);
        if (!host_is_valid(authority, len))
                return "has no valid host name (lower-case letters, digits, '-' and '.')";
        if (port != NULL && !port_is_valid(port))
                return "has no valid port";
        if (!is_https && !host_is_loopback(authority, len))
                return "must be https, because its host is not loopback";
        return read_text(key, text, out);
}

static const char *read_address(const ConfigKey *key, const char *text, void *out) {
        char host[CONFIG_ADDRESS_MAX + 1];
        const char *port;
        size_t len = authority_split(text, &port);
        bool is_v6 = text[0] == '[';
        size_t brackets = is_v6 ? 2 : 0;
        Ip ip;

        if (port == NULL || !port_is_valid(port) || len >= sizeof(host) || len < 2)
                return "must be ADDRESS:PORT, with an IPv6 address in brackets";
        len -= brackets;
        memcpy(host, text + brackets / 2, len);
        host[len] = '\0';
        if (ip_parse(host, &ip) < 0 || is_v6 != (strchr(host, ':') != NULL))
                return "must be ADDRESS:PORT, with an IPv6 address in brackets";
        return read_text(key, text, out);
}

static const char *read_number(const ConfigKey *key, const char *text, void *out) {
        static _Thread_local char message[64];
        uint32_t value;

        if (str_to_u32(text, &value) < 0 || value < key->min || value > key->max) {
                (void) snprintf(message, sizeof(message), "must be a number from %u to %u",
                                key->min, key->max);
                return message;
        }
        memcpy(out, &value, sizeof(value));
        return NULL;
}

static const char *read_path(const ConfigKey *key, const char *text, void *out) {
        if (!path_is_absolute_clean(text, key->size - 1))
                return "must be an absolute path without '..' or odd characters";
        return read_text(key, text, out);
}

static const char *read_realm(const ConfigKey *key, const char *text, void *out) {
        if (!name_is_realm(text))
                return "is not a realm name";
        if (str_eq(text, "master"))
                return "cannot be master: its users are never users of a host";
        return read_text(key, text, out);
}

static const char *read_level(const ConfigKey *key, const char *text, void *out) {
        for (size_t i = 0; i < ELEMENTSOF(config_levels); i++)
                if (str_eq(text, config_levels[i].name)) {
                        memcpy(out, &config_levels[i].level, sizeof(uint32_t));
                        return NULL;
                }
        return "must be error, warning, notice, info or debug";
}

static const char *add_cidr(const char *word, ConfigCidrs *list) {
        if (list->n == CONFIG_PROXIES_MAX)
                return "has too many items";
        if (cidr_parse(word, &list->items[list->n]) < 0)
                return "has an item that is no network (as 10.0.0.0/8, with nothing behind the "
                       "prefix)";
        list->n++;
        return NULL;
}

static const char *add_realm(const char *word, ConfigRealms *list) {
        ConfigKey key = { .size = sizeof(list->items[0]) };
        const char *fault;

        if (list->n == CONFIG_REALMS_MAX)
                return "has too many items";
        for (size_t i = 0; i < list->n; i++)
                if (str_eq(list->items[i], word))
                        return "has an item twice";
        fault = read_realm(&key, word, list->items[list->n]);
        if (fault == NULL)
                list->n++;
        return fault;
}

static const char *read_list(const ConfigKey *key, const char *text, void *out) {
        char words[CONFIG_LINE_MAX + 1];
        char *rest = NULL;
        const char *fault = NULL;

        if (strlen(text) >= sizeof(words))
                return "is too long";
        memcpy(words, text, strlen(text) + 1);
        for (char *word = strtok_r(words, " \t", &rest); word != NULL && fault == NULL;
             word = strtok_r(NULL, " \t", &rest))
                fault = key->type == CONFIG_CIDRS ? add_cidr(word, out) : add_realm(word, out);
        return fault;
}

const char *
config_value_read(const ConfigKey *key, const char *text, unsigned processors, Config *config) {
        void *out = (char *) config + key->offset;

        memset(out, 0, key->size);
        if (text[0] == '\0') /* the default; it is empty for texts and lists that may be unset */
                text = key->otherwise;
        if (text[0] == '\0')
                return NULL;

        switch (key->type) {
        case CONFIG_URL:
                return read_url(key, text, out);
        case CONFIG_ADDRESS:
                return read_address(key, text, out);
        case CONFIG_CIDRS:
        case CONFIG_REALMS:
                return read_list(key, text, out);
        case CONFIG_THREADS:
                if (str_eq(text, "auto")) {
                        uint32_t n = processors > 1 ? processors - 1 : 1;

                        n = n > key->max ? key->max : n;
                        memcpy(out, &n, sizeof(n));
                        return NULL;
                }
                return read_number(key, text, out);
        case CONFIG_NUMBER:
                return read_number(key, text, out);
        case CONFIG_PATH:
                return read_path(key, text, out);
        case CONFIG_REALM:
                return read_realm(key, text, out);
        case CONFIG_LEVEL:
                return read_level(key, text, out);
        }
        assert(false);
        return "cannot be read";
}
