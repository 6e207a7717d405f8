/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Law 13: whatever the bytes of a snapshot say, no lookup and no enumeration hands out a number or
 * name that must not be, and every string ends.  The first byte chooses: the bytes as they are; the
 * bytes with a header made valid, so that they get past the checksum; changes to a valid snapshot.
 */
#include <string.h>

#include "directory/build.h"
#include "directory/bytes.h"
#include "directory/read.h"
#include "nss_module/pack.h"
#include "nss_module/source.h"
#include "tests/support/fuzz.h"

#define IMAGE_MAX ((size_t) 1 << 16)
#define CHANGE_SIZE 5 /* u32 place, u8 value */

/* nss_module's code is linked for its packing; nothing here is looked up through these. */
const char *const nss_public_dir = "/nonexistent";
const char *const nss_lookup_socket = "/nonexistent/lookup.socket";

static const uint32_t alice_gids[] = { 70100, 70101 };
static const char *const ops_members[] = { "alice", "bob" };
static const DirectoryUser users[] = {
        { .name = "alice",
          .gecos = "Alice",
          .home = "/home/alice",
          .shell = "/bin/sh",
          .uid = 70001,
          .gid = 70001,
          .gids = alice_gids,
          .gid_count = 2 },
        { .name = "bob", .home = "/home/bob", .shell = "/bin/sh", .uid = 70002, .gid = 70100 },
};
static const DirectoryUser changed[] = {
        { .name = "robert", .home = "/home/bob", .shell = "/bin/sh", .uid = 70002, .gid = 70100 },
        { .name = "gone", .uid = 70009, .gid = 70009, .flags = DIRECTORY_REMOVED },
};
static const DirectoryGroup groups[] = {
        { .name = "ops", .gid = 70100, .members = ops_members, .member_count = 2 },
        { .name = "dev", .gid = 70101 },
};

static const char *const names[] = { "alice", "bob",  "robert", "gone",   "ops",  "dev",
                                     "root",  "sudo", "",       "nobody", "guest" };
static const uint32_t ids[] = { 70001, 70002, 70009, 70100, 70101, 0, 27, 999, 65534, UINT32_MAX };

static uint64_t image[IMAGE_MAX / 8];

static bool number_is_good(uint32_t id) {
        return (id >= 1000 && id <= 60000) || (id >= 65536 && id <= 99999) ||
               (id >= 1879048192u && id <= 2147483647u);
}

static void check_text(const char *text, size_t len) {
        FUZZ_ASSERT(strlen(text) == len);
        FUZZ_ASSERT(strpbrk(text, ":\n") == NULL);
}

static void check_name(const char *name) {
        FUZZ_ASSERT(name[0] != '\0' && strlen(name) <= DIRECTORY_NAME_MAX);
        FUZZ_ASSERT(strpbrk(name, ":,\n /") == NULL);
        FUZZ_ASSERT(strcmp(name, "root") != 0 && strcmp(name, "sudo") != 0);
}

static void check_user(const DirectoryUserView *user) {
        char buffer[1024];
        struct passwd pwd;

        FUZZ_ASSERT(number_is_good(user->uid) && number_is_good(user->gid));
        check_name(user->name);
        check_text(user->name, user->name_len);
        check_text(user->gecos, user->gecos_len);
        check_text(user->home, user->home_len);
        check_text(user->shell, user->shell_len);
        FUZZ_ASSERT(user->gid_count <= DIRECTORY_GIDS_MAX);
        for (uint32_t i = 0; i < user->gid_count; i++) {
                uint32_t gid = directory_user_gid(user, i);

                FUZZ_ASSERT(gid == 0 || number_is_good(gid)); /* 0: left out by every caller */
        }
        FUZZ_ASSERT(pack_passwd(user, &pwd, buffer, sizeof(buffer)) == 0);
        FUZZ_ASSERT(strcmp(pwd.pw_name, user->name) == 0 && strcmp(pwd.pw_passwd, "*") == 0);
}

