/* SPDX-License-Identifier: Apache-2.0 */
/* What an authorization code is bound to, as its single-use row keeps it. */
#pragma once

#include "base/arena.h"

typedef struct CodeBinding {
        const char *redirect_uri;
        const char *code_challenge; /* S256, or NULL */
} CodeBinding;

int code_binding_write(Arena *arena, const CodeBinding *binding, const char **ret_data);
int code_binding_read(Arena *arena, const char *data, CodeBinding *ret);
