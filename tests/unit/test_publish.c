/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/mman.h>

#include "helpers/sudo_rules.h"
#include "tests/support/publish_place.h"

enum {
        ALICE = 1,
        BOB,
        GUEST,
        ENG,
        OPS,
        WEB,
        ROLE_OPS,
        ROLE_BASE,
        REALM_DEMO,
        REALM_PARTNER,
        PARTNER
};

static User users[3];
static Group groups[3];
static Membership memberships[3];
static Role roles[2];
static Assignment assignments[1];
static Composite composites[1];
static Permission permissions[1];
static SudoRule sudo_rules[2];
static User partner_users[1];

static User user_of(uint32_t id, const char *name, uint32_t uid) {
        return (User){ .id = directory_id(id),
                       .name = name,
                       .display_name = name,
                       .enabled = true,
                       .posix = true,
                       .uid = uid,
                       .home = "/home/x",
                       .shell = "/bin/bash" };
}

/* alice is in ops, below eng; ops holds role ops, which includes base; base may log in here and run
 * id as root.  bob is in web.  The rule of role ops itself is one that nobody hands to sudo. */
static void world_make(void) {
        users[0] = user_of(ALICE, "alice", 70001);
        users[1] = user_of(BOB, "bob", 70002);
        users[2] = user_of(GUEST, "guest", 0);
        users[2].posix = false;
        partner_users[0] = user_of(PARTNER, "alice", 70010);
        groups[0] = (Group){ .id = directory_id(ENG), .name = "eng", .posix = true, .gid = 70100 };
        groups[1] = (Group){ .id = directory_id(OPS), .parent = groups[0].id, .name = "ops" };
        groups[2] = (Group){ .id = directory_id(WEB),
                             .parent = groups[1].id,
                             .name = "web",
                             .posix = true,
                             .gid = 70102 };
        memberships[0] = (Membership){ groups[2].id, users[1].id };
        memberships[1] = (Membership){ groups[1].id, users[0].id };
        memberships[2] = (Membership){ groups[1].id, users[2].id };
        roles[0] = (Role){ .id = directory_id(ROLE_OPS), .name = "ops" };
        roles[1] = (Role){ .id = directory_id(ROLE_BASE), .name = "base" };
        assignments[0] = (Assignment){ roles[0].id, SUBJECT_USER, users[0].id };
        composites[0] = (Composite){ roles[0].id, roles[1].id };
        permissions[0] = (Permission){ .subject_kind = SUBJECT_ROLE,
                                       .subject = roles[1].id,
                                       .resource = "host",
                                       .action = "login" };
        sudo_rules[0] = (SudoRule){ .role = roles[1].id,
                                    .run_as = "root",
                                    .command = "/usr/bin/id -u" };
        sudo_rules[1] = (SudoRule){ .role = roles[0].id,
                                    .run_as = "root",
                                    .command = "/usr/bin/less *" };
        directory_store = (DirectoryStore){ .n_realms = 2, .changes = 1 };
        directory_store.realms[0] = (DirectoryRealm){
                .realm = { .id = { directory_id(REALM_DEMO) }, .name = "demo", .enabled = true },
                .users = { users, 3 },
                .groups = { groups, 3 },
                .memberships = { memberships, 3 },
                .roles = { roles, 2 },
                .assignments = { assignments, 1 },
                .composites = { composites, 1 },
                .permissions = { permissions, 1 },
                .sudo_rules = { sudo_rules, 2 },
        };
        directory_store.realms[1] = (DirectoryRealm){
                .realm = { .id = { directory_id(REALM_PARTNER) },
                           .name = "partner",
                           .enabled = true },
                .users = { partner_users, 1 },
        };
}

static void begin(void) {
        world_make();
        place_begin();
        place_run();
}

#define HEAD(rows) "{\"format\":\"iam-sudo-rules\",\"version\":1,\"rows\":" #rows "}\n"
#define ALICE_ROW                                                                                  \
        "{\"uid\":70001,\"user\":\"alice\",\"runAs\":\"root\",\"command\":\"/usr/bin/id -u\"}\n"

