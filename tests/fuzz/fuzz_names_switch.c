/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever nsswitch.conf says: what was put in comes out again, and nothing else changes. */
#include "tests/support/fuzz.h"

#include <string.h>

#include "base/reason.h"
#include "base/str.h"
#include "cli/host/edit.h"

#define TEXT_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        CLEANUP(buf_done) Buf clean = BUF_INIT(TEXT_MAX);
        CLEANUP(buf_done) Buf added = BUF_INIT(TEXT_MAX);
        CLEANUP(buf_done) Buf again = BUF_INIT(TEXT_MAX);
        CLEANUP(buf_done) Buf removed = BUF_INIT(TEXT_MAX);
        const char *why = NULL;
        int r;

        edit_names_remove((const char *) data, len, &clean);
        FUZZ_ASSERT(buf_error(&clean) == 0 && clean.len <= len);
        r = edit_names_add(str_or(clean.bytes, ""), clean.len, &added, &why);
        FUZZ_ASSERT(r == 0 || r == IAM_E_INVALID);
        FUZZ_ASSERT((r == 0) == (why == NULL));
        if (r != 0)
                return 0;

        FUZZ_ASSERT(edit_names_add(str_or(added.bytes, ""), added.len, &again, &why) == 0);
        FUZZ_ASSERT(again.len == added.len && memcmp(again.bytes, added.bytes, added.len) == 0);
        edit_names_remove(str_or(added.bytes, ""), added.len, &removed);
        /* Lines that were missing stay, without us. */
        FUZZ_ASSERT(removed.len >= clean.len);
        FUZZ_ASSERT(clean.len == 0 || memcmp(removed.bytes, clean.bytes, clean.len) == 0);
        return 0;
}
