/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/password_rules.h"

#include <string.h>

#include "base/reason.h"
#include "base/secret_bytes.h"
#include "base/str.h"

/* The cores of what people choose most; compared after folding, see core_make(). */
static const char *const common[] = {
        "password",
        "passwort",
        "motdepasse",
        "contrasena",
        "qwerty",
        "qwertyuiop",
        "qwertz",
        "qwertzuiop",
        "azerty",
        "azertyuiop",
        "asdfgh",
        "asdfghjkl",
        "yxcvbnm",
        "zxcvbnm",
        "letmein",
        "welcome",
        "willkommen",
        "iloveyou",
        "admin",
        "administrator",
        "root",
        "login",
        "user",
        "guest",
        "test",
        "testing",
        "changeme",
        "changeit",
        "default",
        "secret",
        "monkey",
        "dragon",
        "master",
        "sunshine",
        "princess",
        "football",
        "fussball",
        "baseball",
        "superman",
        "batman",
        "shadow",
        "michael",
        "jordan",
        "hunter",
        "trustno",
        "starwars",
        "computer",
        "internet",
        "whatever",
        "freedom",
        "passwordpassword",
        "correcthorsebatterystaple",
        "qwertyqwerty",
        "abcdef",
        "abcdefg",
        "abcdefgh",
        "abcdefghijkl",
        "abcabc",
        "access",
        "summer",
        "winter",
        "spring",
        "autumn",
        "sommer",
        "herbst",
        "january",
        "monday",
        "hallo",
        "hello",
        "helloworld",
        "iamd",
        "server",
        "system",
        "temp",
        "temporary",
        "initial",
};

#define CORE_MAX 128
#define NAME_EXTRA 4 /* characters a password must have beyond a name it holds */
#define DISTINCT_MIN 5

static bool is_letter(uint8_t c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static uint8_t folded(uint8_t c) {
        static const char from[] = "@4310$5!7";
        static const char to[] = "aaeiossit";
        const char *at;

        if (c >= 'A' && c <= 'Z')
                return (uint8_t) (c - 'A' + 'a');
        at = c != '\0' ? strchr(from, c) : NULL;
        return at != NULL ? (uint8_t) to[at - from] : c;
}

/*
 * The word people had in mind: digits and signs around it cut off, common substitutions in it
 * undone, lower case: "P4ssw0rd2026!" is "password".  Empty when there is no letter.
 */
static void core_make(const uint8_t *bytes, size_t len, char ret[CORE_MAX + 1]) {
        size_t n = 0;

        while (len > 0 && !is_letter(bytes[len - 1]))
                len--;
        while (len > 0 && !is_letter(bytes[0])) {
                bytes++;
                len--;
        }
        for (size_t i = 0; i < len && n < CORE_MAX; i++)
                if (is_letter(folded(bytes[i])))
                        ret[n++] = (char) folded(bytes[i]);
        ret[n] = '\0';
}

static bool is_common(const char *core) {
        for (size_t i = 0; i < ELEMENTSOF(common); i++)
                if (str_eq(common[i], core))
                        return true;
        return false;
}

/* Little more than a name: "alice2026!!", "xalice". */
static bool leans_on(const char *core, const char *name) {
        char name_core[CORE_MAX + 1];

        if (name == NULL)
                return false;
        core_make((const uint8_t *) name, strlen(name), name_core);
        return strlen(name_core) >= 3 && strstr(core, name_core) != NULL &&
               strlen(core) < strlen(name_core) + NAME_EXTRA;
}

/* "aaaaaaaaaaaa", "121212121212", "abcdefghijkl", "987654321098". */
static bool is_monotonous(const uint8_t *bytes, size_t len) {
        bool seen[256] = {};
        size_t distinct = 0, steps = 0;

        for (size_t i = 0; i < len; i++) {
                int step = i > 0 ? bytes[i] - bytes[i - 1] : 0;

                distinct += !seen[bytes[i]];
                seen[bytes[i]] = true;
                steps += step == 1 || step == -1 || step == 9 || step == -9;
        }
        return distinct < DISTINCT_MIN || steps * 4 > len * 3;
}

static size_t count_characters(const uint8_t *bytes, size_t len) {
        size_t n = 0;

        for (size_t i = 0; i < len; i++)
                n += (bytes[i] & 0xc0) != 0x80; /* not a continuation byte of UTF-8 */
        return n;
}

static bool has_control(const uint8_t *bytes, size_t len) {
        for (size_t i = 0; i < len; i++)
                if (bytes[i] < 0x20 || bytes[i] == 0x7f)
                        return true;
        return false;
}

int password_rules_check(const Secret *password, const Realm *realm, const User *user) {
        const uint8_t *bytes = secret_bytes(password);
        size_t len = password->len;
        char core[CORE_MAX + 1];
        bool weak;

        if (!str_is_utf8((const char *) bytes, len) || has_control(bytes, len))
                return IAM_E_INVALID;
        if (count_characters(bytes, len) < (size_t) realm->settings.password_min_length ||
            is_monotonous(bytes, len))
                return IAM_E_WEAK_PASSWORD;

        core_make(bytes, len, core);
        weak = is_common(core) || leans_on(core, user->name) || leans_on(core, realm->name) ||
               leans_on(core, user->given_name) || leans_on(core, user->family_name);
        explicit_bzero(core, sizeof(core));
        return weak ? IAM_E_WEAK_PASSWORD : 0;
}
