/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/realm.h"

#include <string.h>

#include "base/names.h"
#include "base/reason.h"

#define HOME_PREFIX_MAX (HOST_PATH_MAX - USER_NAME_MAX)

void realm_settings_init(RealmSettings *ret) {
        *ret = (RealmSettings){
#define X(name, initial, min, max, doc) .name = initial,
                REALM_INT_SETTINGS(X)
#undef X
#define X(name, initial, doc) .name = initial,
                                REALM_BOOL_SETTINGS(X)
#undef X
                                                .default_signing_algorithm = KEY_ALG_RS256,
                .default_shell = "/bin/bash",
                .home_prefix = "/home/",
        };
}

/* "/home/" and the like: a clean directory path, "/" at its end; the user's name follows. */
static bool is_home_prefix(const char *prefix) {
        char path[HOME_PREFIX_MAX + 2];
        size_t len = prefix != NULL ? strlen(prefix) : 0;

        if (len == 0 || len > HOME_PREFIX_MAX || prefix[len - 1] != '/')
                return false;
        memcpy(path, prefix, len);
        memcpy(path + len, "x", 2);
        return path_is_absolute_clean(path, sizeof(path) - 1);
}

int realm_settings_check(const RealmSettings *settings, const char **ret_what) {
        const char *what = NULL;

#define X(name, initial, min, max, doc)                                                            \
        if (settings->name < (min) || settings->name > (max))                                      \
                what = #name;
        REALM_INT_SETTINGS(X)
#undef X
        if (settings->default_signing_algorithm < 0 ||
            settings->default_signing_algorithm >= _KEY_ALG_MAX)
                what = "default_signing_algorithm";
        if (settings->default_shell == NULL ||
            !path_is_absolute_clean(settings->default_shell, HOST_PATH_MAX))
                what = "default_shell";
        if (!is_home_prefix(settings->home_prefix))
                what = "home_prefix";

        if (what == NULL)
                return 0;
        *ret_what = what;
        return IAM_E_INVALID;
}
