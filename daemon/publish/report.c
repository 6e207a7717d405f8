/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/publish/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[_REPORT_MAX] = {
        [REPORT_USER] = "user",
        [REPORT_GROUP] = "group",
        [REPORT_SUDO_RULE] = "sudo rule of role",
        [REPORT_REALM] = "realm",
};

int reports_init(Reports *reports, const LogPort *log) {
        *reports = (Reports){ .log = log, .keys = calloc(REPORTS_MAX, sizeof(*reports->keys)) };
        return reports->keys == NULL ? -ENOMEM : 0;
}

void reports_done(Reports *reports) {
        free(reports->keys);
        *reports = (Reports){};
}

void report_left_out(Reports *reports, ReportKind kind, const char *name, const char *why) {
        char key[REPORT_KEY_MAX + 1];

        (void) snprintf(key, sizeof(key), "%s %s", kinds[kind], name);
        for (size_t i = 0; i < reports->n; i++) {
                if (strcmp(reports->keys[i], key) == 0)
                        return;
        }
        if (reports->n == REPORTS_MAX)
                return;
        memcpy(reports->keys[reports->n++], key, sizeof(key));
        log_event(reports->log, LOG_ENTRY_LEFT_OUT, LOG_FIELDS({ "IAM_ENTRY", key }),
                  "Not published: %s: %s%s", key, why,
                  reports->n == REPORTS_MAX ? "; further ones will not be told" : "");
}
