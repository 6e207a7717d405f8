/* SPDX-License-Identifier: Apache-2.0 */
#include <security/pam_ext.h>
#include <string.h>
#include <syslog.h>

#include "base/str.h"
#include "pam_module/module.h"

#define TIMEOUT_MS 35000
#define TIMEOUT_SECONDS_MAX 300

static bool set_socket(PamOptions *options, const char *value) {
        if (value[0] != '/' || strlen(value) > PAM_PATH_MAX)
                return false;
        memcpy(options->socket, value, strlen(value) + 1);
        return true;
}

static bool set_timeout(PamOptions *options, const char *value) {
        uint32_t seconds;

        if (str_to_u32(value, &seconds) < 0 || seconds == 0 || seconds > TIMEOUT_SECONDS_MAX)
                return false;
        options->timeout_ms = (int) seconds * 1000;
        return true;
}

static bool set_debug(PamOptions *options, const char *value) {
        options->debug = true;
        return value == NULL;
}

static bool set_no_warn(PamOptions *options, const char *value) {
        options->no_warn = true;
        return value == NULL;
}

/* Every option there is.  A name that ends in '=' takes a value. */
static const struct {
        const char *name;
        bool (*set)(PamOptions *options, const char *value);
} table[] = {
        { "socket=", set_socket },
        { "timeout=", set_timeout },
        { "debug", set_debug },
        { "no_warn", set_no_warn },
};

static bool option_read(const char *argument, PamOptions *options) {
        for (size_t i = 0; i < ELEMENTSOF(table); i++) {
                if (str_eq(argument, table[i].name) && !str_ends_with(table[i].name, "="))
                        return table[i].set(options, NULL);
                if (str_ends_with(table[i].name, "=") && str_starts_with(argument, table[i].name))
                        return table[i].set(options, argument + strlen(table[i].name));
        }
        return false;
}

int pam_options_read(pam_handle_t *pamh, int argc, const char **argv, PamOptions *ret) {
        PamOptions options = { .timeout_ms = TIMEOUT_MS };

        if (!set_socket(&options, pam_auth_socket))
                return PAM_SERVICE_ERR;
        for (int i = 0; i < argc; i++) {
                if (option_read(argv[i], &options))
                        continue;
                pam_syslog(pamh, LOG_ERR, "bad option \"%s\": refused until it is corrected",
                           argv[i]);
                return PAM_SERVICE_ERR;
        }
        *ret = options;
        return PAM_SUCCESS;
}
