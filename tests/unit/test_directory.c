/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/test.h"

#include "directory/build.h"
#include "directory/bytes.h"
#include "directory/read.h"
#include "directory/siphash.h"

#include <stdio.h>

static const uint32_t alice_gids[] = { 70100, 70100 + 1, 999, 70002, 4242 };
static const char *const ops_members[] = { "alice", "root", "bob", "nobody-here" };

static const DirectoryUser users[] = {
        { .name = "alice",
          .gecos = "Alice A",
          .home = "/home/alice",
          .shell = "/bin/bash",
          .uid = 70001,
          .gid = 70001,
          .flags = DIRECTORY_HOST_LOGIN,
          .gids = alice_gids,
          .gid_count = ELEMENTSOF(alice_gids) },
        { .name = "bob", .home = "/home/bob", .shell = "/bin/sh", .uid = 70002, .gid = 70100 },
};
static const DirectoryGroup groups[] = {
        { .name = "ops",
          .gid = 70100,
          .members = ops_members,
          .member_count = ELEMENTSOF(ops_members) },
        { .name = "empty", .gid = 70101 },
};

static DirectoryInput some_input(void) {
        return (DirectoryInput){
                .base = { .users = users,
                          .user_count = ELEMENTSOF(users),
                          .groups = groups,
                          .group_count = ELEMENTSOF(groups) },
                .generation = 7,
                .published_at = 1234,
                .seed = { 1, 2, 3 },
                .is_complete = true,
        };
}

typedef struct Skips {
        int n[_DIRECTORY_SKIP_MAX];
} Skips;

static void
count_skip(void *context, DirectorySkip why, bool is_group, const char *name, uint32_t id) {
        Skips *skips = context;

        skips->n[why]++;
}

/* Builds and opens, in an arena exactly as large as the bound says. */
static void
build_and_open(const DirectoryInput *input, Arena *arena, DirectoryImage *ret_image,
               Directory *ret) {
        *arena = (Arena) ARENA_INIT(directory_build_bound(input));
        ASSERT_OK(directory_build(arena, input, ret_image));
        ASSERT_OK(directory_open(ret_image->bytes, ret_image->len, ret));
}

/* The keys and inputs of the authors' vectors, through CPython's SipHash-1-3. */
TEST(siphash_gives_the_known_values_at_every_length) {
        static const uint64_t values[] = {
                UINT64_C(0xabac0158050fc4dc), UINT64_C(0xc9f49bf37d57ca93),
                UINT64_C(0x82cb9b024dc7d44d), UINT64_C(0x8bf80ab8e7ddf7fb),
                UINT64_C(0xcf75576088d38328), UINT64_C(0xdef9d52f49533b67),
                UINT64_C(0xc50d2b50c59f22a7), UINT64_C(0xd3927d989bb11140),
                UINT64_C(0x369095118d299a8e), UINT64_C(0x25a48eb36c063de4),
                UINT64_C(0x79de85ee92ff097f), UINT64_C(0x70c118c1f94dc352),
                UINT64_C(0x78a384b157b4d9a2), UINT64_C(0x306f760c1229ffa7),
                UINT64_C(0x605aa111c0f95d34), UINT64_C(0xd320d86d2a519956),
                UINT64_C(0xcc4fdd1a7d908b66), UINT64_C(0x9cf2689063dbd80c),
        };
        uint64_t key[2] = { UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908) };
        uint8_t bytes[ELEMENTSOF(values)];

        for (unsigned i = 0; i < sizeof(bytes); i++)
                bytes[i] = (uint8_t) i;
        for (size_t len = 0; len < ELEMENTSOF(values); len++)
                ASSERT_TRUE(siphash13(key, bytes, len) == values[len]);
}

