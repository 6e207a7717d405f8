/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the daemon writes: it is refused, or every line of the sudoers text is exactly ours. */
#include <string.h>

#include "base/names.h"
#include "helpers/sudo_rules.h"
#include "tests/support/fuzz.h"

static size_t digits(const char *text, uint64_t *ret) {
        size_t n = 0;

        for (*ret = 0; n < 10 && text[n] >= '0' && text[n] <= '9'; n++)
                *ret = *ret * 10 + (uint64_t) (text[n] - '0');
        return n;
}

static void check_line(const char *line, size_t len) {
        static const char middle[] = " ALL=(";
        uint64_t uid;
        size_t n;

        for (size_t i = 0; i < len; i++)
                FUZZ_ASSERT(line[i] >= ' ' && line[i] <= '~');
        FUZZ_ASSERT(len >= 2 && line[0] == '#');
        if (line[1] == ' ')
                return;
        n = digits(line + 1, &uid);
        FUZZ_ASSERT(n > 0 && uid <= UINT32_MAX && posix_id_is_acceptable((uint32_t) uid));
        line += 1 + n;
        FUZZ_ASSERT(strncmp(line, middle, strlen(middle)) == 0);
        line += strlen(middle);
        n = strcspn(line, ")\n");
        FUZZ_ASSERT(line[n] == ')' && line[n + 1] == ' ');
        FUZZ_ASSERT(memchr(line, ',', n) == NULL && memchr(line, ':', n) == NULL);
        line += n + 2;
        FUZZ_ASSERT(strncmp(line, "ALL\n", 4) == 0 || line[0] == '/');
        for (; *line != '\n'; line++) {
                if (*line == '\\') {
                        line++;
                        FUZZ_ASSERT(strchr(",:=", *line) != NULL);
                } else
                        FUZZ_ASSERT(strchr("*?[]!#^$,:='(){}<>|&;`", *line) == NULL);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        LocalAccount account = { "root", 0 };
        LocalAccounts local = { &account, &account, 1 };
        CLEANUP(buf_done) Buf text = BUF_INIT((size_t) 1 << 22);
        SudoRefusal refusal = {};
        int r;

        if (len > 65536)
                return 0;
        r = sudo_rules_render((const char *) data, len, &local, &text, &refusal);
        if (r > 0)
                FUZZ_ASSERT(refusal.why != NULL);
        if (r != 0)
                return 0;
        for (const char *at = text.bytes; *at != '\0';) {
                const char *newline = strchr(at, '\n');

                FUZZ_ASSERT(newline != NULL);
                check_line(at, (size_t) (newline - at));
                at = newline + 1;
        }
        return 0;
}
