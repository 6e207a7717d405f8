/* SPDX-License-Identifier: Apache-2.0 */
/* The table behind daemon/config.h and the reading of one value; for config.c alone. */
#pragma once

#include "daemon/config.h"

typedef enum ConfigType {
        CONFIG_URL,
        CONFIG_ADDRESS,
        CONFIG_CIDRS,
        CONFIG_NUMBER,
        CONFIG_THREADS, /* a number, or "auto": one less than the processors */
        CONFIG_PATH,
        CONFIG_REALM, /* or nothing */
        CONFIG_REALMS,
        CONFIG_LEVEL,
} ConfigType;

typedef struct ConfigKey {
        const char *section;
        const char *name;
        ConfigType type;
        size_t offset, size;
        uint32_t min, max; /* of numbers */
        const char *otherwise;
        bool is_reloaded; /* read again at SIGHUP; else only at the start */
        const char *doc;
} ConfigKey;

extern const ConfigKey config_keys[];
extern const size_t config_n_keys;

/*
 * Sets the key's field from text; "" means the default.  NULL, or what is wrong with the text, as
 * the end of a sentence that begins with the key's name.
 */
const char *
config_value_read(const ConfigKey *key, const char *text, unsigned processors, Config *config);
