/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/cookie.h"

#include "base/reason.h"
#include "base/secret_bytes.h"
#include "tests/support/test.h"

static Arena arena = ARENA_INIT(65536);

static HttpRequest request_with(const char *cookies, bool is_secure) {
        arena_reset(&arena);
        return (HttpRequest){ .arena = &arena, .cookies = cookies, .is_cookie_secure = is_secure };
}

TEST(a_cookie_is_found_by_its_whole_name) {
        static const char *const fields[] = {
                "iam=v",         "a=b; iam=v",    "iam=v; a=b", "a=b;iam=v;c=d",
                "xiam=x; iam=v", "iamx=x; iam=v", "iam; iam=v", "IAM=x; iam=v",
        };

        for (size_t i = 0; i < ELEMENTSOF(fields); i++) {
                HttpRequest request = request_with(fields[i], false);
                const char *value = NULL;

                ASSERT_OK(cookie_read(&request, "iam", &value));
                ASSERT_STREQ(value, "v");
        }
}

TEST(an_absent_cookie_is_not_found) {
        static const char *const fields[] = { NULL, "", ";", "; ;", "a=iam=v", "iam", "xiam=v" };

        for (size_t i = 0; i < ELEMENTSOF(fields); i++) {
                HttpRequest request = request_with(fields[i], false);
                const char *value;

                ASSERT_CODE(cookie_read(&request, "iam", &value), IAM_E_NOT_FOUND);
        }
}

/* A neighbour on the same domain may have planted one of the two. */
TEST(a_cookie_that_comes_twice_is_not_believed) {
        HttpRequest request = request_with("iam=v; iam=w", false);
        const char *value;

        ASSERT_CODE(cookie_read(&request, "iam", &value), IAM_E_NOT_FOUND);
}

TEST(over_https_only_the_host_prefix_is_believed) {
        HttpRequest request = request_with("iam=v", true);
        const char *value;

        ASSERT_CODE(cookie_read(&request, "iam", &value), IAM_E_NOT_FOUND);
        request = request_with("iam=v; __Host-iam=w", true);
        ASSERT_OK(cookie_read(&request, "iam", &value));
        ASSERT_STREQ(value, "w");
}

TEST(a_value_too_long_to_be_ours_is_as_good_as_none) {
        static char field[SECRET_MAX + 8] = "iam=";
        HttpRequest request;
        Secret secret = { .len = 1 };

        memset(field + 4, 'a', SECRET_MAX + 1);
        request = request_with(field, false);
        ASSERT_OK(cookie_read_secret(&request, "iam", &secret));
        ASSERT_TRUE(secret_is_empty(&secret));
}

/* RFC 6265bis section 4.1.3.2: Secure, Path=/ and no Domain make the prefix. */
TEST(cookies_are_written_with_every_protection) {
        HttpRequest request = request_with(NULL, true);
        HttpReply reply = {};
        Secret value = {};

        ASSERT_OK(secret_set(&value, "abc", 3));
        ASSERT_OK(cookie_write(&request, &reply, "iam", &value, -1));
        ASSERT_OK(cookie_write(&request, &reply, "iam", &value, 60));
        ASSERT_OK(cookie_delete(&request, &reply, "iam"));
        ASSERT_EQ(reply.n_headers, 3);
        ASSERT_STREQ(reply.headers[0].value,
                     "__Host-iam=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        ASSERT_STREQ(reply.headers[1].value,
                     "__Host-iam=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
        ASSERT_STREQ(reply.headers[2].value,
                     "__Host-iam=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
        request = request_with(NULL, false);
        reply = (HttpReply){};
        ASSERT_OK(cookie_write(&request, &reply, "iam", &value, -1));
        ASSERT_STREQ(reply.headers[0].value, "iam=abc; Path=/; HttpOnly; SameSite=Lax");
}

TEST(a_line_break_never_gets_into_a_header) {
        HttpReply reply = {};

        ASSERT_CODE(http_reply_header(&reply, "Location", "https://a/\r\nSet-Cookie: x"), -EINVAL);
        ASSERT_CODE(http_reply_header(&reply, "Location", "https://a/\nx"), -EINVAL);
        ASSERT_CODE(http_reply_header(&reply, "Location", "\x7f"), -EINVAL);
        ASSERT_EQ(reply.n_headers, 0);
        for (int i = 0; i < HTTP_REPLY_HEADERS_MAX; i++)
                ASSERT_OK(http_reply_header(&reply, "X", "y"));
        ASSERT_CODE(http_reply_header(&reply, "X", "y"), -ENOSPC);
}
