/* SPDX-License-Identifier: Apache-2.0 */
/* The publisher over 10,000 users against a files-backed oracle, and killed at any moment. */
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>

#include "tests/support/publish_place.h"

#define USERS 10000u
#define GROUPS 300u
#define DIRECT_MAX 4u
#define KILL_SECONDS 2
#define FULL_KILL_SECONDS 30

static User *users;
static Group groups[GROUPS];
static Membership *memberships;
static size_t n_memberships;
static char names[USERS][16];
static char group_names[GROUPS][16];

/* xorshift: the same realm in each run. */
static uint32_t chance(uint32_t below) {
        static uint32_t state = 2463534242u;

        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return state % below;
}

static void realm_make(void) {
        users = calloc(USERS, sizeof(*users));
        memberships = calloc((size_t) USERS * DIRECT_MAX, sizeof(*memberships));
        ASSERT_TRUE(users != NULL && memberships != NULL);
        n_memberships = 0;
        for (uint32_t g = 0; g < GROUPS; g++) {
                (void) snprintf(group_names[g], sizeof(group_names[g]), "group%u", g);
                groups[g] = (Group){ .id = directory_id(1 + g),
                                     .name = group_names[g],
                                     .posix = chance(5) != 0,
                                     .gid = 1880000000 + g };
                if (g >= 10 && chance(3) != 0)
                        groups[g].parent = directory_id(1 + chance(g));
        }
        for (uint32_t u = 0; u < USERS; u++) {
                uint32_t n = chance(DIRECT_MAX + 1);

                (void) snprintf(names[u], sizeof(names[u]), "user%u", u);
                users[u] = (User){ .id = directory_id(10000 + u),
                                   .name = names[u],
                                   .display_name = chance(2) == 0 ? NULL : names[u],
                                   .enabled = chance(10) != 0,
                                   .posix = chance(20) != 0,
                                   .uid = 1890000000 + u,
                                   .home = "/home/user",
                                   .shell = "/bin/bash" };
                for (uint32_t i = 0; i < n; i++) {
                        Id group = directory_id(1 + chance(GROUPS));
                        bool is_new = true;

                        for (uint32_t k = 1; k <= i; k++)
                                is_new &= !id_equal(&memberships[n_memberships - k].group,
                                                    &group) ||
                                          !id_equal(&memberships[n_memberships - k].user,
                                                    &users[u].id);
                        if (is_new)
                                memberships[n_memberships++] = (Membership){ group, users[u].id };
                }
        }
        directory_store = (DirectoryStore){ .n_realms = 1, .changes = 1 };
        directory_store.realms[0] = (DirectoryRealm){
                .realm = { .id = { directory_id(99) }, .name = "demo", .enabled = true },
                .users = { users, USERS },
                .groups = { groups, GROUPS },
                .memberships = { memberships, n_memberships },
        };
}

static void realm_free(void) {
        free(users);
        free(memberships);
}

static uint32_t number_of(const Id *id) {
        uint32_t n;

        memcpy(&n, id->bytes + 12, sizeof(n));
        return n;
}

/* The same realm as passwd(5) and group(5), by the plainest way: up the tree from each membership.
 */
static void oracle_write(const char *passwd, const char *group) {
        static uint8_t is_in[GROUPS][USERS];
        FILE *file = fopen(passwd, "we");

        ASSERT_TRUE(file != NULL);
        for (uint32_t u = 0; u < USERS; u++) {
                if (users[u].posix)
                        (void) fprintf(file, "%s:*:%u:%u:%s:%s:%s\n", users[u].name, users[u].uid,
                                       users[u].uid, str_or(users[u].display_name, ""),
                                       users[u].home, users[u].shell);
        }
        ASSERT_OK(fclose(file));
        memset(is_in, 0, sizeof(is_in));
        for (size_t i = 0; i < n_memberships; i++) {
                uint32_t u = number_of(&memberships[i].user) - 10000;
                const Group *at = &groups[number_of(&memberships[i].group) - 1];

                for (;; at = &groups[number_of(&at->parent) - 1]) {
                        is_in[at - groups][u] = 1;
                        if (id_is_null(&at->parent))
                                break;
                }
        }
        file = fopen(group, "we");
        ASSERT_TRUE(file != NULL);
        for (uint32_t g = 0; g < GROUPS; g++) {
                const char *comma = "";

                if (!groups[g].posix)
                        continue;
                (void) fprintf(file, "%s:*:%u:", groups[g].name, groups[g].gid);
                for (uint32_t u = 0; u < USERS; u++) {
                        if (is_in[g][u] != 0 && users[u].posix) {
                                (void) fprintf(file, "%s%s", comma, users[u].name);
                                comma = ",";
                        }
                }
                (void) fputc('\n', file);
        }
        ASSERT_OK(fclose(file));
}

