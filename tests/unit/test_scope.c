/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/scope.h"

#include "tests/support/test.h"

/* RFC 6749 section 3.3. */
TEST(a_scope_is_words_with_one_space_between) {
        ASSERT_TRUE(scope_is_wellformed("openid"));
        ASSERT_TRUE(scope_is_wellformed("openid profile https://a/b urn:x!"));
        ASSERT_FALSE(scope_is_wellformed(""));
        ASSERT_FALSE(scope_is_wellformed(" "));
        ASSERT_FALSE(scope_is_wellformed(" openid"));
        ASSERT_FALSE(scope_is_wellformed("openid "));
        ASSERT_FALSE(scope_is_wellformed("openid  profile"));
        ASSERT_FALSE(scope_is_wellformed("open\"id"));
        ASSERT_FALSE(scope_is_wellformed("open\\id"));
        ASSERT_FALSE(scope_is_wellformed("openid\tprofile"));
        ASSERT_FALSE(scope_is_wellformed("openid\nprofile"));
        ASSERT_FALSE(scope_is_wellformed("\xc3\xa4"));
        ASSERT_FALSE(scope_is_wellformed("a\x7f"));
}

TEST(only_what_means_something_is_granted_each_once_in_the_order_asked) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4096);

        ASSERT_STREQ(scope_supported(&arena, "openid"), "openid");
        ASSERT_STREQ(scope_supported(&arena, "email openid profile"), "email openid profile");
        ASSERT_STREQ(scope_supported(&arena, "phone openid admin email"), "openid email");
        ASSERT_STREQ(scope_supported(&arena, "openid openid email openid"), "openid email");
        ASSERT_STREQ(scope_supported(&arena, "OPENID openidx open"), "");
        ASSERT_STREQ(scope_supported(&arena, ""), "");
}

TEST(without_memory_there_is_no_scope) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1);

        ASSERT_TRUE(scope_supported(&arena, "openid profile") == NULL);
}
