/* SPDX-License-Identifier: Apache-2.0 */
#include "helpers/userdb.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/json.h"
#include "tests/support/publish.h"
#include "tests/support/test.h"

#define OUT_MAX ((size_t) 1 << 20)
#define SWITCH_ON "passwd: files iam systemd\ngroup: files iam systemd\n"

static char root[] = "/tmp/iam-userdb-XXXXXX";
static char public_directory[64], passwd[64], group[64], names_switch[64];
static Userdb db;

static const uint32_t alice_gids[] = { 70100 };
static const char *const members[] = { "alice" };
static const DirectoryUser users[] = {
        { .name = "alice",
          .gecos = "Alice \"A\" Smith",
          .home = "/home/alice",
          .shell = "/bin/sh",
          .uid = 70001,
          .gid = 70001,
          .gids = alice_gids,
          .gid_count = 1 },
        { .name = "bob", .home = "/home/bob", .shell = "/bin/sh", .uid = 70002, .gid = 70002 },
};
static const DirectoryGroup groups[] = {
        { .name = "ops", .gid = 70100, .members = members, .member_count = 1 },
};

static void file_write(const char *path, const char *text) {
        FILE *file = fopen(path, "we");

        ASSERT_TRUE(file != NULL);
        ASSERT_TRUE(fputs(text, file) >= 0);
        ASSERT_OK(fclose(file));
}

static void publish(bool is_complete) {
        DirectoryInput input = {
                .base = { users, ELEMENTSOF(users), groups, ELEMENTSOF(groups) },
                .seed = { 1, 2 },
                .is_complete = is_complete,
        };
        CLEANUP(arena_done) Arena arena = ARENA_INIT(directory_build_bound(&input));
        DirectoryImage image;

        ASSERT_OK(directory_build(&arena, &input, &image));
        ASSERT_OK(publish_bytes(public_directory, image.bytes, image.len));
}

/* The files are seen as changed by their size, their number or their time. */
static void local_files(const char *users_text, const char *groups_text) {
        (void) unlink(passwd);
        (void) unlink(group);
        file_write(passwd, users_text);
        file_write(group, groups_text);
}

static void remove_all(void) {
        static const char *const files[] = { DIRECTORY_FILE, GENERATION_FILE };
        char path[128];

        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                snprintf(path, sizeof(path), "%s/%s", public_directory, files[i]);
                (void) unlink(path);
        }
        (void) unlink(passwd);
        (void) unlink(group);
        (void) unlink(names_switch);
        (void) rmdir(public_directory);
        (void) rmdir(root);
}

static void place_make(void) {
        UserdbPlace place = { public_directory, passwd, group, names_switch };

        if (public_directory[0] == '\0') {
                ASSERT_TRUE(mkdtemp(root) != NULL);
                snprintf(public_directory, sizeof(public_directory), "%s/public", root);
                snprintf(passwd, sizeof(passwd), "%s/passwd", root);
                snprintf(group, sizeof(group), "%s/group", root);
                snprintf(names_switch, sizeof(names_switch), "%s/nsswitch.conf", root);
                ASSERT_OK(mkdir(public_directory, 0755));
                userdb_init(&db, &place);
                (void) atexit(remove_all);
        }
        file_write(names_switch, SWITCH_ON);
        local_files("root:x:0:0::/root:/bin/sh\nlocaluser:x:1000:1000::/:/bin/sh\n",
                    "root:x:0:\nlocaluser:x:1000:\n");
        publish(/* is_complete= */ true);
}

/* The last answer: a whole message each time. */
static char answer[4096];

static const char *ask(const char *method, const char *parameters) {
        CLEANUP(buf_done) Buf out = BUF_INIT(OUT_MAX);
        char message[2048];
        int n =
                        snprintf(message, sizeof(message),
                                 "{\"method\":\"io.systemd.UserDatabase.%s\",\"parameters\":{%s}}",
                                 method, parameters);

        ASSERT_TRUE(n > 0 && (size_t) n < sizeof(message));
        ASSERT_OK(userdb_call(&db, message, (size_t) n, &out));
        ASSERT_TRUE(out.len > 0 && out.len < sizeof(answer) && out.bytes[out.len - 1] == '\0');
        memcpy(answer, out.bytes, out.len);
        return answer;
}