static void check_group(const DirectoryGroupView *group) {
        static char buffer[16 * IMAGE_MAX];
        struct group grp;
        uint32_t offset = 0, n = 0;
        const char *member;
        size_t len;

        FUZZ_ASSERT(number_is_good(group->gid));
        check_name(group->name);
        while ((member = directory_member_next(group, &offset, &len)) != NULL) {
                check_name(member);
                check_text(member, len);
                n++;
        }
        FUZZ_ASSERT(pack_group(group, &grp, buffer, sizeof(buffer)) == 0);
        for (uint32_t i = 0; grp.gr_mem[i] != NULL; i++) {
                FUZZ_ASSERT(i < n && i < group->member_count);
                check_name(grp.gr_mem[i]);
        }
}

static void look_everything_up(const Directory *d) {
        DirectoryGroupView group;
        DirectoryUserView user;
        uint64_t cursor;

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                if (directory_user_by_name(d, names[i], &user) == 0) {
                        check_user(&user);
                        FUZZ_ASSERT(strcmp(user.name, names[i]) == 0);
                }
                if (directory_group_by_name(d, names[i], &group) == 0) {
                        check_group(&group);
                        FUZZ_ASSERT(strcmp(group.name, names[i]) == 0);
                }
        }
        for (size_t i = 0; i < ELEMENTSOF(ids); i++) {
                if (directory_user_by_uid(d, ids[i], &user) == 0) {
                        check_user(&user);
                        FUZZ_ASSERT(user.uid == ids[i]);
                }
                if (directory_group_by_gid(d, ids[i], &group) == 0) {
                        check_group(&group);
                        FUZZ_ASSERT(group.gid == ids[i]);
                }
        }
        for (cursor = 0; directory_user_next(d, &cursor, &user) == 0;)
                check_user(&user);
        for (cursor = 0; directory_group_next(d, &cursor, &group) == 0;)
                check_group(&group);
}

static void seal(uint8_t *bytes, size_t len) {
        uint32_t size = take_u32(bytes + DIRECTORY_AT_HEADER_SIZE);

        if (size < DIRECTORY_HEADER_SIZE || size > len)
                size = DIRECTORY_HEADER_SIZE;
        memcpy(bytes, DIRECTORY_MAGIC, DIRECTORY_MAGIC_SIZE);
        put_u16(bytes + DIRECTORY_AT_MAJOR, DIRECTORY_MAJOR);
        put_u32(bytes + DIRECTORY_AT_HEADER_SIZE, size);
        put_u64(bytes + DIRECTORY_AT_REQUIRED, 0);
        put_u64(bytes + DIRECTORY_AT_FILE_SIZE, len);
        put_u32(bytes + DIRECTORY_AT_CHECKSUM, header_checksum(bytes, size));
}

static size_t image_make(void) {
        DirectoryInput input = {
                .base = { users, ELEMENTSOF(users), groups, ELEMENTSOF(groups) },
                .delta = { .users = changed, .user_count = ELEMENTSOF(changed) },
                .is_complete = true,
        };
        CLEANUP(arena_done) Arena arena = ARENA_INIT(directory_build_bound(&input));
        DirectoryImage built;

        FUZZ_ASSERT(directory_build(&arena, &input, &built) == 0 && built.len <= IMAGE_MAX);
        memcpy(image, built.bytes, built.len);
        return built.len;
}

/* Returns the image's length, or 0 when the input makes none. */
static size_t image_from(uint8_t mode, const uint8_t *data, size_t len) {
        uint8_t *bytes = (uint8_t *) image;

        if (mode % 3 == 2) {
                size_t size = image_make();

                for (; len >= CHANGE_SIZE; data += CHANGE_SIZE, len -= CHANGE_SIZE) {
                        uint32_t place;

                        memcpy(&place, data, sizeof(place));
                        bytes[le32toh(place) % size] = data[4];
                }
                seal(bytes, size);
                return size;
        }
        if (len > IMAGE_MAX)
                return 0;
        memcpy(bytes, data, len);
        if (mode % 3 == 1 && len >= DIRECTORY_HEADER_SIZE)
                seal(bytes, len);
        return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        Directory d;
        size_t size;

        if (len == 0)
                return 0;
        size = image_from(data[0], data + 1, len - 1);
        if (directory_open(image, size, &d) == 0)
                look_everything_up(&d);
        return 0;
}