TEST(users_groups_and_sudo_rules_are_published) {
        DirectoryMapping map;
        DirectoryUserView user;
        PublisherStatus status;
        struct stat info;

        begin();
        place_map(&map);
        ASSERT_TRUE(directory_is_complete(&map.directory));
        ASSERT_OK(directory_user_by_name(&map.directory, "alice", &user));
        ASSERT_EQ(user.uid, 70001);
        ASSERT_EQ(user.gid, 70001);
        ASSERT_STREQ(user.gecos, "alice");
        ASSERT_STREQ(user.shell, "/bin/bash");
        ASSERT_EQ(user.flags, 0); /* what getent shows, not who may log in */
        ASSERT_OK(directory_user_by_name(&map.directory, "alice@partner", &user));
        ASSERT_EQ(user.uid, 70010);
        ASSERT_CODE(directory_user_by_name(&map.directory, "guest", &user), IAM_E_NOT_FOUND);
        directory_mapping_close(&map);
        ASSERT_STREQ(place_read(place.sudo_rules), HEAD(1) ALICE_ROW);
        ASSERT_OK(stat(place.sudo_rules, &info));
        ASSERT_EQ(info.st_mode & 07777, 0600);
        ASSERT_EQ(directory_store.done, 1);
        publisher_status(place.publisher, &status);
        ASSERT_EQ(status.users, 3);
        ASSERT_EQ(status.sudo_rules, 1);
        ASSERT_EQ(status.error, 0);
        ASSERT_FALSE(status.is_pending);
        ASSERT_TRUE(strstr(place.log, "sudo rule of role ops") != NULL);
        place_end();
}

TEST(the_helper_takes_what_the_publisher_writes) {
        static const LocalAccounts nobody;
        CLEANUP(buf_done) Buf text = BUF_INIT(4096);
        SudoRefusal refusal = {};
        const char *rules;

        world_make();
        sudo_rules[1].command = "/usr/bin/env A=b,c:d \"";
        sudo_rules[0].command = "/usr/bin/env A=b,c:d";
        place_begin();
        place_run();
        rules = place_read(place.sudo_rules);
        ASSERT_OK(sudo_rules_render(rules, strlen(rules), &nobody, &text, &refusal));
        ASSERT_TRUE(str_ends_with(
                        text.bytes, "# alice\n#70001 ALL=(root) /usr/bin/env A\\=b\\,c\\:d\n"));
        place_end();
}

static bool group_has(const Directory *directory, const char *group, const char *member) {
        DirectoryGroupView view;
        const char *name;
        uint32_t at = 0;
        size_t len;

        ASSERT_OK(directory_group_by_name(directory, group, &view));
        while ((name = directory_member_next(&view, &at, &len)) != NULL) {
                if (str_eq(name, member))
                        return true;
        }
        return false;
}

TEST(membership_reaches_the_groups_above_and_both_ways_tell_the_same) {
        DirectoryMapping map;
        DirectoryUserView user;
        DirectoryGroupView group;

        begin();
        place_map(&map);
        ASSERT_OK(directory_user_by_name(&map.directory, "alice", &user));
        ASSERT_EQ(user.gid_count, 1); /* ops is not POSIX, eng above it is */
        ASSERT_EQ(directory_user_gid(&user, 0), 70100);
        ASSERT_OK(directory_user_by_name(&map.directory, "bob", &user));
        ASSERT_EQ(user.gid_count, 2);
        ASSERT_TRUE(group_has(&map.directory, "eng", "alice"));
        ASSERT_TRUE(group_has(&map.directory, "eng", "bob"));
        ASSERT_TRUE(group_has(&map.directory, "web", "bob"));
        ASSERT_FALSE(group_has(&map.directory, "web", "alice"));
        ASSERT_CODE(directory_group_by_name(&map.directory, "ops", &group), IAM_E_NOT_FOUND);
        directory_mapping_close(&map);
        place_end();
}

static uint64_t generation(void) {
        DirectoryMapping map;
        uint64_t n;

        place_map(&map);
        n = map.directory.generation;
        directory_mapping_close(&map);
        return n;
}

TEST(a_change_is_published_within_its_bound_and_nothing_without_one) {
        Usec start;

        begin();
        ASSERT_EQ(generation(), 1);
        users[1].shell = "/bin/sh";
        place_run(); /* nobody said so */
        ASSERT_EQ(generation(), 1);
        start = place_now(NULL);
        place_changed();
        ASSERT_TRUE(place_now(NULL) - start < USEC_PER_SEC);
        ASSERT_EQ(generation(), 2);
        place_changed(); /* something that the snapshot does not show */
        ASSERT_EQ(generation(), 2);
        ASSERT_EQ(directory_store.done, directory_store.changes);
        place_end();
}

