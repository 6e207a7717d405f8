/* SPDX-License-Identifier: Apache-2.0 */
#include "base/names.h"

#include <string.h>

#include "base/str.h"

/*
 * Users and groups of Debian and Ubuntu, and the groups that mean power over a host, by their first
 * letter: every NSS answer is held to this list, so most names are compared with few of it.
 */
#define LETTER(c) ((c) == '_' ? 26 : (c) - 'a')
#define RESERVED_PER_LETTER 15
#define RESERVED_SIZE 13

#define LENGTH(n) (1u << (n))

static const struct {
        uint16_t lengths; /* those that occur: most names are refuted by theirs */
        char names[RESERVED_PER_LETTER][RESERVED_SIZE];
} reserved[27] = {
        [LETTER('_')] = { LENGTH(4) | LENGTH(7) | LENGTH(8),
                          { "_apt", "_chrony", "_flatpak", "_ssh" } },
        [LETTER('a')] = { LENGTH(3) | LENGTH(5), { "adm", "admin", "audio", "avahi" } },
        [LETTER('b')] = { LENGTH(3) | LENGTH(6), { "backup", "bin" } },
        [LETTER('c')] = { LENGTH(5) | LENGTH(7), { "cdrom", "crontab" } },
        [LETTER('d')] = { LENGTH(3) | LENGTH(4) | LENGTH(6) | LENGTH(7),
                          { "daemon", "dialout", "dip", "disk", "dnsmasq", "docker" } },
        [LETTER('f')] = { LENGTH(3) | LENGTH(6), { "fax", "floppy" } },
        [LETTER('g')] = { LENGTH(5), { "games", "gnats" } },
        [LETTER('i')] = { LENGTH(3) | LENGTH(5), { "iam", "incus", "input", "irc" } },
        [LETTER('k')] = { LENGTH(3) | LENGTH(4), { "kmem", "kvm" } },
        [LETTER('l')] = { LENGTH(2) | LENGTH(3) | LENGTH(4) | LENGTH(7) | LENGTH(9) | LENGTH(12),
                          { "landscape", "libvirt", "libvirt-qemu", "list", "lp", "lpadmin",
                            "lxd" } },
        [LETTER('m')] = { LENGTH(3) | LENGTH(4) | LENGTH(5) | LENGTH(10),
                          { "mail", "man", "messagebus", "mysql" } },
        [LETTER('n')] = { LENGTH(4) | LENGTH(6) | LENGTH(7),
                          { "netdev", "news", "nobody", "nogroup" } },
        [LETTER('o')] = { LENGTH(8), { "operator" } },
        [LETTER('p')] = { LENGTH(5) | LENGTH(7) | LENGTH(8) | LENGTH(9),
                          { "plugdev", "polkitd", "pollinate", "postfix", "postgres", "proxy",
                            "pulse" } },
        [LETTER('r')] = { LENGTH(4) | LENGTH(5) | LENGTH(6),
                          { "redis", "render", "root", "rtkit" } },
        [LETTER('s')] = { LENGTH(3) | LENGTH(4) | LENGTH(5) | LENGTH(6) | LENGTH(7) | LENGTH(8) |
                                          LENGTH(10),
                          { "sambashare", "sasl", "scanner", "sgx", "shadow", "src", "ssh", "sshd",
                            "ssl-cert", "staff", "sudo", "sync", "sys", "syslog" } },
        [LETTER('t')] = { LENGTH(3) | LENGTH(4) | LENGTH(7), { "tape", "tcpdump", "tss", "tty" } },
        [LETTER('u')] = { LENGTH(4) | LENGTH(5), { "users", "utmp", "uucp", "uuidd" } },
        [LETTER('v')] = { LENGTH(5), { "video", "voice" } },
        [LETTER('w')] = { LENGTH(5) | LENGTH(8) | LENGTH(9), { "wheel", "wireshark", "www-data" } },
};

static const char *const reserved_prefixes[] = { "iam-", "incus-", "systemd-" };

typedef bool (*CharRule)(char c);

static bool is_lower(char c) {
        return c >= 'a' && c <= 'z';
}

static bool is_digit(char c) {
        return c >= '0' && c <= '9';
}

static bool is_alnum(char c) {
        return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z');
}

static bool is_user_first(char c) {
        return is_lower(c) || c == '_';
}

static bool is_user_char(char c) {
        return is_user_first(c) || is_digit(c) || c == '.' || c == '-';
}

static bool is_realm_first(char c) {
        return is_lower(c) || is_digit(c);
}

static bool is_realm_char(char c) {
        return is_realm_first(c) || c == '-';
}

static bool is_client_char(char c) {
        return is_alnum(c) || c == '.' || c == '_' || c == '-';
}

