/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/redirect_uri.h"

#include "base/reason.h"
#include "tests/support/test.h"

static const char *const registered_items[] = {
        "https://app.example.org/cb",
        "https://app.example.org/cb?tenant=1",
        "https://app.example.org:8443/cb",
        "http://127.0.0.1/cb",
        "http://[::1]:3000/cb",
        "http://localhost:8080/cb",
        "com.example.app:/cb",
};
static const StrList registered = {
        .items = (const char **) (uintptr_t) registered_items,
        .n = ELEMENTSOF(registered_items),
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

/* RFC 9700 section 2.1: what redirects went wrong by, in other servers. */
/* clang-format off */
static const char *const lookalikes[] = {
        /* authority */
        "https://app.example.org@evil.example/cb",
        "https://app.example.org@@evil.example/cb",
        "https://evil@app.example.org/cb",
        "https://app.example.org:pw@evil.example/cb",
        "https://app.example.org%40evil.example/cb",
        "https://app.example.org\\@evil.example/cb",
        "https://app.example.org\\.evil.example/cb",
        "https://app.example.org.evil.example/cb",
        "https://app.example.org./cb",
        "https://evil.example/app.example.org/cb",
        "https://evilapp.example.org/cb",
        "https://sub.app.example.org/cb",
        "https://example.org/cb",
        "https://APP.example.org/cb",
        "https://app.example.org:443/cb",
        "https://app.example.org:8444/cb",
        "https://app.example.org:/cb",
        "https://app.example.org:84430/cb",
        "https://app%2eexample.org/cb",
        "https://app.ex%61mple.org/cb",
        "https://app.example.org%00.evil.example/cb",
        "https://xn--pp-rka.example.org/cb",
        "https://\xc3\xa4pp.example.org/cb",
        "https://app\343\200\202example.org/cb",
        "https:///app.example.org/cb",
        "https:app.example.org/cb",
        "https:/app.example.org/cb",
        "https://[::ffff:7f00:1]/cb",
        "//app.example.org/cb",
        /* scheme */
        "http://app.example.org/cb",
        "HTTPS://app.example.org/cb",
        "https ://app.example.org/cb",
        " https://app.example.org/cb",
        "javascript:https://app.example.org/cb",
        "JaVaScRiPt:alert(1)//https://app.example.org/cb",
        "data:text/html,https://app.example.org/cb",
        "view-source:https://app.example.org/cb",
        "com.example.app.evil:/cb",
        "com.example.app:/cb/",
        "com.example.app://cb",
        "COM.example.app:/cb",
        /* path */
        "https://app.example.org/cb/",
        "https://app.example.org/cb/..",
        "https://app.example.org/cb/../evil",
        "https://app.example.org/cb/..;/evil",
        "https://app.example.org/x/../cb",
        "https://app.example.org/./cb",
        "https://app.example.org//cb",
        "https://app.example.org/cb;x",
        "https://app.example.org/cb%2f..%2fevil",
        "https://app.example.org/%63b",
        "https://app.example.org/CB",
        "https://app.example.org/cbx",
        "https://app.example.org/c",
        "https://app.example.org/",
        "https://app.example.org",
        "https://app.example.org/cb*",
        "https://app.example.org/cb\r\nLocation: https://evil.example",
        "https://app.example.org/cb\t",
        "https://app.example.org/cb ",
        /* query and fragment */
        "https://app.example.org/cb?",
        "https://app.example.org/cb?x=1",
        "https://app.example.org/cb?tenant=1&x=1",
        "https://app.example.org/cb?tenant=2",
        "https://app.example.org/cb?tenant=1#",
        "https://app.example.org/cb#",
        "https://app.example.org/cb#x",
        "https://app.example.org/cb&code=stolen",
        /* loopback: only the two literals, only their port */
        "http://localhost.evil.example/cb",
        "http://localhost:8081/cb",
        "http://localhost/cb",
        "http://localhost:8080@evil.example/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.1:80@evil.example/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:80x/cb",
        "http://127.0.0.1:800000/cb",
        "http://127.0.0.1:80:81/cb",
        "http://127.0.0.1:80/cb?x",
        "http://127.0.0.1:80\\cb",
        "http://127.0.0.1:-80/cb",
        "http://127.0.0.2/cb",
        "http://127.1/cb",
        "http://2130706433/cb",
        "http://0x7f.0.0.1/cb",
        "http://0177.0.0.1/cb",
        "https://127.0.0.1/cb",
        "http://[::1].evil.example/cb",
        "http://[::1]evil/cb",
        "http://[0:0:0:0:0:0:0:1]/cb",
        "http://[::1%25lo]:3000/cb",
        "http://127.0.0.1/cb/",
        "",
};
/* clang-format on */

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
