/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/router.h"

#include <string.h>

static const char segment_chars[] =
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

static bool match_pattern(const char *pattern, const char *path, HttpMatch *match) {
        size_t param = 0;

        while (*pattern != '\0') {
                if (pattern[0] == '{' && pattern[1] == '}') {
                        size_t n = strspn(path, segment_chars);

                        if (n == 0 || n > HTTP_SEGMENT_MAX || param == HTTP_PATH_PARAMS_MAX)
                                return false;
                        memcpy(match->params[param], path, n);
                        match->params[param++][n] = '\0';
                        pattern += 2;
                        path += n;
                } else if (*pattern++ != *path++) {
                        return false;
                }
        }
        return *path == '\0';
}

/* RFC 9110 section 10.2.1, by the set of methods that were found. */
static const char *allow_of(const bool serves[_HTTP_METHOD_MAX]) {
        static const char *const words[2][2][2] = {
                { { "", "OPTIONS" }, { "POST", "POST, OPTIONS" } },
                { { "GET, HEAD", "GET, HEAD, OPTIONS" },
                  { "GET, HEAD, POST", "GET, HEAD, POST, OPTIONS" } },
        };

        return words[serves[HTTP_GET]][serves[HTTP_POST]][serves[HTTP_OPTIONS]];
}

void router_match(
                const HttpRoute *routes, size_t n, HttpMethod method, const char *path,
                HttpMatch *ret) {
        bool serves[_HTTP_METHOD_MAX] = {};

        *ret = (HttpMatch){};
        for (size_t i = 0; i < n; i++) {
                HttpMatch match = {};

                if (!match_pattern(routes[i].pattern, path, &match))
                        continue;
                if (routes[i].method == method) {
                        *ret = match;
                        ret->route = &routes[i];
                        return;
                }
                ret->path_known = true;
                serves[routes[i].method] = true;
                ret->allow = allow_of(serves);
        }
}
