/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/redirect_uri.h"

#include "base/encode.h"
#include "base/reason.h"

#include <string.h>

/* Both loopback literals of RFC 8252 section 7.3; "localhost" is a name and gets no exception. */
static const char *const loopback_literals[] = { "http://127.0.0.1", "http://[::1]" };

static bool is_scheme_char(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

/* Length of the lower-case scheme before ':', 0 when there is none. */
static size_t scheme_length(const char *uri) {
        size_t n = 0;

        if (uri[0] < 'a' || uri[0] > 'z')
                return 0;
        while (is_scheme_char(uri[n]))
                n++;
        return uri[n] == ':' ? n : 0;
}

/* The end of the host: where port, path, query or the text ends it. */
static const char *skip_port(const char *after_host) {
        if (*after_host != ':')
                return after_host;
        after_host++;
        while (*after_host >= '0' && *after_host <= '9')
                after_host++;
        return after_host;
}

static bool ends_authority(char c) {
        return c == '\0' || c == '/' || c == '?';
}

/* After a host literal: NULL unless a well-formed port, or none, ends the authority. */
static const char *after_authority(const char *after_host) {
        const char *at = skip_port(after_host);

        if (after_host[0] == ':' && (at == after_host + 1 || at > after_host + 6))
                return NULL; /* an empty port, or more than five digits */
        return ends_authority(*at) ? at : NULL;
}

static bool is_loopback_http(const char *uri) {
        static const char localhost[] = "http://localhost";

        for (size_t i = 0; i < ELEMENTSOF(loopback_literals); i++)
                if (str_starts_with(uri, loopback_literals[i]) &&
                    after_authority(uri + strlen(loopback_literals[i])) != NULL)
                        return true;
        return str_starts_with(uri, localhost) && after_authority(uri + strlen(localhost)) != NULL;
}

static bool is_web_host(const char *authority) {
        size_t n = strcspn(authority, "/?");

        /* A userinfo part hides the true host from people: CVE classes of notes on '@'. */
        return n > 0 && memchr(authority, '@', n) == NULL && authority[0] != ':';
}

int redirect_uri_check(const char *uri) {
        size_t len = strlen(uri);
        size_t scheme;

        if (len == 0 || len > REDIRECT_URI_MAX)
                return IAM_E_INVALID;
        if (!str_is_ascii_printable(uri) || strpbrk(uri, " \\\"'<>`{}|^#*") != NULL)
                return IAM_E_INVALID;

        scheme = scheme_length(uri);
        if (scheme == 0)
                return IAM_E_INVALID;
        if (str_starts_with(uri, "https://"))
                return is_web_host(uri + strlen("https://")) ? 0 : IAM_E_INVALID;
        if (str_starts_with(uri, "http:"))
                return is_loopback_http(uri) ? 0 : IAM_E_INVALID;

        /* Private-use schemes are reversed domain names; this also keeps javascript: and data: out.
         */
        if (memchr(uri, '.', scheme) == NULL || uri[scheme + 1] == '\0')
                return IAM_E_INVALID;
        return 0;
}

/* Equal but for the port of the same loopback literal. */
static bool loopback_equal(const char *registered, const char *uri) {
        for (size_t i = 0; i < ELEMENTSOF(loopback_literals); i++) {
                const char *literal = loopback_literals[i];
                const char *a;
                const char *b;

                if (!str_starts_with(registered, literal) || !str_starts_with(uri, literal))
                        continue;
                a = after_authority(registered + strlen(literal));
                b = after_authority(uri + strlen(literal));
                if (a != NULL && b != NULL && strcmp(a, b) == 0)
                        return true;
        }
        return false;
}

bool redirect_uri_is_registered(const StrList *registered, const char *uri) {
        for (size_t i = 0; i < registered->n; i++)
                if (strcmp(registered->items[i], uri) == 0 ||
                    loopback_equal(registered->items[i], uri))
                        return true;
        return false;
}

const char *redirect_uri_with(Arena *arena, const char *uri, const char *name, const char *value) {
        char *escaped;

        if (value == NULL)
                return uri;
        escaped = arena_alloc(arena, PERCENT_SIZE(strlen(value)));
        if (escaped == NULL)
                return NULL;
        percent_encode(value, strlen(value), escaped);
        return arena_printf(
                        arena, "%s%c%s=%s", uri, strchr(uri, '?') != NULL ? '&' : '?', name,
                        escaped);
}
