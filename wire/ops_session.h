/* SPDX-License-Identifier: Apache-2.0 */
/* The values of operations on sessions and on the audit trail; see ops_types.h. */
#pragma once

#include "wire/ops_types.h"

/* Sessions: in browsers and on hosts */

typedef struct SessionListIn {
        const char *realm;
        const char *user;
} SessionListIn;

typedef struct SessionRow {
        const char *id;
        const char *kind; /* "browser" "host" */
        const char *user;
        const char *amr;
        const char *service;
        const char *tty;
        const char *address;
        Usec started_at;
        Usec seen_at;
} SessionRow;

typedef struct SessionListOut {
        WireRows sessions; /* SessionRow */
} SessionListOut;

typedef struct SessionEndIn {
        const char *realm;
        const char *id; /* one of these two */
        const char *user;
} SessionEndIn;

typedef WireNothing SessionEndOut;

/* Audit */

typedef struct AuditListIn {
        const char *realm;
        const char *event;
        const char *user;
        const char *door;
        Usec since;
        Usec until;
        int64_t limit;
        const char *after;
} AuditListIn;

typedef struct AuditRow {
        const char *id;
        Usec at;
        const char *realm;
        const char *event;
        bool success;
        const char *reason;
        const char *door;
        const char *actor_kind;
        const char *actor;
        const char *target_kind;
        const char *target;
        const char *address;
        const char *agent;
        const char *trace;
        const char *details; /* JSON text */
} AuditRow;

typedef struct AuditListOut {
        WireRows events; /* AuditRow, oldest first */
        const char *next; /* the cursor for the events to come */
} AuditListOut;
