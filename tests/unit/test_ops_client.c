/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on clients beyond their registration, one sentence each. */
#include "tests/support/admin.h"

TEST(a_client_becomes_a_service_and_is_one_no_longer) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        ASSERT_HAS(admin_do(&a, "client create", "{\"name\":\"backend\",\"service\":true}"),
                   "\"service\":true");
        ASSERT_HAS(admin_do(&a, "client list", "{}"), "\"service\":true");
        ASSERT_LACKS(admin_do(&a, "user list", "{}"), "service");
        ASSERT_REFUSED(&a, "user show", "{\"name\":\"service:backend\"}", IAM_E_NOT_FOUND, "name");
        ASSERT_REFUSED(&a, "user create", "{\"name\":\"service:other\"}", IAM_E_INVALID, "name");
        ASSERT_REFUSED(&a, "client create",
                       "{\"name\":\"spa\",\"kind\":\"public\",\"service\":true}", IAM_E_INVALID,
                       "service");
        ASSERT_HAS(admin_do(&a, "client set", "{\"name\":\"backend\",\"service\":false}"),
                   "\"service\":false");
        ASSERT_HAS(admin_do(&a, "client set", "{\"name\":\"backend\",\"service\":true}"),
                   "\"service\":true");
        admin_do(&a, "client delete", "{\"name\":\"backend\"}");
        admin_do(&a, "client create", "{\"name\":\"backend\",\"service\":true}");
}

TEST(a_role_is_given_to_a_service_by_its_clients_name) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        admin_do(&a, "client create", "{\"name\":\"backend\",\"service\":true}");
        admin_do(&a, "client create", "{\"name\":\"web\"}");
        admin_do(&a, "role create", "{\"name\":\"ops\"}");
        admin_do(&a, "role assign", "{\"name\":\"ops\",\"service\":\"backend\"}");
        ASSERT_HAS(admin_do(&a, "role show", "{\"name\":\"ops\"}"), "\"services\":[\"backend\"]");
        ASSERT_LACKS(admin_do(&a, "role show", "{\"name\":\"ops\"}"), "service:backend");
        ASSERT_HAS(admin_do(&a, "client show", "{\"name\":\"backend\"}"),
                   "\"serviceRoles\":[\"ops\"]");
        ASSERT_REFUSED(&a, "role assign", "{\"name\":\"ops\",\"service\":\"web\"}", IAM_E_NOT_FOUND,
                       "service");
        ASSERT_REFUSED(&a, "role assign", "{\"name\":\"ops\",\"service\":\"backend\"}",
                       IAM_E_EXISTS, "service");
        ASSERT_REFUSED(&a, "role assign",
                       "{\"name\":\"ops\",\"service\":\"backend\",\"user\":\"alice\"}",
                       IAM_E_INVALID, "service");
        admin_do(&a, "role unassign", "{\"name\":\"ops\",\"service\":\"backend\"}");
        ASSERT_LACKS(admin_do(&a, "role show", "{\"name\":\"ops\"}"), "backend");
}

TEST(audiences_are_words_and_one_empty_text_takes_them_away) {
        static const char *const bad[] = { "[\"two words\"]", "[\"a\",\"a\"]", "[\"a\",\"\"]" };
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        ASSERT_HAS(admin_do(&a, "client create",
                            "{\"name\":\"web\",\"audience\":[\"api\",\"urn:x\"]}"),
                   "\"audience\":[\"api\",\"urn:x\"]");
        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                char json[128];

                (void) snprintf(json, sizeof(json), "{\"name\":\"web\",\"audience\":%s}", bad[i]);
                ASSERT_REFUSED(&a, "client set", json, IAM_E_INVALID, "audience");
        }
        ASSERT_HAS(admin_do(&a, "client set", "{\"name\":\"web\",\"audience\":[\"\"]}"),
                   "\"audience\":[]");
}

