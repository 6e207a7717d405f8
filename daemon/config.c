/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config_table.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

void config_defaults(unsigned processors, Config *ret) {
        memset(ret, 0, sizeof(*ret));
        for (size_t i = 0; i < config_n_keys; i++) {
                const char *fault = config_value_read(&config_keys[i], "", processors, ret);

                assert(fault == NULL);
                (void) fault;
        }
}

/* One file being read. */
typedef struct ConfigReader {
        const char *name;
        unsigned line;
        unsigned processors;
        char section[32]; /* "" before the first */
        uint64_t seen; /* keys, by their place in the table */
        Config *config;
        char *error;
} ConfigReader;

static int _printf_(2, 3) reader_fail(ConfigReader *reader, const char *format, ...) {
        va_list arguments;
        int n;

        n = snprintf(reader->error, CONFIG_ERROR_SIZE, "%s:%u: ", reader->name, reader->line);
        if (n > 0 && n < CONFIG_ERROR_SIZE) {
                va_start(arguments, format);
                (void) vsnprintf(
                                reader->error + n, CONFIG_ERROR_SIZE - (size_t) n, format,
                                arguments);
                va_end(arguments);
        }
        return -EINVAL;
}

static bool is_blank(char c) {
        return c == ' ' || c == '\t' || c == '\r';
}

static char *trimmed(char *text) {
        size_t len;

        while (is_blank(*text))
                text++;
        for (len = strlen(text); len > 0 && is_blank(text[len - 1]); len--)
                text[len - 1] = '\0';
        return text;
}

static int read_section(ConfigReader *reader, char *line) {
        size_t len = strlen(line);

        if (len < 3 || line[len - 1] != ']')
                return reader_fail(reader, "a section must be written as [name]");
        line[len - 1] = '\0';
        for (size_t i = 0; i < config_n_keys; i++)
                if (str_eq(config_keys[i].section, line + 1)) {
                        (void) snprintf(reader->section, sizeof(reader->section), "%s", line + 1);
                        return 0;
                }
        return reader_fail(reader, "unknown section [%s]", line + 1);
}

static int read_assignment(ConfigReader *reader, char *line) {
        char *equals = strchr(line, '=');
        const char *name, *value, *fault;

        if (equals == NULL)
                return reader_fail(reader, "expected \"key = value\" or \"[section]\"");
        *equals = '\0';
        name = trimmed(line);
        value = trimmed(equals + 1);
        if (reader->section[0] == '\0')
                return reader_fail(reader, "%s stands before the first section", name);

        for (size_t i = 0; i < config_n_keys; i++) {
                const ConfigKey *key = &config_keys[i];

                if (!str_eq(key->section, reader->section) || !str_eq(key->name, name))
                        continue;
                if ((reader->seen & UINT64_C(1) << i) != 0)
                        return reader_fail(reader, "%s is set twice in this file", name);
                reader->seen |= UINT64_C(1) << i;
                fault = config_value_read(key, value, reader->processors, reader->config);
                return fault == NULL ? 0 : reader_fail(reader, "%s %s", name, fault);
        }
        return reader_fail(reader, "unknown key %s in [%s]", name, reader->section);
}

static int read_line(ConfigReader *reader, const char *start, size_t len) {
        char text[CONFIG_LINE_MAX + 1];
        char *line;

        if (len > CONFIG_LINE_MAX)
                return reader_fail(reader, "the line is longer than %d bytes", CONFIG_LINE_MAX);
        memcpy(text, start, len);
        text[len] = '\0';
        line = trimmed(text);
        if (line[0] == '#' || line[0] == ';')
                return str_is_utf8(start, len) ? 0
                                               : reader_fail(reader, "the line is not UTF-8 text");
        for (size_t i = 0; i < len; i++)
                if (((uint8_t) start[i] < 0x20 && !is_blank(start[i])) ||
                    (uint8_t) start[i] >= 0x7f)
                        return reader_fail(reader, "only printable ASCII is expected here");
        if (line[0] == '\0')
                return 0;
        return line[0] == '[' ? read_section(reader, line) : read_assignment(reader, line);
}

int config_parse(
                const char *name, const char *text, size_t len, unsigned processors, Config *config,
                char ret_error[CONFIG_ERROR_SIZE]) {
        ConfigReader reader = {
                .name = name,
                .processors = processors,
                .config = config,
                .error = ret_error,
        };

        for (size_t at = 0; at < len;) {
                const char *end = memchr(text + at, '\n', len - at);
                size_t n = end == NULL ? len - at : (size_t) (end - (text + at));
                int r;

                reader.line++;
                r = read_line(&reader, text + at, n);
                if (r < 0)
                        return r;
                at += n + 1;
        }
        return 0;
}

static int _printf_(2, 3) fail(char *error, const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        (void) vsnprintf(error, CONFIG_ERROR_SIZE, format, arguments);
        va_end(arguments);
        return -EINVAL;
}

int config_check(const Config *config, char ret_error[CONFIG_ERROR_SIZE]) {
        if (config->http.max_connections_per_peer > config->http.max_connections)
                return fail(ret_error,
                            "[http] max_connections_per_peer is larger than max_connections");
        if (config->host.also.n > 0 && config->host.realm[0] == '\0')
                return fail(ret_error, "[host] also is set, but realm is not");
        for (size_t i = 0; i < config->host.also.n; i++)
                if (str_eq(config->host.also.items[i], config->host.realm))
                        return fail(ret_error, "[host] also names the realm itself, %s",
                                    config->host.realm);
        return 0;
}

