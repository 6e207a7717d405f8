/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /etc/iam/iamd.conf and its drop-ins: one table, one value struct.  For main.c only, which hands
 * each component its part.  What belongs to a realm is data in the store, not configuration.
 *
 * The file is strict INI as in systemd units: "[section]", "key = value", "#" or ";" comments on
 * lines of their own, lists separated by spaces, an empty value for the default.  Nothing unknown,
 * no key twice in one file.  Drop-ins override, in the order of their names.
 */
#pragma once

#include "base/buf.h"
#include "base/ip.h"
#include "base/macro.h"
#include "base/names.h"

#define CONFIG_FILE "/etc/iam/iamd.conf"
#define CONFIG_FILE_MAX ((size_t) 64 << 10) /* bytes of one file */
#define CONFIG_DROPINS_MAX 64
#define CONFIG_LINE_MAX 1024
#define CONFIG_URL_MAX 255
#define CONFIG_ADDRESS_MAX 63
#define CONFIG_PROXIES_MAX 32
#define CONFIG_REALMS_MAX 16
#define CONFIG_ERROR_SIZE 512 /* for any message below */

typedef struct ConfigCidrs {
        size_t n;
        Cidr items[CONFIG_PROXIES_MAX];
} ConfigCidrs;

typedef struct ConfigRealms {
        size_t n;
        char items[CONFIG_REALMS_MAX][REALM_NAME_MAX + 1];
} ConfigRealms;

/* Unset texts are "".  Values compare by memcmp: everything unused is zero. */
typedef struct Config {
        struct {
                char base_url[CONFIG_URL_MAX + 1];
                char listen[CONFIG_ADDRESS_MAX + 1];
                ConfigCidrs trusted_proxies;
                uint32_t max_connections;
                uint32_t max_connections_per_peer;
                char metrics_listen[CONFIG_ADDRESS_MAX + 1];
        } http;
        struct {
                char path[HOST_PATH_MAX + 1];
        } store;
        struct {
                char realm[REALM_NAME_MAX + 1];
                ConfigRealms also;
                char public_directory[HOST_PATH_MAX + 1];
                char sudo_rules[HOST_PATH_MAX + 1];
                char local_passwd[HOST_PATH_MAX + 1];
                char local_group[HOST_PATH_MAX + 1];
        } host;
        struct {
                uint32_t fast_threads, fast_queue;
                uint32_t store_threads, store_queue;
                uint32_t hash_threads, hash_queue;
        } lanes;
        struct {
                uint32_t level; /* as syslog: 3 error .. 7 debug */
        } log;
} Config;

/* All defaults.  processors: for those that depend on it. */
void config_defaults(unsigned processors, Config *ret);

/*
 * Reads one file's text over what is there.  0, or -EINVAL with "NAME:LINE: ..." in ret_error; then
 * config may be half changed and must be thrown away.
 */
int config_parse(
                const char *name, const char *text, size_t len, unsigned processors, Config *config,
                char ret_error[CONFIG_ERROR_SIZE]);

/* What no single key can say.  -EINVAL with ret_error. */
int config_check(const Config *config, char ret_error[CONFIG_ERROR_SIZE]);

/*
 * Defaults, the file, the *.conf files of FILE.d, the check.  A file that is absent is an error
 * when must_exist.  -EINVAL or the file's -errno, with ret_error in both cases.
 */
int config_load(const char *file, bool must_exist, unsigned processors, Config *ret,
                char ret_error[CONFIG_ERROR_SIZE]);

/* "section.key" of every key that differs and is only read at the start, separated by spaces. */
void config_restart_keys(const Config *running, const Config *changed, Buf *ret);

/* The reference, as text, from the table. */
void config_print_doc(Buf *ret);
/* Likewise, in mdoc(7). */
void config_print_man(Buf *ret);