static bool is_role_char(char c) {
        return is_client_char(c) || c == ':';
}

static bool is_label_char(char c) {
        return is_alnum(c) || c == '-';
}

/* RFC 5322 section 3.2.3 */
static bool is_atext(char c) {
        return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static inline __attribute__((always_inline)) bool
name_obeys(const char *name, CharRule first, CharRule rest, size_t max) {
        size_t n;

        if (name == NULL || !first(name[0]))
                return false;
        for (n = 1; name[n] != '\0'; n++) {
                if (n >= max || !rest(name[n]))
                        return false;
        }
        return true;
}

static bool is_listed(const char *name) {
        const char(*list)[RESERVED_SIZE];
        size_t row, len;

        if (!is_user_first(name[0]))
                return false;
        row = (size_t) LETTER(name[0]);
        len = strlen(name);
        if (len >= RESERVED_SIZE || (reserved[row].lengths & LENGTH(len)) == 0)
                return false;
        list = reserved[row].names;
        for (size_t i = 0; list[i][0] != '\0'; i++) {
                if (memcmp(list[i], name, len + 1) == 0)
                        return true;
        }
        return false;
}

bool name_is_reserved(const char *name) {
        if (name == NULL)
                return false;
        /* All of them begin so; most names do not. */
        for (size_t i = 0; (name[0] == 'i' || name[0] == 's') && i < ELEMENTSOF(reserved_prefixes);
             i++) {
                if (str_starts_with(name, reserved_prefixes[i]))
                        return true;
        }
        return is_listed(name);
}

bool name_is_user(const char *name) {
        return name_obeys(name, is_user_first, is_user_char, USER_NAME_MAX) &&
               !name_is_reserved(name);
}

bool name_is_group(const char *name) {
        return name_is_user(name);
}

bool name_is_realm(const char *name) {
        return name_obeys(name, is_realm_first, is_realm_char, REALM_NAME_MAX) &&
               !name_obeys(name, is_digit, is_digit, REALM_NAME_MAX);
}

bool name_is_role(const char *name) {
        return name_obeys(name, is_alnum, is_role_char, ROLE_NAME_MAX);
}

bool name_is_client(const char *name) {
        return name_obeys(name, is_alnum, is_client_char, CLIENT_NAME_MAX);
}

/* Atoms of 1..atom_max characters between dots, up to end. */
static bool is_dotted(const char *at, const char *end, CharRule rule, size_t atom_max) {
        size_t n = 0;

        for (; at < end; at++) {
                if (*at == '.') {
                        if (n == 0)
                                return false;
                        n = 0;
                } else if (!rule(*at) || ++n > atom_max) {
                        return false;
                }
        }
        return n > 0;
}

static bool has_edge_hyphen(const char *domain) {
        for (const char *c = domain; *c != '\0'; c++) {
                bool starts = c == domain || c[-1] == '.';
                bool ends = c[1] == '\0' || c[1] == '.';

                if (*c == '-' && (starts || ends))
                        return true;
        }
        return false;
}

bool name_is_email(const char *text) {
        const size_t local_max = 64; /* RFC 5321 section 4.5.3.1.1 */
        const size_t label_max = 63; /* RFC 1035 section 2.3.4 */
        const char *at = text != NULL ? strchr(text, '@') : NULL;
        size_t len;

        if (at == NULL || (size_t) (at - text) > local_max)
                return false;
        len = strnlen(text, EMAIL_MAX + 1);
        return len <= EMAIL_MAX && is_dotted(text, at, is_atext, local_max) &&
               is_dotted(at + 1, text + len, is_label_char, label_max) && !has_edge_hyphen(at + 1);
}

bool text_is_passwd_field(const char *text, size_t max) {
        size_t len;

        if (text == NULL || strnlen(text, max) != strlen(text))
                return false;
        len = strlen(text);
        if (!str_is_utf8(text, len))
                return false;
        for (size_t i = 0; i < len; i++) {
                uint8_t c = (uint8_t) text[i];
                bool is_c1 = c == 0xc2 && (uint8_t) text[i + 1] < 0xa0; /* U+0080 to U+009F */

                if (c < 0x20 || c == 0x7f || c == ':' || is_c1)
                        return false;
        }
        return true;
}

bool path_is_absolute_clean(const char *path, size_t max) {
        if (!text_is_passwd_field(path, max) || path[0] != '/')
                return false;
        if (path[1] == '\0')
                return true;
        while (*path == '/') {
                size_t n = strcspn(++path, "/");

                if (n == 0 || (n == 1 && path[0] == '.') || (n == 2 && memcmp(path, "..", 2) == 0))
                        return false;
                path += n;
        }
        return true;
}
