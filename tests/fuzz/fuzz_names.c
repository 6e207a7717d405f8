/* SPDX-License-Identifier: Apache-2.0 */
/* A name that is accepted is safe where it will stand, and an id has one text. */
#include <string.h>

#include "base/id.h"
#include "base/names.h"
#include "base/str.h"
#include "tests/support/fuzz.h"

#define TEXT_MAX 300u

static void check_host_name(const char *name) {
        if (!name_is_user(name))
                return;
        FUZZ_ASSERT(name_is_group(name) && !name_is_reserved(name));
        FUZZ_ASSERT(strlen(name) <= USER_NAME_MAX && text_is_passwd_field(name, USER_NAME_MAX));
        FUZZ_ASSERT(strpbrk(name, "/ ,#%@*") == NULL && name[0] != '-' && name[0] != '.');
}

static void check_path(const char *path) {
        if (!path_is_absolute_clean(path, HOST_PATH_MAX))
                return;
        FUZZ_ASSERT(path[0] == '/' && strlen(path) <= HOST_PATH_MAX);
        FUZZ_ASSERT(strpbrk(path, ":\n\r") == NULL && strstr(path, "/../") == NULL);
        FUZZ_ASSERT(strstr(path, "//") == NULL && !str_ends_with(path, "/.."));
}

static void check_id(const char *text) {
        char again[ID_TEXT_SIZE];
        Id id;

        if (id_parse(text, &id) != 0)
                return;
        id_format(&id, again);
        FUZZ_ASSERT(str_eq(text, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        char text[TEXT_MAX + 1] = {};

        if (len == 0 || len > TEXT_MAX)
                return 0;
        memcpy(text, data, len);
        check_host_name(text);
        check_path(text);
        check_id(text);
        if (name_is_email(text)) {
                FUZZ_ASSERT(str_is_ascii_printable(text) && strlen(text) <= EMAIL_MAX);
                FUZZ_ASSERT(strchr(text, '@') == strrchr(text, '@'));
        }
        if (name_is_realm(text))
                FUZZ_ASSERT(strpbrk(text, "/.?#%@") == NULL && strlen(text) <= REALM_NAME_MAX);
        return 0;
}
