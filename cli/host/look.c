/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/look.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/span.h"
#include "base/str.h"
#include "cli/host/command.h"

#define DETAIL_MAX ((size_t) 1024)
#define ARENA_MAX ((size_t) 1 << 20)
#define SUDO_CONF "/etc/sudo.conf"
#define SUDO_PLUGINS "/usr/libexec/sudo"
#define SUDO_RULES "/var/lib/iam/private/sudo.rules"
#define SUDOERS "/etc/sudoers.d/iam"
/* The helper runs within a second of a change; a busy machine may take longer. */
#define SUDOERS_LATE 30

static const char *const failed_units[] = {
        "/usr/bin/systemctl", "list-units", "--state=failed", "--plain",
        "--no-legend",        "--no-pager", "iam*",           NULL,
};

HostLook host_look_here(void) {
        bool has_systemd = access("/run/systemd/system", F_OK) == 0;

        return (HostLook){
                .root = "",
                .failed_units = has_systemd ? failed_units : NULL,
                .is_root = geteuid() == 0,
        };
}

static void row_put(JsonWriter *w, const char *check, bool is_bad, const Buf *detail) {
        json_begin_object(w);
        json_put_str(w, "check", check);
        json_put_str(w, "state", is_bad ? "bad" : "ok");
        json_put_str(w, "detail", str_or(detail->bytes, ""));
        json_end_object(w);
}

/* The first word of each line: the unit's name. */
static void put_units(Buf *out, const Buf *said) {
        const char *at = said->bytes;
        Span line, word;

        while (span_line(&at, said->bytes + said->len, &line)) {
                const char *begin = line.at;

                if (span_word(&begin, line.at + line.len, &word)) {
                        buf_put_str(out, out->len > 0 ? ", " : "");
                        buf_put(out, word.at, word.len);
                }
        }
}

static void look_units(const HostLook *look, JsonWriter *w) {
        CLEANUP(buf_done) Buf said = BUF_INIT(COMMAND_OUTPUT_MAX);
        CLEANUP(buf_done) Buf detail = BUF_INIT(DETAIL_MAX);
        bool is_bad;

        if (look->failed_units == NULL || command_run(look->failed_units, NULL, &said) != 0)
                return;
        if (said.len > 0)
                put_units(&detail, &said);
        is_bad = detail.len > 0;
        buf_put_str(&detail, is_bad ? " failed (systemctl status)" : "none has failed");
        row_put(w, "units", is_bad, &detail);
}

/* "Plugin SYMBOL PATH": the path; "Path plugin_dir PATH": *folder moves there.  sudo.conf(5) */
static bool plugin_of(Span line, Span *folder, Span *ret) {
        const char *at = line.at, *end = line.at + line.len;
        Span word, name, path;

        while (end > at && (end[-1] == '\n' || end[-1] == '\r'))
                end--;
        if (!span_word(&at, end, &word) || !span_word(&at, end, &name) ||
            !span_word(&at, end, &path))
                return false;
        if (span_is(word, "Path") && span_is(name, "plugin_dir"))
                *folder = path;
        *ret = path;
        return span_is(word, "Plugin");
}

static bool is_missing(const HostLook *look, Span folder, Span path) {
        char full[MACHINE_PATH_MAX];
        int n = path.at[0] == '/' ? snprintf(full, sizeof(full), "%s%.*s", look->root,
                                             (int) path.len, path.at)
                                  : snprintf(full, sizeof(full), "%s%.*s/%.*s", look->root,
                                             (int) folder.len, folder.at, (int) path.len, path.at);

        return n > 0 && (size_t) n < sizeof(full) && access(full, F_OK) < 0 && errno == ENOENT;
}

/* sudo runs nothing while it cannot find a plugin that it is told of. */
static void put_missing_plugins(const HostLook *look, Buf *detail) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(ARENA_MAX);
        Span folder = { SUDO_PLUGINS, strlen(SUDO_PLUGINS) }, line, path;
        HostText text = {};
        const char *at;

        if (host_file_read(look->root, SUDO_CONF, HOST_FILE_MAX, &arena, &text) < 0 ||
            text.bytes == NULL)
                return;
        at = text.bytes;
        while (span_line(&at, text.bytes + text.len, &line)) {
                if (!plugin_of(line, &folder, &path) || !is_missing(look, folder, path))
                        continue;
                buf_put_str(detail, detail->len > 0 ? ", " : "");
                buf_put(detail, path.at, path.len);
        }
        if (detail->len > 0)
                buf_put_str(detail, ", which " SUDO_CONF " names, is missing: sudo runs nothing");
}

static bool file_time(const HostLook *look, const char *path, struct stat *ret) {
        char full[MACHINE_PATH_MAX];
        int n = snprintf(full, sizeof(full), "%s%s", look->root, path);

        return n > 0 && (size_t) n < sizeof(full) && lstat(full, ret) == 0;
}

/* What the daemon wrote last for sudo, the root helper has taken. */
static void put_late_rules(const HostLook *look, Buf *detail) {
        struct stat rules, sudoers;

        if (!file_time(look, SUDO_RULES, &rules) || !file_time(look, SUDOERS, &sudoers) ||
            rules.st_mtim.tv_sec <= sudoers.st_mtim.tv_sec + SUDOERS_LATE)
                return;
        buf_put_str(detail, detail->len > 0 ? "; " : "");
        buf_printf(detail,
                   SUDOERS " is %lld s older than the rules it is made from (journalctl -u "
                           "iam-sudoers.service)",
                   (long long) (rules.st_mtim.tv_sec - sudoers.st_mtim.tv_sec));
}

static void look_sudo(const HostLook *look, JsonWriter *w) {
        CLEANUP(buf_done) Buf detail = BUF_INIT(DETAIL_MAX);
        bool is_bad;

        put_missing_plugins(look, &detail);
        put_late_rules(look, &detail);
        is_bad = detail.len > 0;
        if (!is_bad)
                buf_put_str(&detail, "plugins are there, and the rules are the newest");
        row_put(w, "sudo", is_bad, &detail);
}

void host_look(const HostLook *look, JsonWriter *w) {
        look_units(look, w);
        if (look->is_root)
                look_sudo(look, w);
}