#define FOR_US "\"service\":\"org.iamd\""
#define ALICE                                                                                      \
        "{\"parameters\":{\"record\":{\"userName\":\"alice\",\"realName\":\"Alice \\\"A\\\" "      \
        "Smith\",\"uid\":70001,\"gid\":70001,\"homeDirectory\":\"/home/alice\",\"shell\":"         \
        "\"/bin/sh\",\"disposition\":\"regular\",\"service\":\"org.iamd\"},\"incomplete\":true}}"
#define OPS                                                                                        \
        "{\"parameters\":{\"record\":{\"groupName\":\"ops\",\"gid\":70100,\"disposition\":"        \
        "\"regular\",\"service\":\"org.iamd\"},\"incomplete\":false}}"
#define REFUSED(error) "{\"error\":\"" error "\",\"parameters\":{}}"
#define NO_RECORD REFUSED("io.systemd.UserDatabase.NoRecordFound")
#define NOT_AVAILABLE REFUSED("io.systemd.UserDatabase.ServiceNotAvailable")

TEST(a_user_is_told_by_name_and_by_number_as_nss_tells_it) {
        place_make();
        ASSERT_STREQ(ask("GetUserRecord", "\"userName\":\"alice\"," FOR_US), ALICE);
        ASSERT_STREQ(ask("GetUserRecord", "\"uid\":70001," FOR_US), ALICE);
        ASSERT_STREQ(ask("GetUserRecord", "\"uid\":70001,\"userName\":\"alice\"," FOR_US), ALICE);
        ASSERT_STREQ(ask("GetGroupRecord", "\"groupName\":\"ops\"," FOR_US), OPS);
        ASSERT_STREQ(ask("GetGroupRecord", "\"gid\":70100," FOR_US), OPS);
        ASSERT_TRUE(strstr(ask("GetGroupRecord", "\"groupName\":\"alice\"," FOR_US),
                           "\"gid\":70001") != NULL);
}

TEST(nobody_else_is_known_and_nobody_is_told_a_name_for_another_number) {
        static const char *const asked[] = {
                "\"userName\":\"guest\"", "\"userName\":\"root\"",      "\"userName\":\"iam\"",
                "\"userName\":\"\"",      "\"userName\":\"localuser\"", "\"uid\":0",
                "\"uid\":65534",          "\"uid\":4294967295",         "\"uid\":70003",
        };
        char parameters[128];

        place_make();
        for (size_t i = 0; i < ELEMENTSOF(asked); i++) {
                snprintf(parameters, sizeof(parameters), "%s," FOR_US, asked[i]);
                ASSERT_STREQ(ask("GetUserRecord", parameters), NO_RECORD);
        }
        ASSERT_STREQ(ask("GetUserRecord", "\"uid\":70002,\"userName\":\"alice\"," FOR_US),
                     REFUSED("io.systemd.UserDatabase.ConflictingRecordFound"));
        ASSERT_STREQ(ask("GetGroupRecord", "\"gid\":70002,\"groupName\":\"ops\"," FOR_US),
                     REFUSED("io.systemd.UserDatabase.ConflictingRecordFound"));
}

TEST(what_nss_lists_is_not_listed_a_second_time) {
        place_make();
        ASSERT_STREQ(ask("GetUserRecord", FOR_US),
                     REFUSED("io.systemd.UserDatabase.EnumerationNotSupported"));
        ASSERT_STREQ(ask("GetGroupRecord", FOR_US),
                     REFUSED("io.systemd.UserDatabase.EnumerationNotSupported"));
        ASSERT_STREQ(ask("GetMemberships", FOR_US), NO_RECORD);
        ASSERT_STREQ(ask("GetMemberships", "\"userName\":\"alice\"," FOR_US), NO_RECORD);
        ASSERT_STREQ(ask("GetMemberships", "\"groupName\":\"ops\"," FOR_US), NO_RECORD);
}

