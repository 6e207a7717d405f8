/* SPDX-License-Identifier: Apache-2.0 */
/* The host's own passwd and group files: each entry, whatever the lines before it. */
#include "local/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/test.h"

static char path[64];

static void put(const char *text) {
        int fd;

        (void) strcpy(path, "/tmp/iam-local-XXXXXX");
        fd = mkstemp(path);
        ASSERT_TRUE(fd >= 0);
        ASSERT_EQ(write(fd, text, strlen(text)), strlen(text));
        (void) close(fd);
}

TEST(users_are_found_by_name_and_by_number) {
        CLEANUP(local_accounts_done) LocalAccounts users = {};
        uint32_t uid = 7;

        put("root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n");
        ASSERT_OK(local_users_load(path, &users));
        (void) unlink(path);
        ASSERT_EQ(users.n, 2);
        ASSERT_TRUE(local_accounts_find(&users, "alice", &uid));
        ASSERT_EQ(uid, 1000);
        ASSERT_FALSE(local_accounts_find(&users, "alic", &uid));
        ASSERT_EQ(uid, 1000);
        ASSERT_TRUE(local_accounts_have_name(&users, "root"));
        ASSERT_TRUE(local_accounts_have(&users, "nobody-has-it", 0));
        ASSERT_FALSE(local_accounts_have(&users, "nobody-has-it", 1001));
}

/* Longer than the first buffer and than its double: what stands behind is found all the same. */
TEST(a_line_of_any_length_hides_nobody) {
        CLEANUP(local_accounts_done) LocalAccounts groups = {};
        static char text[50000];
        uint32_t gid;
        size_t n;

        n = (size_t) snprintf(text, sizeof(text), "crowd:x:50:");
        while (n < sizeof(text) - 100)
                n += (size_t) snprintf(text + n, sizeof(text) - n, "member,");
        (void) snprintf(text + n - 1, sizeof(text) - n, "\niam-admin:x:4242:\n");
        put(text);
        ASSERT_OK(local_groups_load(path, &groups));
        (void) unlink(path);
        ASSERT_EQ(groups.n, 2);
        ASSERT_TRUE(local_accounts_find(&groups, "iam-admin", &gid));
        ASSERT_EQ(gid, 4242);
}

TEST(a_file_that_is_not_there_is_an_error_and_changes_nothing) {
        LocalAccounts users = { .n = 0 };

        ASSERT_CODE(local_users_load("/nonexistent", &users), -ENOENT);
        ASSERT_EQ(users.n, 0);
        ASSERT_TRUE(users.by_name == NULL);
}