static bool user_has_gid(const DirectoryUserView *user, uint32_t gid) {
        for (uint32_t i = 0; i < user->gid_count; i++) {
                if (directory_user_gid(user, i) == gid)
                        return true;
        }
        return false;
}

static bool group_has(const DirectoryGroupView *group, const char *name) {
        const char *member;
        uint32_t at = 0;
        size_t len;

        while ((member = directory_member_next(group, &at, &len)) != NULL) {
                if (str_eq(member, name))
                        return true;
        }
        return false;
}

static size_t check_users(const Directory *directory, const char *path) {
        FILE *file = fopen(path, "re");
        const struct passwd *entry;
        DirectoryUserView user;
        size_t n = 0;

        ASSERT_TRUE(file != NULL);
        for (; (entry = fgetpwent(file)) != NULL; n++) {
                ASSERT_OK(directory_user_by_name(directory, entry->pw_name, &user));
                ASSERT_EQ(user.uid, entry->pw_uid);
                ASSERT_EQ(user.gid, entry->pw_gid);
                ASSERT_STREQ(user.gecos, entry->pw_gecos);
                ASSERT_STREQ(user.home, entry->pw_dir);
                ASSERT_STREQ(user.shell, entry->pw_shell);
                ASSERT_OK(directory_user_by_uid(directory, entry->pw_uid, &user));
                ASSERT_STREQ(user.name, entry->pw_name);
        }
        (void) fclose(file);
        return n;
}

/* Every membership of the oracle is told both ways; returns how many there are. */
static size_t check_groups(const Directory *directory, const char *path, size_t *ret_members) {
        FILE *file = fopen(path, "re");
        const struct group *entry;
        DirectoryGroupView group;
        DirectoryUserView user;
        size_t n = 0, members = 0;

        ASSERT_TRUE(file != NULL);
        for (; (entry = fgetgrent(file)) != NULL; n++) {
                size_t count = 0;

                ASSERT_OK(directory_group_by_name(directory, entry->gr_name, &group));
                ASSERT_EQ(group.gid, entry->gr_gid);
                for (; entry->gr_mem[count] != NULL; count++) {
                        ASSERT_OK(directory_user_by_name(directory, entry->gr_mem[count], &user));
                        ASSERT_TRUE(user_has_gid(&user, entry->gr_gid));
                        if (count < 3)
                                ASSERT_TRUE(group_has(&group, entry->gr_mem[count]));
                }
                ASSERT_EQ(group.member_count, count);
                members += count;
        }
        (void) fclose(file);
        *ret_members = members;
        return n;
}

TEST(ten_thousand_users_agree_with_a_files_backed_oracle) {
        size_t n_users, n_groups, members, gids = 0, seen = 0;
        char passwd[96], group[96];
        PublisherStatus status;
        DirectoryMapping map;
        DirectoryUserView user;
        uint64_t cursor = 0;
        Usec start;

        realm_make();
        place_begin();
        start = place_now(NULL);
        place_run();
        printf("# first publication of %u users: %lld ms, the quiet time of %lld included\n", USERS,
               (long long) ((place_now(NULL) - start) / USEC_PER_MSEC),
               (long long) (PUBLISH_QUIET / USEC_PER_MSEC));
        (void) snprintf(passwd, sizeof(passwd), "%s/oracle.passwd", place.top);
        (void) snprintf(group, sizeof(group), "%s/oracle.group", place.top);
        oracle_write(passwd, group);
        place_map(&map);
        n_users = check_users(&map.directory, passwd);
        n_groups = check_groups(&map.directory, group, &members);
        /* And nothing that the oracle does not have. */
        for (; directory_user_next(&map.directory, &cursor, &user) == 0; seen++)
                gids += user.gid_count;
        ASSERT_EQ(seen, n_users);
        ASSERT_EQ(gids, members);
        publisher_status(place.publisher, &status);
        ASSERT_EQ(status.users, n_users);
        ASSERT_EQ(status.groups, n_groups + n_users); /* private groups */
        directory_mapping_close(&map);

        users[1].shell = "/bin/sh";
        users[1].posix = true;
        start = place_now(NULL);
        place_changed();
        start = place_now(NULL) - start;
        printf("# a change in it: %lld ms\n", (long long) (start / USEC_PER_MSEC));
        ASSERT_TRUE(start < USEC_PER_SEC);
        place_end();
        realm_free();
}