/* The whole file into text, at most capacity bytes. */
static int file_read(const char *path, char *text, size_t capacity, size_t *ret_len) {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        size_t len = 0;
        ssize_t n = 0;

        if (fd < 0)
                return -errno;
        while (len < capacity && (n = read(fd, text + len, capacity - len)) > 0)
                len += (size_t) n;
        int r = n < 0 ? -errno : len == capacity ? -EFBIG : 0;
        (void) close(fd);
        if (r == 0)
                *ret_len = len;
        return r;
}

static int
file_load(const char *path, bool must_exist, unsigned processors, Config *config, char *error) {
        char *text = malloc(CONFIG_FILE_MAX + 1);
        size_t len = 0;
        int r;

        if (text == NULL) {
                (void) fail(error, "%s: %s", path, strerrordesc_np(ENOMEM));
                return -ENOMEM;
        }
        r = file_read(path, text, CONFIG_FILE_MAX + 1, &len);
        if (r == 0)
                r = config_parse(path, text, len, processors, config, error);
        else if (r == -ENOENT && !must_exist)
                r = 0;
        else
                (void) fail(error, "%s: %s", path, strerrordesc_np(-r));
        free(text);
        return r;
}

static int is_dropin(const struct dirent *entry) {
        return entry->d_name[0] != '.' && str_ends_with(entry->d_name, ".conf");
}

/* By bytes: alphasort() would ask the locale. */
static int by_name(const struct dirent **a, const struct dirent **b) {
        return strcmp((*a)->d_name, (*b)->d_name);
}

static int dropins_load(const char *file, unsigned processors, Config *config, char *error) {
        char path[HOST_PATH_MAX + 300];
        struct dirent **entries = NULL;
        int n, r = 0;

        (void) snprintf(path, sizeof(path), "%s.d", file);
        n = scandir(path, &entries, is_dropin, by_name);
        if (n < 0 && errno == ENOENT)
                return 0;
        if (n < 0) {
                r = -errno;
                (void) fail(error, "%s: %s", path, strerrordesc_np(-r));
                return r;
        }
        if (n > CONFIG_DROPINS_MAX)
                r = fail(error, "%s: more than %d files", path, CONFIG_DROPINS_MAX);
        for (int i = 0; i < n && r == 0; i++) {
                (void) snprintf(path, sizeof(path), "%s.d/%s", file, entries[i]->d_name);
                r = file_load(path, /* must_exist= */ true, processors, config, error);
        }
        for (int i = 0; i < n; i++)
                free(entries[i]);
        free((void *) entries);
        return r;
}

int config_load(const char *file, bool must_exist, unsigned processors, Config *ret,
                char ret_error[CONFIG_ERROR_SIZE]) {
        Config config;
        int r;

        if (strlen(file) > HOST_PATH_MAX)
                return fail(ret_error, "the path of the configuration file is too long");
        config_defaults(processors, &config);
        r = file_load(file, must_exist, processors, &config, ret_error);
        if (r < 0)
                return r;
        r = dropins_load(file, processors, &config, ret_error);
        if (r < 0)
                return r;
        r = config_check(&config, ret_error);
        if (r < 0)
                return r;
        *ret = config;
        return 0;
}

void config_restart_keys(const Config *running, const Config *changed, Buf *ret) {
        for (size_t i = 0; i < config_n_keys; i++) {
                const ConfigKey *key = &config_keys[i];

                if (!key->is_reloaded &&
                    memcmp((const char *) running + key->offset,
                           (const char *) changed + key->offset, key->size) != 0)
                        buf_printf(ret, "%s%s.%s", ret->len > 0 ? " " : "", key->section,
                                   key->name);
        }
}

void config_print_doc(Buf *ret) {
        const char *section = "";

        buf_put_str(ret,
                    "IAMD.CONF(5)\n\n"
                    "/etc/iam/iamd.conf, then /etc/iam/iamd.conf.d/*.conf in the order of their "
                    "names; later files\noverride. \"[section]\", \"key = value\", comments with "
                    "# or ; on lines of their own, lists separated by\nspaces, an empty value for "
                    "the default. An unknown section or key is an error.\n");
        for (size_t i = 0; i < config_n_keys; i++) {
                const ConfigKey *key = &config_keys[i];

                if (!str_eq(section, key->section))
                        buf_printf(ret, "\n[%s]\n", key->section);
                section = key->section;
                buf_printf(ret, "\n  %s = %s\n", key->name,
                           key->otherwise[0] == '\0' ? "(empty)" : key->otherwise);
                buf_printf(ret, "      %s\n", key->doc);
                if (key->type == CONFIG_NUMBER || key->type == CONFIG_THREADS)
                        buf_printf(ret, "      From %u to %u%s.\n", key->min, key->max,
                                   key->type == CONFIG_THREADS
                                                   ? ", or auto: one less than the processors"
                                                   : "");
                buf_printf(ret, "      %s\n",
                           key->is_reloaded ? "Applied on reload." : "Applied at the next start.");
        }
}