TEST(a_restart_publishes_only_what_differs) {
        begin();
        place_restart();
        place_run();
        ASSERT_EQ(generation(), 1);
        users[1].shell = "/bin/sh";
        place_restart();
        place_run();
        ASSERT_EQ(generation(), 2);
        place_end();
}

TEST(a_missing_or_broken_snapshot_is_published_again) {
        char path[128];

        begin();
        (void) snprintf(path, sizeof(path), "%s/%s", place.public_directory, DIRECTORY_FILE);
        ASSERT_OK(unlink(path));
        place_run();
        ASSERT_EQ(generation(), 2);
        place_write(path, "broken");
        place_restart();
        place_run();
        ASSERT_EQ(generation(), 3);
        place_end();
}

static void *page_map(void) {
        char path[128];
        void *page;
        int fd;

        (void) snprintf(path, sizeof(path), "%s/%s", place.public_directory, GENERATION_FILE);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        ASSERT_TRUE(fd >= 0);
        page = mmap(NULL, GENERATION_FILE_SIZE, PROT_READ, MAP_SHARED, fd, 0);
        ASSERT_TRUE(page != MAP_FAILED);
        (void) close(fd);
        return page;
}

static uint64_t word_of(const void *page) {
        uint64_t word;

        memcpy(&word, (const char *) page + GENERATION_WORD_OFFSET, sizeof(word));
        return word;
}

TEST(a_lost_generation_file_is_replaced_and_its_readers_are_told) {
        char path[128];
        void *page;

        begin();
        page = page_map();
        ASSERT_EQ(word_of(page), 1);
        (void) snprintf(path, sizeof(path), "%s/%s", place.public_directory, GENERATION_FILE);
        ASSERT_OK(unlink(path));
        place_run();
        ASSERT_TRUE(word_of(page) == GENERATION_MOVED);
        munmap(page, GENERATION_FILE_SIZE);
        page = page_map();
        ASSERT_TRUE(word_of(page) > 1 && word_of(page) != GENERATION_MOVED);
        munmap(page, GENERATION_FILE_SIZE);
        ASSERT_EQ(generation(), 1);
        /* Lost while the daemon was down, and damaged. */
        ASSERT_OK(truncate(path, 100));
        place_restart();
        place_run();
        page = page_map();
        ASSERT_TRUE(word_of(page) > 1 && word_of(page) != GENERATION_MOVED);
        munmap(page, GENERATION_FILE_SIZE);
        place_end();
}

TEST(a_word_left_behind_by_a_crash_catches_up) {
        char path[128];
        uint64_t zero = 0;
        void *page;
        int fd;

        begin();
        (void) snprintf(path, sizeof(path), "%s/%s", place.public_directory, GENERATION_FILE);
        fd = open(path, O_RDWR | O_CLOEXEC);
        ASSERT_EQ(pwrite(fd, &zero, sizeof(zero), GENERATION_WORD_OFFSET), sizeof(zero));
        (void) close(fd);
        place_restart();
        place_run();
        page = page_map();
        ASSERT_EQ(word_of(page), 1);
        munmap(page, GENERATION_FILE_SIZE);
        place_end();
}

