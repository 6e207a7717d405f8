/* SPDX-License-Identifier: Apache-2.0 */
/* Every call we accept can be written again and means the same; no reply with an error reads as
 * success. */
#include <string.h>

#include "tests/support/fuzz.h"
#include "wire/varlink.h"

static void check_call(const char *text, size_t len) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        CLEANUP(buf_done) Buf buf = BUF_INIT(VARLINK_REPLY_MAX);
        JsonWriter w = JSON_WRITER(&buf);
        VarlinkCall call;
        VarlinkCall again;
        size_t n;

        if (varlink_call_read(&arena, text, len, &call) != 0)
                return;
        varlink_call_begin(&w, call.interface, call.method);
        json_raw(&w, call.parameters.text, call.parameters.len);
        varlink_end(&w);
        FUZZ_ASSERT(buf_error(&buf) == 0);
        FUZZ_ASSERT(varlink_frame(buf.bytes, buf.len, VARLINK_REPLY_MAX, &n) == 1);
        FUZZ_ASSERT(n + 1 == buf.len);
        FUZZ_ASSERT(varlink_call_read(&arena, buf.bytes, n, &again) == 0);
        FUZZ_ASSERT(strcmp(call.interface, again.interface) == 0);
        FUZZ_ASSERT(strcmp(call.method, again.method) == 0);
        FUZZ_ASSERT(call.parameters.len == again.parameters.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        const char *at = (const char *) data;
        size_t left = len;
        size_t n;

        while (varlink_frame(at, left, VARLINK_CALL_MAX, &n) == 1) {
                CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
                VarlinkReply reply;

                FUZZ_ASSERT(n < left && at[n] == '\0');
                check_call(at, n);
                if (varlink_reply_read(&arena, at, n, &reply) == 0)
                        FUZZ_ASSERT((reply.error == NULL) == (reply.reason == 0));
                at += n + 1;
                left -= n + 1;
        }
        return 0;
}