TEST(what_was_built_is_found_by_name_and_number) {
        CLEANUP(arena_done) Arena arena = {};
        DirectoryInput input = some_input();
        DirectoryUserView user;
        DirectoryGroupView group;
        DirectoryImage image;
        Directory d;

        build_and_open(&input, &arena, &image, &d);
        ASSERT_EQ(image.user_count, 2);
        ASSERT_EQ(image.group_count, 3);
        ASSERT_EQ(d.generation, 7);
        ASSERT_EQ(d.published_at, 1234);
        ASSERT_TRUE(directory_is_complete(&d));

        ASSERT_OK(directory_user_by_name(&d, "alice", &user));
        ASSERT_EQ(user.uid, 70001);
        ASSERT_EQ(user.gid, 70001);
        ASSERT_EQ(user.flags, DIRECTORY_HOST_LOGIN);
        ASSERT_STREQ(user.name, "alice");
        ASSERT_STREQ(user.gecos, "Alice A");
        ASSERT_STREQ(user.home, "/home/alice");
        ASSERT_STREQ(user.shell, "/bin/bash");
        /* Only published groups stay: 999, the group nobody has and bob's number are left out. */
        ASSERT_EQ(user.gid_count, 2);
        ASSERT_EQ(directory_user_gid(&user, 0), 70100);
        ASSERT_EQ(directory_user_gid(&user, 1), 70101);

        ASSERT_OK(directory_user_by_uid(&d, 70002, &user));
        ASSERT_STREQ(user.name, "bob");
        ASSERT_STREQ(user.gecos, "");
        ASSERT_OK(directory_group_by_gid(&d, 70001, &group));
        ASSERT_STREQ(group.name, "alice");
        ASSERT_EQ(group.flags, DIRECTORY_PRIVATE);
        ASSERT_EQ(group.member_count, 0);
        ASSERT_OK(directory_group_by_name(&d, "empty", &group));
        ASSERT_EQ(group.gid, 70101);
}

TEST(a_group_lists_only_published_members) {
        CLEANUP(arena_done) Arena arena = {};
        DirectoryInput input = some_input();
        DirectoryGroupView group;
        DirectoryImage image;
        uint32_t offset = 0;
        Directory d;
        size_t len;

        build_and_open(&input, &arena, &image, &d);
        ASSERT_OK(directory_group_by_name(&d, "ops", &group));
        ASSERT_EQ(group.member_count, 2);
        ASSERT_STREQ(directory_member_next(&group, &offset, &len), "alice");
        ASSERT_EQ(len, 5);
        ASSERT_STREQ(directory_member_next(&group, &offset, &len), "bob");
        ASSERT_STREQ(directory_member_next(&group, &offset, &len), NULL);
}

TEST(what_is_not_there_is_not_found) {
        static const char *const names[] = { "",
                                             "al",
                                             "alicea",
                                             "ALICE",
                                             "root",
                                             "ops",
                                             "a-name-longer-than-any-name-that-we-ever-publish" };
        CLEANUP(arena_done) Arena arena = {};
        DirectoryInput input = some_input();
        DirectoryUserView user;
        DirectoryGroupView group;
        DirectoryImage image;
        Directory d;

        build_and_open(&input, &arena, &image, &d);
        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                ASSERT_CODE(directory_user_by_name(&d, names[i], &user), IAM_E_NOT_FOUND);
        for (uint32_t uid = 0; uid < 1000; uid++)
                ASSERT_CODE(directory_user_by_uid(&d, uid, &user), IAM_E_NOT_FOUND);
        ASSERT_CODE(directory_user_by_uid(&d, 70003, &user), IAM_E_NOT_FOUND);
        ASSERT_CODE(directory_user_by_uid(&d, UINT32_MAX, &user), IAM_E_NOT_FOUND);
        ASSERT_CODE(directory_group_by_gid(&d, 70002, &group), IAM_E_NOT_FOUND);
        ASSERT_CODE(directory_group_by_name(&d, "bob", &group), IAM_E_NOT_FOUND);
}

TEST(an_empty_snapshot_answers_not_found) {
        CLEANUP(arena_done) Arena arena = {};
        DirectoryInput input = { .is_complete = true };
        DirectoryUserView user;
        DirectoryImage image;
        uint64_t cursor = 0;
        Directory d;

        build_and_open(&input, &arena, &image, &d);
        ASSERT_CODE(directory_user_by_name(&d, "alice", &user), IAM_E_NOT_FOUND);
        ASSERT_CODE(directory_user_next(&d, &cursor, &user), IAM_E_NOT_FOUND);
}