TEST(local_names_and_numbers_are_never_shadowed_and_told_once) {
        DirectoryMapping map;
        DirectoryUserView user;
        DirectoryGroupView group;
        const char *told;

        begin();
        place_write(place.passwd, "root:x:0:0:root:/root:/bin/bash\n"
                                  "alice:x:1001:1001::/home/alice:/bin/sh\n"
                                  "someone:x:70002:70002::/:/bin/sh\n");
        place_write(place.group, "root:x:0:\nweb:x:1003:\n");
        place_run(); /* the files' change is seen without a word from the store */
        place_map(&map);
        ASSERT_CODE(directory_user_by_name(&map.directory, "alice", &user), IAM_E_NOT_FOUND);
        ASSERT_CODE(directory_user_by_uid(&map.directory, 70001, &user), IAM_E_NOT_FOUND);
        ASSERT_CODE(directory_user_by_name(&map.directory, "bob", &user), IAM_E_NOT_FOUND);
        ASSERT_CODE(directory_group_by_name(&map.directory, "web", &group), IAM_E_NOT_FOUND);
        ASSERT_OK(directory_user_by_name(&map.directory, "alice@partner", &user));
        directory_mapping_close(&map);
        ASSERT_STREQ(place_read(place.sudo_rules), HEAD(0));
        told = strstr(place.log, "user alice:");
        place_changed();
        ASSERT_TRUE(told != NULL && strstr(told + 1, "user alice:") == NULL);
        place_write(place.passwd, "root:x:0:0:root:/root:/bin/bash\n");
        place_run();
        ASSERT_STREQ(place_read(place.sudo_rules), HEAD(1) ALICE_ROW);
        place_end();
}

TEST(without_the_local_files_nothing_is_published) {
        begin();
        ASSERT_OK(unlink(place.passwd));
        users[1].shell = "/bin/sh";
        place_changed();
        ASSERT_EQ(generation(), 1);
        ASSERT_TRUE(directory_store.done < directory_store.changes);
        ASSERT_TRUE(strstr(place.log, "Cannot publish") != NULL);
        place_end();
}

TEST(sudo_rules_end_with_the_right_to_log_in) {
        static const char *const none = HEAD(0);
        DirectoryMapping map;
        DirectoryUserView user;

        begin();
        users[0].enabled = false;
        place_changed();
        ASSERT_STREQ(place_read(place.sudo_rules), none);
        place_map(&map);
        ASSERT_OK(directory_user_by_name(&map.directory, "alice", &user)); /* still has files */
        directory_mapping_close(&map);
        users[0].enabled = true;
        place_changed();
        ASSERT_STREQ(place_read(place.sudo_rules), HEAD(1) ALICE_ROW);
        permissions[0].action = "show";
        place_changed();
        ASSERT_STREQ(place_read(place.sudo_rules), none);
        permissions[0].action = "*";
        directory_store.realms[0].realm.enabled = false;
        place_changed();
        ASSERT_STREQ(place_read(place.sudo_rules), none);
        place_end();
}

TEST(rules_that_end_go_first_and_rules_that_begin_come_last) {
        char path[128];

        begin();
        /* The snapshot cannot be written: what would be its temporary file is a folder. */
        (void) snprintf(path, sizeof(path), "%s/.%s.new", place.public_directory, DIRECTORY_FILE);
        ASSERT_OK(mkdir(path, 0755));
        assignments[0].subject = users[1].id; /* from alice to bob */
        users[1].shell = "/bin/sh";
        place_changed();
        ASSERT_STREQ(place_read(place.sudo_rules), HEAD(0));
        ASSERT_TRUE(directory_store.done < directory_store.changes);
        ASSERT_OK(rmdir(path));
        place_run();
        ASSERT_TRUE(strstr(place_read(place.sudo_rules), "\"uid\":70002") != NULL);
        ASSERT_EQ(directory_store.done, directory_store.changes);
        place_end();
}

TEST(the_rules_file_is_touched_once_more_for_a_helper_that_was_busy) {
        struct stat before, after;

        begin();
        ASSERT_OK(stat(place.sudo_rules, &before));
        usleep((useconds_t) (PUBLISH_RING_AGAIN + 50 * USEC_PER_MSEC));
        place_run();
        ASSERT_OK(stat(place.sudo_rules, &after));
        ASSERT_TRUE(after.st_mtim.tv_sec > before.st_mtim.tv_sec);
        ASSERT_EQ(after.st_ino, before.st_ino);
        ASSERT_EQ(generation(), 1);
        place_end();
}

TEST(a_realm_that_is_not_there_leaves_an_empty_complete_directory) {
        DirectoryMapping map;

        world_make();
        directory_store.n_realms = 0;
        place_begin();
        place_run();
        place_map(&map);
        ASSERT_TRUE(directory_is_complete(&map.directory));
        directory_mapping_close(&map);
        ASSERT_STREQ(place_read(place.sudo_rules), HEAD(0));
        ASSERT_TRUE(strstr(place.log, "realm demo") != NULL);
        place_end();
}
