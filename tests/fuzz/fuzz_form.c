/* SPDX-License-Identifier: Apache-2.0 */
/* Any text is read as a form or refused; what was read obeys the table. */
#include "tests/support/fuzz.h"

#include "base/reason.h"
#include "base/str.h"
#include "daemon/http/form.h"

#include <string.h>

typedef struct Values {
        const char *name;
        const char *text;
} Values;

static void check(const char *value, size_t max) {
        if (value == NULL)
                return;
        FUZZ_ASSERT(value[0] != '\0' && strlen(value) <= max);
        FUZZ_ASSERT(str_is_utf8(value, strlen(value)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        static const FormField fields[] = {
                { "name", offsetof(Values, name), 8 },
                { "text", offsetof(Values, text), 64 },
        };
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        Values values = {};
        const char *where = NULL;
        char *text = malloc(len + 1);
        int r;

        FUZZ_ASSERT(text != NULL);
        memcpy(text, data, len);
        text[len] = '\0';
        r = form_read(&arena, text, fields, ELEMENTSOF(fields), &values, &where);
        FUZZ_ASSERT(r == 0 || r == IAM_E_REQUEST_INVALID || r == IAM_E_TOO_LARGE || r == -ENOMEM);
        FUZZ_ASSERT(r != IAM_E_TOO_LARGE || where != NULL);
        check(values.name, 8);
        check(values.text, 64);
        free(text);
        return 0;
}
