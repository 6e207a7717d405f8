/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"

#include <string.h>

typedef struct ReasonRow {
        const char *name;
        const char *message;
        bool retryable;
        bool tellable;
} ReasonRow;

static const ReasonRow rows[_IAM_E_MAX] = { [IAM_OK] = { "ok", "done", false, true },
#define X(id, name, message, retryable, tellable)                                                  \
        [IAM_E_##id] = { name, message, retryable, tellable },
                                            IAM_REASONS(X)
#undef X
};

/* What is not a reason is a broken world, of which strangers learn nothing. */
static const ReasonRow internal = { "internal", "internal error", false, false };

static const ReasonRow *row_of(int reason) {
        return reason >= 0 && reason < _IAM_E_MAX ? &rows[reason] : &internal;
}

const char *reason_name(int reason) {
        return row_of(reason)->name;
}

const char *reason_message(int reason) {
        return row_of(reason)->message;
}

bool reason_is_retryable(int reason) {
        return row_of(reason)->retryable;
}

bool reason_is_tellable(int reason) {
        return row_of(reason)->tellable;
}

int reason_from_name(const char *name) {
        if (name == NULL)
                return _IAM_E_INVALID;
        for (int i = 0; i < _IAM_E_MAX; i++) {
                if (strcmp(rows[i].name, name) == 0)
                        return i;
        }
        return _IAM_E_INVALID;
}