TEST(a_name_or_number_of_the_hosts_own_files_is_never_told_whatever_is_published) {
        place_make();
        local_files("root:x:0:0::/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n", "root:x:0:\n");
        ASSERT_STREQ(ask("GetUserRecord", "\"userName\":\"alice\"," FOR_US), NO_RECORD);
        ASSERT_STREQ(ask("GetUserRecord", "\"uid\":70001," FOR_US), NO_RECORD);
        local_files("root:x:0:0::/:/bin/sh\nother:x:70001:70001::/:/bin/sh\n",
                    "root:x:0:\nlocalops:x:70100:\n");
        ASSERT_STREQ(ask("GetUserRecord", "\"userName\":\"alice\"," FOR_US), NO_RECORD);
        ASSERT_STREQ(ask("GetGroupRecord", "\"groupName\":\"ops\"," FOR_US), NO_RECORD);
        ASSERT_TRUE(strstr(ask("GetUserRecord", "\"userName\":\"bob\"," FOR_US), "70002") != NULL);
        ASSERT_OK(unlink(passwd));
        ASSERT_STREQ(ask("GetUserRecord", "\"userName\":\"bob\"," FOR_US), NOT_AVAILABLE);
}

TEST(a_long_line_of_a_local_file_hides_nobody_behind_it) {
        static char text[(64 << 10) + 64];
        char *at = stpcpy(text, "wide:x:1001:");

        place_make();
        memset(at, 'm', 64 << 10);
        strcpy(at + (64 << 10), "\nops:x:1002:\n");
        local_files("root:x:0:0::/:/bin/sh\n", text);
        ASSERT_STREQ(ask("GetGroupRecord", "\"groupName\":\"ops\"," FOR_US), NO_RECORD);
}

TEST(a_host_that_has_not_nss_iam_asked_is_told_nobody) {
        place_make();
        file_write(names_switch, "passwd: files systemd # iam\ngroup: files iam\n");
        ASSERT_STREQ(ask("GetUserRecord", "\"userName\":\"alice\"," FOR_US), NO_RECORD);
        ASSERT_STREQ(ask("GetGroupRecord", "\"groupName\":\"ops\"," FOR_US), OPS);
        file_write(names_switch, "");
        ASSERT_STREQ(ask("GetGroupRecord", "\"groupName\":\"ops\"," FOR_US), NO_RECORD);
        ASSERT_OK(unlink(names_switch));
        ASSERT_STREQ(ask("GetUserRecord", "\"userName\":\"alice\"," FOR_US), NOT_AVAILABLE);
}

TEST(without_a_whole_snapshot_nothing_is_denied_either) {
        place_make();
        publish(/* is_complete= */ false);
        ASSERT_STREQ(ask("GetUserRecord", "\"userName\":\"guest\"," FOR_US), NOT_AVAILABLE);
        ASSERT_OK(publish_bytes(public_directory, "nonsense", 8));
        ASSERT_STREQ(ask("GetUserRecord", "\"userName\":\"alice\"," FOR_US), NOT_AVAILABLE);
        publish(/* is_complete= */ true);
        ASSERT_STREQ(ask("GetUserRecord", "\"userName\":\"alice\"," FOR_US), ALICE);
}

TEST(a_call_that_is_wrong_is_told_how) {
        place_make();
        ASSERT_STREQ(ask("GetUserRecord", "\"userName\":\"alice\",\"service\":\"org.other\""),
                     REFUSED("io.systemd.UserDatabase.BadService"));
        ASSERT_STREQ(ask("GetUserRecord", "\"uid\":-1," FOR_US),
                     "{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":"
                     "{\"parameter\":\"uid\"}}");
        ASSERT_STREQ(ask("GetUserRecord", "\"userName\":\"alice\""),
                     "{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":"
                     "{\"parameter\":\"service\"}}");
        ASSERT_STREQ(ask("GetPassword", FOR_US), REFUSED("org.varlink.service.MethodNotFound"));
}

TEST(what_is_no_call_ends_the_connection_and_a_oneway_call_is_not_answered) {
        static const char oneway[] = "{\"method\":\"io.systemd.UserDatabase.GetUserRecord\","
                                     "\"oneway\":true,\"parameters\":{" FOR_US ",\"uid\":70001}}";
        CLEANUP(buf_done) Buf out = BUF_INIT(OUT_MAX);

        place_make();
        ASSERT_CODE(userdb_call(&db, "[]", 2, &out), -EBADMSG);
        ASSERT_OK(userdb_call(&db, oneway, strlen(oneway), &out));
        ASSERT_EQ(out.len, 0);
}
