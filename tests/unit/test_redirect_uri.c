/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/redirect_uri.h"

#include "base/reason.h"
#include "tests/support/lookalikes.h"
#include "tests/support/test.h"

static const StrList registered = {
        .items = (const char **) (uintptr_t) lookalike_of,
        .n = ELEMENTSOF(lookalike_of),
};

TEST(a_registered_uri_is_taken_as_it_stands) {
        for (size_t i = 0; i < registered.n; i++) {
                ASSERT_OK(redirect_uri_check(registered.items[i]));
                ASSERT_TRUE(redirect_uri_is_registered(&registered, registered.items[i]));
        }
}

/* RFC 8252 section 7.3. */
TEST(the_port_of_a_loopback_literal_may_differ) {
        static const char *const uris[] = {
                "http://127.0.0.1:1/cb", "http://127.0.0.1:51004/cb", "http://127.0.0.1:65535/cb",
                "http://[::1]/cb",       "http://[::1]:3001/cb",
        };

        for (size_t i = 0; i < ELEMENTSOF(uris); i++)
                ASSERT_TRUE(redirect_uri_is_registered(&registered, uris[i]));
}

TEST(no_uri_that_only_resembles_a_registered_one_is_taken) {
        for (size_t i = 0; i < ELEMENTSOF(lookalikes); i++)
                if (redirect_uri_is_registered(&registered, lookalikes[i]))
                        fail_msg("taken: %s", lookalikes[i]);
}

TEST(what_can_be_misread_is_not_registered_at_all) {
        /* clang-format off */
        static const char *const uris[] = {
                "", "cb", "/cb", "//app.example.org/cb", "https:", "https://", "https:///cb",
                "https://?x", "https://:443/cb",
                "https://user@app.example.org/cb", "https://user:pw@app.example.org/cb",
                "https://app.example.org/cb#f", "https://app.example.org/*",
                "https://*.example.org/cb", "https://app.example.org/a b",
                "https://app.example.org\\cb", "https://app.example.org/\"x", "https://a/<x>",
                "https://a/'x", "https://a/`x", "https://a/{x}", "https://a/|x", "https://a/^x",
                "https://\xc3\xa4.example.org/", "https://a/\x01", "https://a/\r\n", "https://a/\x7f",
                "http://app.example.org/cb", "http://127.0.0.1.evil.example/",
                "http://localhost.evil.example/", "http://127.0.0.1:/cb", "http://127.0.0.1:x/",
                "http://127.0.0.2/", "http:/127.0.0.1/", "http:127.0.0.1",
                "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc",
                "vbscript:x", "blob:https://a/x", "about:blank", "urn:ietf:wg:oauth:2.0:oob",
                "Com.example:/cb", "com.example:", "HTTPS://app.example.org/cb",
        };
        /* clang-format on */

        for (size_t i = 0; i < ELEMENTSOF(uris); i++)
                if (redirect_uri_check(uris[i]) != IAM_E_INVALID)
                        fail_msg("accepted: %s", uris[i]);
}

TEST(the_length_has_its_limit) {
        char uri[REDIRECT_URI_MAX + 2] = "https://app.example.org/";

        memset(uri + strlen(uri), 'a', REDIRECT_URI_MAX - strlen(uri));
        ASSERT_OK(redirect_uri_check(uri));
        uri[REDIRECT_URI_MAX] = 'a';
        ASSERT_CODE(redirect_uri_check(uri), IAM_E_INVALID);
}

TEST(a_parameter_is_added_so_that_it_stays_one) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        const char *uri = redirect_uri_with(&arena, "https://a/cb", "state", "a&b=c#d e%\r\n");

        ASSERT_STREQ(uri, "https://a/cb?state=a%26b%3Dc%23d%20e%25%0D%0A");
        ASSERT_STREQ(redirect_uri_with(&arena, uri, "iss", "https://b/"),
                     "https://a/cb?state=a%26b%3Dc%23d%20e%25%0D%0A&iss=https%3A%2F%2Fb%2F");
        ASSERT_STREQ(redirect_uri_with(&arena, "https://a/cb?x=1", "state", "\xc3\xa4-._~"),
                     "https://a/cb?x=1&state=%C3%A4-._~");
        ASSERT_STREQ(redirect_uri_with(&arena, "https://a/cb", "state", NULL), "https://a/cb");
        ASSERT_STREQ(redirect_uri_with(&arena, "https://a/cb", "state", ""), "https://a/cb?state=");
        for (int c = 1; c < 256; c++) {
                char value[] = { (char) c, '\0' };
                const char *end = strrchr(redirect_uri_with(&arena, "x:", "s", value), '=') + 1;

                ASSERT_TRUE(strlen(end) == 3 ? end[0] == '%' : end[0] == (char) c);
        }
}

TEST(without_memory_no_parameter_is_added) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4);

        ASSERT_TRUE(redirect_uri_with(&arena, "https://a/cb", "state", "abc") == NULL);
}
