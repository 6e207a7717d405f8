/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of other origins: the CORS protocol, over the wire. */
#include "tests/support/http_case.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#define OIDC "/realms/demo/protocol/openid-connect"
#define ORIGIN "https://app.example.org"

static void begin(HttpCase *h) {
        static const char *origins[] = { ORIGIN };

        http_begin(h, NULL);
        h->oidc.demo.spa.web_origins = (StrList){ .items = origins, .n = 1 };
        oidc_update_client(&h->oidc, &h->oidc.demo.spa);
}

/* The origin that may read the reply, or NULL. */
static const char *
allowed(HttpCase *h, const char *method, const char *path, const char *origin, int status) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        char request[1024];

        (void) snprintf(request, sizeof(request),
                        "%s %s HTTP/1.1\r\nHost: x\r\n%s%s%sContent-Length: 0\r\n\r\n", method,
                        path, origin != NULL ? "Origin: " : "", origin != NULL ? origin : "",
                        origin != NULL ? "\r\n" : "");
        ASSERT_EQ(http_ask(h, request, &answer), status);
        ASSERT_TRUE(http_field(&answer, "Access-Control-Allow-Credentials") == NULL);
        return http_field(&answer, "Access-Control-Allow-Origin");
}

TEST(a_script_of_a_registered_origin_may_call_and_read_errors_too) {
        static const char *const paths[] = { OIDC "/token", OIDC "/revoke", OIDC "/userinfo" };
        static const int statuses[] = { 400, 400, 401 };
        HttpCase h;

        begin(&h);
        for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
                ASSERT_STREQ(allowed(&h, "OPTIONS", paths[i], ORIGIN, 200), ORIGIN);
                ASSERT_STREQ(allowed(&h, "POST", paths[i], ORIGIN, statuses[i]), ORIGIN);
        }
        ASSERT_STREQ(allowed(&h, "GET", OIDC "/userinfo", ORIGIN, 401), ORIGIN);
        http_end(&h);
}

TEST(no_other_origin_is_told_anything) {
        static const char *const others[] = {
                "https://app.example.org.evil.example",
                "https://evil.example",
                "http://app.example.org",
                "https://app.example.org:443",
                "https://app.example.org/",
                "HTTPS://APP.EXAMPLE.ORG",
                "null",
                "*",
                "",
        };
        HttpCase h;

        begin(&h);
        for (size_t i = 0; i < ELEMENTSOF(others); i++) {
                ASSERT_STREQ(allowed(&h, "OPTIONS", OIDC "/token", others[i], 200), NULL);
                ASSERT_STREQ(allowed(&h, "POST", OIDC "/token", others[i], 400), NULL);
        }
        ASSERT_STREQ(allowed(&h, "POST", OIDC "/token", NULL, 400), NULL);
        ASSERT_STREQ(allowed(&h, "OPTIONS", "/realms/other/protocol/openid-connect/token", ORIGIN,
                             200),
                     NULL);
        ASSERT_STREQ(allowed(&h, "OPTIONS", "/realms/none/protocol/openid-connect/token", ORIGIN,
                             200),
                     NULL);
        http_end(&h);
}

TEST(an_origin_goes_with_its_client) {
        HttpCase h;

        begin(&h);
        h.oidc.demo.spa.enabled = false;
        oidc_update_client(&h.oidc, &h.oidc.demo.spa);
        ASSERT_STREQ(allowed(&h, "OPTIONS", OIDC "/token", ORIGIN, 200), NULL);
        http_end(&h);
}

TEST(what_is_public_anybody_may_read_and_pages_and_introspection_nobody) {
        HttpCase h;

        begin(&h);
        ASSERT_STREQ(allowed(&h, "GET", "/realms/demo/.well-known/openid-configuration",
                             "https://anybody.example", 200),
                     "*");
        ASSERT_STREQ(allowed(&h, "GET", OIDC "/certs", NULL, 200), "*");
        ASSERT_STREQ(allowed(&h, "OPTIONS", OIDC "/token/introspect", ORIGIN, 405), NULL);
        ASSERT_STREQ(allowed(&h, "POST", OIDC "/token/introspect", ORIGIN, 400), NULL);
        ASSERT_STREQ(allowed(&h, "OPTIONS", OIDC "/auth", ORIGIN, 405), NULL);
        ASSERT_STREQ(allowed(&h, "GET", OIDC "/auth", ORIGIN, 400), NULL);
        http_end(&h);
}

TEST(a_preflight_says_what_a_script_may_send) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpCase h;

        begin(&h);
        ASSERT_EQ(http_ask(&h,
                           "OPTIONS " OIDC "/userinfo HTTP/1.1\r\nHost: x\r\nOrigin: " ORIGIN
                           "\r\nAccess-Control-Request-Method: GET\r\n"
                           "Access-Control-Request-Headers: authorization\r\n\r\n",
                           &answer),
                  200);
        ASSERT_STREQ(http_field(&answer, "Access-Control-Allow-Headers"),
                     "Authorization, Content-Type");
        ASSERT_STREQ(http_field(&answer, "Access-Control-Allow-Methods"), "GET, POST");
        ASSERT_STREQ(http_field(&answer, "Vary"), "Origin");
        http_end(&h);
}