static const uint32_t local_uids[] = { 1500 };
static const uint32_t local_gids[] = { 1600 };
static const char *local_users[] = { "guest-local" };
static const char *local_groups[] = { "devs" };
static const uint32_t unfit_gids[] = { 1600, 70201, 70200 };
static const char *const unfit_members[] = { "guest-local", "good", "local-uid" };
static const DirectoryUser unfit_users[] = {
        { .name = "root", .home = "/root", .shell = "/bin/sh", .uid = 70010, .gid = 70010 },
        { .name = "1234", .home = "/h", .shell = "/bin/sh", .uid = 70011, .gid = 70011 },
        { .name = "zero", .home = "/h", .shell = "/bin/sh", .uid = 0, .gid = 0 },
        { .name = "sudogid", .home = "/h", .shell = "/bin/sh", .uid = 70012, .gid = 27 },
        { .name = "nobodyid", .home = "/h", .shell = "/bin/sh", .uid = 65534, .gid = 65534 },
        { .name = "minusone", .home = "/h", .shell = "/bin/sh", .uid = UINT32_MAX, .gid = 70000 },
        { .name = "newline",
          .gecos = "a\nroot::0:0",
          .home = "/h",
          .shell = "/bin/sh",
          .uid = 70013,
          .gid = 70013 },
        { .name = "colon", .home = "/h:x", .shell = "/bin/sh", .uid = 70014, .gid = 70014 },
        { .name = "nohome", .shell = "/bin/sh", .uid = 70015, .gid = 70015 },
        { .name = "guest-local", .home = "/h", .shell = "/bin/sh", .uid = 70016, .gid = 70016 },
        { .name = "local-uid", .home = "/h", .shell = "/bin/sh", .uid = 1500, .gid = 1500 },
        { .name = "local-gid", .home = "/h", .shell = "/bin/sh", .uid = 70017, .gid = 1600 },
        { .name = "good",
          .home = "/h",
          .shell = "/bin/sh",
          .uid = 70018,
          .gid = 70018,
          .gids = unfit_gids,
          .gid_count = ELEMENTSOF(unfit_gids) },
        { .name = "good", .home = "/h", .shell = "/bin/sh", .uid = 70019, .gid = 70019 },
        { .name = "twin", .home = "/h", .shell = "/bin/sh", .uid = 70018, .gid = 70018 },
};
static const DirectoryGroup unfit_groups[] = {
        { .name = "sudo", .gid = 70202 },
        { .name = "fine", .gid = 70200, .members = unfit_members, .member_count = 3 },
        { .name = "devs", .gid = 70201 },
        { .name = "low", .gid = 27 },
        { .name = "localnum", .gid = 1600 },
};

TEST(the_builder_leaves_out_what_must_not_be_published) {
        CLEANUP(arena_done) Arena arena = {};
        Skips skips = {};
        DirectoryInput input = {
                .base = { .users = unfit_users,
                          .user_count = ELEMENTSOF(unfit_users),
                          .groups = unfit_groups,
                          .group_count = ELEMENTSOF(unfit_groups) },
                .local = { .user_names = { local_users, 1 },
                           .group_names = { local_groups, 1 },
                           .uids = local_uids,
                           .uid_count = 1,
                           .gids = local_gids,
                           .gid_count = 1 },
                .is_complete = true,
                .skipped = count_skip,
                .skipped_context = &skips,
        };
        DirectoryUserView user;
        DirectoryGroupView group;
        DirectoryImage image;
        uint64_t cursor = 0;
        Directory d;

        build_and_open(&input, &arena, &image, &d);
        ASSERT_EQ(image.user_count, 1);
        ASSERT_OK(directory_user_next(&d, &cursor, &user));
        ASSERT_STREQ(user.name, "good");
        ASSERT_EQ(user.gid_count, 1);
        ASSERT_EQ(directory_user_gid(&user, 0), 70200);
        ASSERT_CODE(directory_user_next(&d, &cursor, &user), IAM_E_NOT_FOUND);
        ASSERT_OK(directory_group_by_name(&d, "fine", &group));
        ASSERT_EQ(group.member_count, 1);
        ASSERT_STREQ(group.members, "good");
        ASSERT_EQ(image.group_count, 2);

        ASSERT_EQ(skips.n[DIRECTORY_SKIP_NAME], 3); /* root, 1234, group sudo */
        ASSERT_EQ(skips.n[DIRECTORY_SKIP_ID], 5);
        ASSERT_EQ(skips.n[DIRECTORY_SKIP_TEXT], 3);
        ASSERT_EQ(skips.n[DIRECTORY_SKIP_LOCAL], 5);
        ASSERT_EQ(skips.n[DIRECTORY_SKIP_DUPLICATE], 2);
        ASSERT_EQ(image.skipped_count, 18);
}

TEST(names_of_other_realms_carry_their_realm) {
        ASSERT_TRUE(directory_name_is_acceptable("alice@demo", 10));
        ASSERT_TRUE(directory_name_is_acceptable("alice", 5));
        ASSERT_FALSE(directory_name_is_acceptable("root@demo", 9));
        ASSERT_FALSE(directory_name_is_acceptable("alice@", 6));
        ASSERT_FALSE(directory_name_is_acceptable("@demo", 5));
        ASSERT_FALSE(directory_name_is_acceptable("alice@demo@x", 12));
        ASSERT_FALSE(directory_name_is_acceptable("al\0ce", 5));
        ASSERT_FALSE(directory_name_is_acceptable("", 0));
}

