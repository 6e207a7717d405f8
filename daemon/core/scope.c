/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/scope.h"

#include "base/str.h"

#include <string.h>

static const char *const supported[] = { "openid", "profile", "email" };
static const char *const of_service[] = { "profile", "email" };

static bool is_scope_char(char c) {
        return c == 0x21 || (c >= 0x23 && c <= 0x5b) || (c >= 0x5d && c <= 0x7e);
}

bool scope_is_wellformed(const char *scope) {
        bool in_word = false;

        for (const char *at = scope; *at != '\0'; at++) {
                if (*at == ' ') {
                        if (!in_word)
                                return false;
                        in_word = false;
                } else if (is_scope_char(*at)) {
                        in_word = true;
                } else {
                        return false;
                }
        }
        return in_word;
}

static const char *keep(Arena *arena, const char *scope, const char *const *kept, size_t n_kept) {
        char *granted = arena_alloc(arena, strlen(scope) + 1);
        size_t len = 0;

        if (granted == NULL)
                return NULL;
        for (const char *at = scope; *at != '\0';) {
                size_t n = strcspn(at, " ");

                for (size_t i = 0; i < n_kept; i++) {
                        if (strlen(kept[i]) != n || memcmp(at, kept[i], n) != 0 ||
                            str_words_have(granted, kept[i]))
                                continue;
                        if (len > 0)
                                granted[len++] = ' ';
                        memcpy(granted + len, at, n);
                        len += n;
                        granted[len] = '\0';
                }
                at += n;
                at += strspn(at, " ");
        }
        return granted;
}

const char *scope_supported(Arena *arena, const char *scope) {
        return keep(arena, scope, supported, ELEMENTSOF(supported));
}

const char *scope_of_service(Arena *arena, const char *scope) {
        return keep(arena, scope, of_service, ELEMENTSOF(of_service));
}
