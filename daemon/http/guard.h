/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over a request's head before anything else looks at it: what the HTTP library accepts
 * though its framing is doubtful is refused here, and the connection closed (RFC 9112 section 6.3).
 * Pure: header fields in, a status out.
 */
#pragma once

#include "daemon/http/http.h"

typedef struct GuardField {
        const char *name;
        const char *value;
        size_t name_len;
        size_t value_len;
} GuardField;

typedef struct GuardHead {
        const char *method;
        const char *version; /* "HTTP/1.1" */
        const char *target; /* as on the request line */
        const GuardField *fields;
        size_t n_fields;
} GuardHead;

/* 0, or the status to refuse with: 400, 405, 413, 414, 431, 501, 505. */
int guard_check(const GuardHead *head);