TEST(the_delta_is_asked_first_and_hides_what_it_supersedes) {
        static const DirectoryUser changed[] = {
                /* alice was renamed, bob was removed, dora is new */
                { .name = "alicia",
                  .home = "/home/alice",
                  .shell = "/bin/zsh",
                  .uid = 70001,
                  .gid = 70001 },
                { .name = "bob", .uid = 70002, .gid = 70100, .flags = DIRECTORY_REMOVED },
                { .name = "dora",
                  .home = "/home/dora",
                  .shell = "/bin/sh",
                  .uid = 70003,
                  .gid = 70003 },
        };
        static const char *const members[] = { "alicia", "bob", "dora" };
        static const DirectoryGroup changed_groups[] = {
                { .name = "ops", .gid = 70100, .members = members, .member_count = 3 },
                { .name = "empty", .gid = 70101, .flags = DIRECTORY_REMOVED },
        };
        CLEANUP(arena_done) Arena arena = {};
        DirectoryInput input = some_input();
        DirectoryUserView user;
        DirectoryGroupView group;
        DirectoryImage image;
        uint64_t cursor = 0;
        Directory d;
        int seen = 0;

        input.delta = (DirectoryEntries){ .users = changed,
                                          .user_count = ELEMENTSOF(changed),
                                          .groups = changed_groups,
                                          .group_count = ELEMENTSOF(changed_groups) };
        build_and_open(&input, &arena, &image, &d);
        ASSERT_CODE(directory_user_by_name(&d, "alice", &user), IAM_E_NOT_FOUND);
        ASSERT_OK(directory_user_by_name(&d, "alicia", &user));
        ASSERT_EQ(user.uid, 70001);
        ASSERT_OK(directory_user_by_uid(&d, 70001, &user));
        ASSERT_STREQ(user.name, "alicia");
        ASSERT_CODE(directory_user_by_name(&d, "bob", &user), IAM_E_NOT_FOUND);
        ASSERT_CODE(directory_user_by_uid(&d, 70002, &user), IAM_E_NOT_FOUND);
        ASSERT_OK(directory_user_by_uid(&d, 70003, &user));
        ASSERT_STREQ(user.name, "dora");
        ASSERT_OK(directory_group_by_gid(&d, 70001, &group));
        ASSERT_STREQ(group.name, "alicia");
        ASSERT_CODE(directory_group_by_name(&d, "alice", &group), IAM_E_NOT_FOUND);
        ASSERT_CODE(directory_group_by_name(&d, "empty", &group), IAM_E_NOT_FOUND);
        ASSERT_OK(directory_group_by_name(&d, "ops", &group));
        ASSERT_EQ(group.member_count, 2);
        while (directory_user_next(&d, &cursor, &user) == 0)
                seen++;
        ASSERT_EQ(seen, 2);
}

/* Offset of a user's record in an image. */
static size_t record_of(const DirectoryImage *image, const char *name) {
        DirectoryUserView user;
        Directory d;

        ASSERT_OK(directory_open(image->bytes, image->len, &d));
        ASSERT_OK(directory_user_by_name(&d, name, &user));
        return (size_t) ((const uint8_t *) user.name - image->bytes) - DIRECTORY_USER_FIXED;
}

