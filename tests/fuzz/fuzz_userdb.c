/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is sent to the user database: one whole answer or none, and none that says more than the
 * record or the refusal that it is. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "helpers/userdb.h"
#include "tests/support/fuzz.h"
#include "tests/support/publish.h"

#define OUT_MAX ((size_t) 1 << 20)

static const DirectoryUser users[] = {
        { .name = "alice", .home = "/home/alice", .shell = "/bin/sh", .uid = 70001, .gid = 70001 },
};
static const DirectoryGroup groups[] = { { .name = "ops", .gid = 70100 } };

static char folder[] = "/tmp/iam-fuzz-userdb-XXXXXX";
static char names_switch[64], nobody[64];

static void remove_all(void) {
        static const char *const files[] = { DIRECTORY_FILE, GENERATION_FILE };
        char path[64];

        for (size_t i = 0; i < ELEMENTSOF(files); i++) {
                (void) snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
                (void) unlink(path);
        }
        (void) unlink(names_switch);
        (void) unlink(nobody);
        (void) rmdir(folder);
}

static Userdb *place_make(void) {
        static Userdb db;
        UserdbPlace place = { folder, nobody, nobody, names_switch };
        DirectoryInput input = {
                .base = { users, ELEMENTSOF(users), groups, ELEMENTSOF(groups) },
                .seed = { 1, 2 },
                .is_complete = true,
        };
        CLEANUP(arena_done) Arena arena = ARENA_INIT(directory_build_bound(&input));
        static const char text[] = "passwd: iam\ngroup: iam\n";
        DirectoryImage image;
        int dir;

        if (names_switch[0] != '\0')
                return &db;
        FUZZ_ASSERT(mkdtemp(folder) != NULL);
        (void) atexit(remove_all);
        (void) snprintf(names_switch, sizeof(names_switch), "%s/nsswitch.conf", folder);
        (void) snprintf(nobody, sizeof(nobody), "%s/nobody", folder);
        dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        FUZZ_ASSERT(dir >= 0 && publish_file(dir, "nsswitch.conf", text, strlen(text)) == 0 &&
                    publish_file(dir, "nobody", "", 0) == 0);
        (void) close(dir);
        FUZZ_ASSERT(directory_build(&arena, &input, &image) == 0);
        FUZZ_ASSERT(publish_bytes(folder, image.bytes, image.len) == 0);
        userdb_init(&db, &place);
        return &db;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        CLEANUP(buf_done) Buf out = BUF_INIT(OUT_MAX);
        JsonValue answer, found;

        if (userdb_call(place_make(), (const char *) data, len, &out) < 0 || out.len == 0)
                return 0;
        FUZZ_ASSERT(out.bytes[out.len - 1] == '\0' && strlen(out.bytes) == out.len - 1);
        FUZZ_ASSERT(json_check(out.bytes, out.len - 1, &answer, NULL) == 0);
        FUZZ_ASSERT(json_member(&answer, "parameters", &found) == 1);
        if (json_member(&answer, "error", &found) == 1)
                return 0;
        FUZZ_ASSERT(strstr(out.bytes, "\"userName\":\"alice\"") != NULL ||
                    strstr(out.bytes, "\"groupName\":\"alice\"") != NULL ||
                    strstr(out.bytes, "\"groupName\":\"ops\"") != NULL);
        FUZZ_ASSERT(strstr(out.bytes, "privileged") == NULL);
        return 0;
}
