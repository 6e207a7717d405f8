/* SPDX-License-Identifier: Apache-2.0 */
/* What is accepted means the same when read once more; what is refused says where. */
#include <string.h>

#include "daemon/config.h"
#include "tests/support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        char error[CONFIG_ERROR_SIZE] = "", other[CONFIG_ERROR_SIZE];
        CLEANUP(buf_done) Buf differ = BUF_INIT(4096);
        Config once, twice;

        if (len > CONFIG_FILE_MAX)
                return 0;
        config_defaults(4, &once);
        if (config_parse("f", (const char *) data, len, 4, &once, error) != 0) {
                FUZZ_ASSERT(strncmp(error, "f:", 2) == 0);
                FUZZ_ASSERT(strlen(error) < CONFIG_ERROR_SIZE);
                return 0;
        }
        FUZZ_ASSERT(error[0] == '\0');
        FUZZ_ASSERT(strncmp(once.http.base_url, "http", 4) == 0);
        FUZZ_ASSERT(once.store.path[0] == '/');
        FUZZ_ASSERT(once.lanes.hash_threads >= 1 && once.lanes.hash_threads <= 256);

        twice = once;
        FUZZ_ASSERT(config_parse("f", (const char *) data, len, 4, &twice, error) == 0);
        config_restart_keys(&once, &twice, &differ);
        FUZZ_ASSERT(differ.len == 0 && once.log.level == twice.log.level);
        FUZZ_ASSERT(config_check(&once, error) == config_check(&twice, other));
        return 0;
}