static Permission may_log_in = { .subject_kind = SUBJECT_ROLE,
                                 .resource = "host",
                                 .action = "login" };
static SudoRule may_all = { .run_as = "ALL", .command = "ALL" };
static Role role = { .name = "ops" };
static Assignment held;

/* Two worlds: users 0..99 with one shell and a sudo rule, or users 50..149 with the other. */
static void world_set(bool is_second) {
        for (uint32_t u = 0; u < 200; u++) {
                users[u].shell = is_second ? "/bin/second" : "/bin/first";
                users[u].posix = is_second ? u >= 50 && u < 150 : u < 100;
        }
        held.subject = users[is_second ? 149 : 0].id;
}

_Noreturn static void publish_for_ever(void) {
        for (unsigned i = 0;; i++) {
                world_set(i % 2 == 1);
                place_restart();
                place_run();
        }
}

/* The uid in the one row, 0 without one; every line is whole. */
static uint32_t sudo_uid(const char *text) {
        static const char *const heads[] = {
                "{\"format\":\"iam-sudo-rules\",\"version\":1,\"rows\":0}\n",
                "{\"format\":\"iam-sudo-rules\",\"version\":1,\"rows\":1}\n",
        };
        static const char begin[] = "{\"uid\":";

        if (text[0] == '\0' || str_eq(text, heads[0]))
                return 0;
        ASSERT_TRUE(str_starts_with(text, heads[1]));
        ASSERT_TRUE(str_ends_with(text, "\"command\":\"ALL\"}\n"));
        text += strlen(heads[1]);
        ASSERT_TRUE(str_starts_with(text, begin));
        return (uint32_t) strtoul(text + strlen(begin), NULL, 10);
}

/* One world or the other, whole; and nobody has a rule who is not there. */
static bool check_after_kill(void) {
        DirectoryMapping map;
        DirectoryUserView user;
        uint64_t cursor = 0;
        uint32_t uid = sudo_uid(place_read(place.sudo_rules));
        size_t n = 0;
        char shell[16] = "";

        if (directory_mapping_open(place.public_directory, &map) != 0) {
                ASSERT_EQ(uid, 0); /* nothing published yet */
                return false;
        }
        if (uid != 0)
                ASSERT_OK(directory_user_by_uid(&map.directory, uid, &user));
        for (; directory_user_next(&map.directory, &cursor, &user) == 0; n++) {
                if (n == 0)
                        (void) snprintf(shell, sizeof(shell), "%s", user.shell);
                ASSERT_STREQ(user.shell, shell);
        }
        ASSERT_EQ(n, 100);
        ASSERT_EQ(directory_user_by_name(&map.directory, "user0", &user) == 0,
                  str_eq(shell, "/bin/first"));
        directory_mapping_close(&map);
        return true;
}

TEST(a_publisher_killed_at_any_moment_leaves_the_old_or_the_new) {
        const Usec kill_time = (Usec) test_scale(KILL_SECONDS, FULL_KILL_SECONDS) * USEC_PER_SEC;
        unsigned kills = 0, published = 0;
        Usec end;

        realm_make();
        role.id = directory_id(7);
        may_log_in.subject = may_all.role = held.role = role.id;
        directory_store.changes = 0;
        directory_store.realms[0].users.n = 200;
        directory_store.realms[0].roles = (RoleList){ &role, 1 };
        directory_store.realms[0].assignments = (AssignmentList){ &held, 1 };
        directory_store.realms[0].permissions = (PermissionList){ &may_log_in, 1 };
        directory_store.realms[0].sudo_rules = (SudoRuleList){ &may_all, 1 };
        place_begin();
        for (end = place_now(NULL) + kill_time; place_now(NULL) < end; kills++) {
                pid_t pid = fork();

                ASSERT_TRUE(pid >= 0);
                if (pid == 0)
                        publish_for_ever();
                usleep(1000 + chance(20000));
                ASSERT_OK(kill(pid, SIGKILL));
                ASSERT_EQ(waitpid(pid, NULL, 0), pid);
                published += check_after_kill();
        }
        printf("# killed %u times\n", kills);
        ASSERT_TRUE(published > 0);
        place_end();
        realm_free();
}
