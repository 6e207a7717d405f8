/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/account.h"

#include <string.h>

typedef struct Word {
        const char *mark; /* in the User-Agent */
        const char *name;
} Word;

/* In this order: browsers claim to be what they descend from. */
static const Word browsers[] = {
        { "Edg", "Edge" },         { "OPR/", "Opera" },
        { "Vivaldi/", "Vivaldi" }, { "SamsungBrowser/", "Samsung Internet" },
        { "Firefox/", "Firefox" }, { "FxiOS/", "Firefox" },
        { "Chrome/", "Chrome" },   { "Chromium/", "Chromium" },
        { "CriOS/", "Chrome" },    { "Safari/", "Safari" },
        { "curl/", "curl" },
};
static const Word systems[] = {
        { "Android", "Android" }, { "iPhone", "iPhone" },  { "iPad", "iPad" },
        { "Windows", "Windows" }, { "Mac OS X", "macOS" }, { "CrOS", "ChromeOS" },
        { "Linux", "Linux" },
};

static const char *find(const Word *words, size_t n, const char *text) {
        for (size_t i = 0; i < n; i++)
                if (strstr(text, words[i].mark) != NULL)
                        return words[i].name;
        return NULL;
}

const char *agent_name(Arena *arena, const char *agent) {
        const char *browser;
        const char *system;

        if (agent == NULL)
                return NULL;
        browser = find(browsers, ELEMENTSOF(browsers), agent);
        system = find(systems, ELEMENTSOF(systems), agent);
        if (browser == NULL || system == NULL)
                return browser != NULL ? browser : system;
        return arena_printf(arena, "%s on %s", browser, system);
}
