/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the journal what was left out, once for each thing and process. */
#pragma once

#include "daemon/core/ports/log.h"

#define REPORTS_MAX 1024 /* remembered; further ones are not told */
#define REPORT_KEY_MAX 127

typedef enum ReportKind {
        REPORT_USER,
        REPORT_GROUP,
        REPORT_SUDO_RULE,
        REPORT_REALM,
        _REPORT_MAX,
        _REPORT_INVALID = -EINVAL,
} ReportKind;

typedef struct Reports {
        const LogPort *log;
        char (*keys)[REPORT_KEY_MAX + 1]; /* REPORTS_MAX of them */
        size_t n;
} Reports;

int reports_init(Reports *reports, const LogPort *log);
void reports_done(Reports *reports);
void report_left_out(Reports *reports, ReportKind kind, const char *name, const char *why);