TEST(a_client_has_lifetimes_and_algorithms_of_its_own_or_the_realms) {
        CLEANUP(admin_done) Admin a;
        const char *reply;

        admin_init(&a);
        reply = admin_do(&a, "client create", "{\"name\":\"web\"}");
        ASSERT_LACKS(reply, "Lifetime");
        ASSERT_LACKS(reply, "TokenAlg");
        reply =
                        admin_do(&a, "client set",
                                 "{\"name\":\"web\",\"accessTokenLifetime\":60,"
                                 "\"refreshTokenLifetime\":3600,\"accessTokenAlg\":\"ES256\"}");
        ASSERT_HAS(reply, "\"accessTokenLifetime\":60");
        ASSERT_HAS(reply, "\"refreshTokenLifetime\":3600");
        ASSERT_HAS(reply, "\"accessTokenAlg\":\"ES256\"");
        ASSERT_HAS(admin_do(&a, "client set", "{\"name\":\"web\",\"enabled\":true}"),
                   "\"accessTokenLifetime\":60");
        ASSERT_REFUSED(&a, "client set", "{\"name\":\"web\",\"accessTokenLifetime\":29}",
                       IAM_E_INVALID, "accessTokenLifetime");
        ASSERT_REFUSED(&a, "client set", "{\"name\":\"web\",\"accessTokenLifetime\":86401}",
                       IAM_E_INVALID, "accessTokenLifetime");
        ASSERT_REFUSED(&a, "client set", "{\"name\":\"web\",\"refreshTokenLifetime\":59}",
                       IAM_E_INVALID, "refreshTokenLifetime");
        reply =
                        admin_do(&a, "client set",
                                 "{\"name\":\"web\",\"accessTokenLifetime\":0,"
                                 "\"refreshTokenLifetime\":0,\"accessTokenAlg\":\"default\"}");
        ASSERT_LACKS(reply, "Lifetime");
        ASSERT_LACKS(reply, "TokenAlg");
}

TEST(a_web_origin_is_what_a_browser_sends) {
        static const char *const bad[] = { "https://a.example/",
                                           "https://a.example/x",
                                           "http://a.example",
                                           "https://A.example",
                                           "https://*.example",
                                           "null",
                                           "*",
                                           "https://a@b.example",
                                           "https://a.example?x" };
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        ASSERT_HAS(admin_do(&a, "client create",
                            "{\"name\":\"spa\",\"kind\":\"public\",\"webOrigin\":["
                            "\"https://a.example\",\"https://a.example:8443\","
                            "\"http://localhost:3000\"]}"),
                   "\"webOrigin\":[\"https://a.example\",\"https://a.example:8443\","
                   "\"http://localhost:3000\"]");
        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                char json[128];

                (void) snprintf(json, sizeof(json), "{\"name\":\"spa\",\"webOrigin\":[\"%s\"]}",
                                bad[i]);
                ASSERT_REFUSED(&a, "client set", json, IAM_E_INVALID, "webOrigin");
        }
}

TEST(the_end_of_an_old_secret_is_shown_until_it_has_come) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        admin_do(&a, "client create", "{\"name\":\"web\"}");
        ASSERT_HAS(admin_do(&a, "client rotate-secret", "{\"name\":\"web\",\"overlap\":60}"),
                   "\"formerSecretUntil\":1700000060000000");
        ASSERT_HAS(admin_do(&a, "client show", "{\"name\":\"web\"}"), "formerSecretUntil");
        world_sleep(a.world, 60);
        ASSERT_LACKS(admin_do(&a, "client show", "{\"name\":\"web\"}"), "formerSecretUntil");
        ASSERT_REFUSED(&a, "client rotate-secret", "{\"name\":\"web\",\"overlap\":2592001}",
                       IAM_E_INVALID, "overlap");
        ASSERT_LACKS(admin_do(&a, "client rotate-secret", "{\"name\":\"web\"}"),
                     "formerSecretUntil");
}

TEST(keys_are_rotated_by_hand_after_a_day_or_at_once) {
        CLEANUP(admin_done) Admin a;
        const char *reply;

        admin_init(&a);
        ASSERT_LACKS(admin_do(&a, "key list", "{}"), "next");
        reply = admin_do(&a, "key rotate", "{\"alg\":\"ES256\"}");
        ASSERT_HAS(reply, "\"alg\":\"ES256\",\"state\":\"next\",\"since\":1700000000000000");
        ASSERT_LACKS(reply, "\"alg\":\"RS256\",\"state\":\"next\"");
        ASSERT_LACKS(reply, "retiring");
        ASSERT_REFUSED(&a, "key rotate", "{\"alg\":\"ES256\"}", IAM_E_EXISTS, "now");
        reply = admin_do(&a, "key rotate", "{\"alg\":\"ES256\",\"now\":true}");
        ASSERT_LACKS(reply, "next");
        ASSERT_HAS(reply, "\"alg\":\"ES256\",\"state\":\"retiring\"");
        reply = admin_do(&a, "key rotate", "{\"now\":true}");
        ASSERT_HAS(reply, "\"alg\":\"RS256\",\"state\":\"retiring\"");
        ASSERT_HAS(admin_do(&a, "audit list", "{\"event\":\"key.\"}"), "key.activated");
        for (int i = 0; i < 11; i++)
                admin_do(&a, "key rotate", "{\"alg\":\"ES256\",\"now\":true}");
        ASSERT_CODE(admin_try(&a, "key rotate", "{\"alg\":\"ES256\",\"now\":true}"), IAM_E_LIMIT);
}
