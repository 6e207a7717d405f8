/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/router.h"

#include "tests/support/test.h"

#include <stdio.h>

static HttpMatch match(HttpMethod method, const char *path) {
        HttpMatch found;

        router_match(http_routes, http_routes_n, method, path, &found);
        return found;
}

TEST(a_path_finds_its_row_and_its_realm) {
        HttpMatch found = match(HTTP_GET, "/realms/demo/.well-known/openid-configuration");

        ASSERT_TRUE(found.route != NULL);
        ASSERT_STREQ(found.params[0], "demo");
        /* RFC 8414 section 3.1: the well-known part comes first. */
        found = match(HTTP_GET, "/.well-known/oauth-authorization-server/realms/a.b-c_1");
        ASSERT_TRUE(found.route != NULL);
        ASSERT_STREQ(found.params[0], "a.b-c_1");
}

TEST(every_row_is_reached_by_its_own_pattern_and_by_no_other_row) {
        for (size_t i = 0; i < http_routes_n; i++) {
                char path[256] = "";
                const char *hole = strstr(http_routes[i].pattern, "{}");
                HttpMatch found;

                if (hole == NULL)
                        strcpy(path, http_routes[i].pattern);
                else
                        (void) snprintf(path, sizeof(path), "%.*sdemo%s",
                                        (int) (hole - http_routes[i].pattern),
                                        http_routes[i].pattern, hole + 2);
                found = match(http_routes[i].method, path);
                ASSERT_TRUE(found.route == &http_routes[i]);
        }
}

TEST(a_known_path_with_another_method_names_those_that_serve) {
        HttpMatch found = match(HTTP_GET, "/realms/demo/protocol/openid-connect/token");

        ASSERT_TRUE(found.route == NULL);
        ASSERT_TRUE(found.path_known);
        ASSERT_STREQ(found.allow, "POST, OPTIONS");
        found = match(HTTP_POST, "/health");
        ASSERT_TRUE(found.route == NULL);
        ASSERT_STREQ(found.allow, "GET, HEAD");
        found = match(_HTTP_METHOD_INVALID, "/realms/demo/protocol/openid-connect/auth");
        ASSERT_TRUE(found.route == NULL);
        ASSERT_STREQ(found.allow, "GET, HEAD, POST");
}

TEST(paths_are_compared_byte_by_byte) {
        static const char *const paths[] = {
                "",
                "/",
                "/health/",
                "//health",
                "/./health",
                "/x/../health",
                "/HEALTH",
                "/health%20",
                "/%68ealth",
                "/health;a=b",
                "/realms//protocol/openid-connect/token",
                "/realms/demo/protocol/openid-connect/token/",
                "/realms/demo/x/protocol/openid-connect/token",
                "/realms/de%6do/protocol/openid-connect/token",
                "/realms/demo%2f..%2fother/protocol/openid-connect/token",
                "/realms/demo;/protocol/openid-connect/token",
                "/realms/d\xc3\xa4mo/protocol/openid-connect/token",
                "/realms/demo",
                "/realms/../realms/demo/protocol/openid-connect/token",
        };

        for (size_t i = 0; i < ELEMENTSOF(paths); i++)
                for (int method = 0; method < _HTTP_METHOD_MAX; method++)
                        if (match((HttpMethod) method, paths[i]).route != NULL ||
                            match((HttpMethod) method, paths[i]).path_known)
                                fail_msg("found: %s", paths[i]);
}

TEST(a_segment_has_its_limit) {
        char path[128] = "/.well-known/oauth-authorization-server/realms/";
        size_t n = strlen(path);

        memset(path + n, 'a', HTTP_SEGMENT_MAX);
        ASSERT_TRUE(match(HTTP_GET, path).route != NULL);
        path[n + HTTP_SEGMENT_MAX] = 'a';
        ASSERT_TRUE(match(HTTP_GET, path).route == NULL);
}
