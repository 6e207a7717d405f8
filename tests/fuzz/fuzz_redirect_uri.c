/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be registered matches itself and nothing that differs from it, the port of a loopback
 * literal excepted; what leads on is a URI that begins with a registered one.
 */
#include "tests/support/fuzz.h"

#include "daemon/core/redirect_uri.h"

#include <string.h>

#define LOOPBACK "http://127.0.0.1"

/* Without its port, if it is a loopback literal. */
static const char *after_port(const char *uri) {
        const char *at = uri + strlen(LOOPBACK);

        if (*at == ':')
                at += 1 + strspn(at + 1, "0123456789");
        return at;
}

static bool is_same_loopback(const char *a, const char *b) {
        static const char v6[] = "http://[::1]";

        if (str_starts_with(a, v6) && str_starts_with(b, v6))
                return true; /* the rest of the rule is the same as below */
        return str_starts_with(a, LOOPBACK) && str_starts_with(b, LOOPBACK) &&
               strcmp(after_port(a), after_port(b)) == 0;
}

/* Input: two texts with a line break between. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        char *registered = arena_strndup(&arena, (const char *) data, len < 4096 ? len : 4096);
        char *asked;
        const char *onward;
        const char *item;
        StrList list;

        if (registered == NULL || (asked = strchr(registered, '\n')) == NULL)
                return 0;
        *asked++ = '\0';
        if (redirect_uri_check(registered) != 0)
                return 0;
        item = registered;
        list = (StrList){ .items = &item, .n = 1 };
        FUZZ_ASSERT(redirect_uri_is_registered(&list, registered));
        FUZZ_ASSERT(strpbrk(registered, "#\\ \"'<>*\r\n") == NULL);
        if (redirect_uri_is_registered(&list, asked))
                FUZZ_ASSERT(strcmp(registered, asked) == 0 || is_same_loopback(registered, asked));
        onward = redirect_uri_with(&arena, registered, "state", asked);
        FUZZ_ASSERT(onward == NULL || str_starts_with(onward, registered));
        FUZZ_ASSERT(onward == NULL ||
                    strpbrk(onward + strlen(registered) + strlen("?state="), "&#?=/\r\n ") == NULL);
        return 0;
}