TEST(hostile_numbers_and_names_are_never_handed_out) {
        static const uint32_t bad_ids[] = { 0,           1,           27,        999,
                                            60001,       65534,       65535,     100000,
                                            1879048191u, 0x80000000u, UINT32_MAX };
        CLEANUP(arena_done) Arena arena = {};
        CLEANUP(arena_done) Arena copies = ARENA_INIT(1 << 20);
        DirectoryInput input = some_input();
        DirectoryUserView user;
        DirectoryImage image;
        Directory d;
        uint8_t *copy, *record, *gid;

        build_and_open(&input, &arena, &image, &d);
        ASSERT_OK(directory_user_by_name(&d, "alice", &user));
        copy = arena_memdup(&copies, image.bytes, image.len);
        ASSERT_OK(directory_open(copy, image.len, &d));
        record = copy + record_of(&image, "alice");
        gid = copy + (user.gids - image.bytes);
        for (size_t i = 0; i < ELEMENTSOF(bad_ids); i++) {
                uint64_t cursor = 0;

                put_u32(record + DIRECTORY_USER_UID, bad_ids[i]);
                ASSERT_CODE(directory_user_by_name(&d, "alice", &user), -EBADMSG);
                ASSERT_OK(directory_user_next(&d, &cursor, &user));
                ASSERT_STREQ(user.name, "bob");
                put_u32(record + DIRECTORY_USER_UID, 70001);

                put_u32(record + DIRECTORY_USER_GID, bad_ids[i]);
                ASSERT_CODE(directory_user_by_name(&d, "alice", &user), -EBADMSG);
                ASSERT_CODE(directory_user_by_uid(&d, 70001, &user), -EBADMSG);
                put_u32(record + DIRECTORY_USER_GID, 70001);

                put_u32(gid, bad_ids[i]);
                ASSERT_OK(directory_user_by_name(&d, "alice", &user));
                ASSERT_EQ(directory_user_gid(&user, 0), 0);
        }
        put_u32(gid, 70100);
        memcpy(record + DIRECTORY_USER_FIXED, "root\0", 5);
        ASSERT_CODE(directory_user_by_uid(&d, 70001, &user), -EBADMSG);
        memcpy(record + DIRECTORY_USER_FIXED, "alice", 6);
        ASSERT_OK(directory_user_by_uid(&d, 70001, &user));
}

TEST(every_cut_and_every_flipped_header_byte_is_refused) {
        CLEANUP(arena_done) Arena arena = {};
        CLEANUP(arena_done) Arena copies = ARENA_INIT(1 << 20);
        DirectoryInput input = some_input();
        DirectoryImage image;
        Directory d;
        uint8_t *copy;

        build_and_open(&input, &arena, &image, &d);
        copy = arena_memdup(&copies, image.bytes, image.len);
        for (size_t len = 0; len < image.len; len++)
                ASSERT_TRUE(directory_open(copy, len, &d) < 0);
        for (size_t i = 0; i < DIRECTORY_HEADER_SIZE; i++) {
                copy[i] ^= 0x40;
                ASSERT_TRUE(directory_open(copy, image.len, &d) < 0);
                copy[i] ^= 0x40;
        }
        ASSERT_OK(directory_open(copy, image.len, &d));
}

static void header_seal(uint8_t *header) {
        put_u32(header + DIRECTORY_AT_CHECKSUM, header_checksum(header, DIRECTORY_HEADER_SIZE));
}

TEST(another_minor_is_read_and_another_major_is_not) {
        CLEANUP(arena_done) Arena arena = {};
        CLEANUP(arena_done) Arena copies = ARENA_INIT(1 << 20);
        DirectoryInput input = some_input();
        DirectoryUserView user;
        DirectoryImage image;
        Directory d;
        uint8_t *copy;

        build_and_open(&input, &arena, &image, &d);
        copy = arena_memdup(&copies, image.bytes, image.len);
        put_u16(copy + DIRECTORY_AT_MINOR, 9);
        put_u64(copy + DIRECTORY_AT_OPTIONAL, UINT64_MAX);
        header_seal(copy);
        ASSERT_OK(directory_open(copy, image.len, &d));
        ASSERT_OK(directory_user_by_name(&d, "alice", &user));

        put_u64(copy + DIRECTORY_AT_REQUIRED, 1);
        header_seal(copy);
        ASSERT_CODE(directory_open(copy, image.len, &d), -EPROTONOSUPPORT);
        put_u64(copy + DIRECTORY_AT_REQUIRED, 0);
        put_u16(copy + DIRECTORY_AT_MAJOR, 2);
        header_seal(copy);
        ASSERT_CODE(directory_open(copy, image.len, &d), -EPROTONOSUPPORT);
}

TEST(sections_outside_the_file_are_refused) {
        static const uint64_t offsets[] = { 0, 8, 1, UINT64_MAX, UINT64_MAX - 63, 1 << 20 };
        CLEANUP(arena_done) Arena arena = {};
        CLEANUP(arena_done) Arena copies = ARENA_INIT(1 << 20);
        DirectoryInput input = some_input();
        DirectoryImage image;
        Directory d;
        uint8_t *copy;

        build_and_open(&input, &arena, &image, &d);
        for (unsigned section = 0; section < DIRECTORY_DELTA; section++) {
                for (size_t i = 0; i < ELEMENTSOF(offsets); i++) {
                        copy = arena_memdup(&copies, image.bytes, image.len);
                        put_u64(copy + DIRECTORY_AT_SECTIONS + 16 * section, offsets[i]);
                        header_seal(copy);
                        ASSERT_CODE(directory_open(copy, image.len, &d), -EBADMSG);
                }
                copy = arena_memdup(&copies, image.bytes, image.len);
                put_u64(copy + DIRECTORY_AT_SECTIONS + 16 * section + 8, UINT64_MAX - 63);
                header_seal(copy);
                ASSERT_CODE(directory_open(copy, image.len, &d), -EBADMSG);
        }
}

