/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application/x-www-form-urlencoded, as query or body, into a struct of texts by table.  Unknown
 * parameters are ignored, empty ones count as absent, a known one given twice is refused (RFC 6749
 * section 3.1); decoding is strict.
 */
#pragma once

#include "base/arena.h"

typedef struct FormField {
        const char *name;
        size_t offset; /* of a const char * in the struct */
        size_t max; /* bytes after decoding */
} FormField;

/* IAM_E_REQUEST_INVALID: a duplicate, a bad escape, a NUL or invalid UTF-8; IAM_E_TOO_LARGE beyond
 * a field's limit; ret_where names the parameter (may be NULL). */
int form_read(Arena *arena, const char *text, const FormField *fields, size_t n, void *out,
              const char **ret_where);

/* Decodes one application/x-www-form-urlencoded value.  -EINVAL, -ENOMEM. */
int form_decode(Arena *arena, const char *text, size_t len, char **ret);
