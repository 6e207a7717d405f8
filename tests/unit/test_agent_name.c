/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/account.h"
#include "tests/support/test.h"

TEST(a_browser_goes_by_its_own_name_and_not_by_those_it_claims) {
        static const struct {
                const char *agent;
                const char *name;
        } cases[] = {
                { "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                  "Firefox on Linux" },
                { "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) "
                  "Chrome/126.0 Safari/537.36 Edg/126.0",
                  "Edge on Windows" },
                { "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile "
                  "Safari/537",
                  "Chrome on Android" },
                { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 "
                  "Safari/604.1",
                  "Safari on iPhone" },
                { "curl/7.88.1", "curl" },
                { "<script>Linux</script>", "Linux" },
                { "something", NULL },
                { "", NULL },
        };
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4096);

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ASSERT_STREQ(agent_name(&arena, cases[i].agent), cases[i].name);
        ASSERT_TRUE(agent_name(&arena, NULL) == NULL);
}