TEST(a_record_lies_in_as_few_cache_lines_as_its_size_allows) {
        enum { N = 200 };
        static const uint32_t same[] = { 70101 };
        static DirectoryUser many[N];
        CLEANUP(arena_done) Arena arena = {};
        CLEANUP(arena_done) Arena texts = ARENA_INIT(1 << 20);
        DirectoryInput input = some_input();
        const uint8_t *gids = NULL;
        DirectoryImage image;
        uint64_t cursor = 0;
        size_t seen = 0;
        Directory d;

        for (unsigned i = 0; i < N; i++)
                many[i] = (DirectoryUser){ .name = arena_printf(&texts, "user%u", i),
                                           .gecos = arena_printf(&texts, "%*s", (int) i / 2, ""),
                                           .home = "/home/user",
                                           .shell = "/bin/bash",
                                           .uid = 70200 + i,
                                           .gid = 70100,
                                           .gids = same,
                                           .gid_count = 1 };
        input.base.users = many;
        input.base.user_count = N;
        build_and_open(&input, &arena, &image, &d);
        for (DirectoryUserView user; directory_user_next(&d, &cursor, &user) == 0; seen++) {
                size_t begin = (size_t) ((const uint8_t *) user.name - image.bytes) -
                               DIRECTORY_USER_FIXED;
                size_t end = (size_t) ((const uint8_t *) user.shell - image.bytes) +
                             user.shell_len + 1;

                ASSERT_TRUE((end - 1) / 64 - begin / 64 == (end - begin - 1) / 64);
                /* Who is in the same groups shares their list. */
                ASSERT_TRUE(gids == NULL || user.gids == gids);
                gids = user.gids;
                ASSERT_EQ(directory_user_gid(&user, 0), 70101);
        }
        ASSERT_EQ(seen, N);
}

/* The same numbers as the release bar: all of ten thousand are found, ten thousand others are not.
 */
TEST(ten_thousand_users_are_all_found) {
        enum { N = 10000 };
        CLEANUP(arena_done) Arena arena = {};
        CLEANUP(arena_done) Arena texts = ARENA_INIT(16 << 20);
        DirectoryUser *many = arena_new_n(&texts, DirectoryUser, N);
        DirectoryUserView user;
        DirectoryGroupView group;
        DirectoryImage image;
        Directory d;

        for (unsigned i = 0; i < N; i++) {
                many[i] = (DirectoryUser){ .name = arena_printf(&texts, "user%05u", i),
                                           .home = "/home/x",
                                           .shell = "/bin/sh",
                                           .uid = 1880000000 + i,
                                           .gid = 1880000000 + i };
        }
        DirectoryInput input = { .base = { .users = many, .user_count = N }, .seed = { 9 } };
        build_and_open(&input, &arena, &image, &d);
        ASSERT_EQ(image.user_count, N);
        for (unsigned i = 0; i < N; i++) {
                char missing[16];

                ASSERT_OK(directory_user_by_name(&d, many[i].name, &user));
                ASSERT_EQ(user.uid, 1880000000 + i);
                ASSERT_OK(directory_user_by_uid(&d, 1880000000 + i, &user));
                ASSERT_OK(directory_group_by_gid(&d, 1880000000 + i, &group));
                ASSERT_STREQ(group.name, many[i].name);
                snprintf(missing, sizeof(missing), "nobody%05u", i);
                ASSERT_CODE(directory_user_by_name(&d, missing, &user), IAM_E_NOT_FOUND);
                ASSERT_CODE(directory_user_by_uid(&d, 1890000000 + i, &user), IAM_E_NOT_FOUND);
        }
}

TEST(a_too_small_arena_is_reported) {
        DirectoryInput input = some_input();
        CLEANUP(arena_done) Arena arena = ARENA_INIT(256);
        DirectoryImage image;

        ASSERT_CODE(directory_build(&arena, &input, &image), -ENOMEM);
}
