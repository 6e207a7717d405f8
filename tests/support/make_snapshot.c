/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make_snapshot [--incomplete] PASSWD GROUP DIRECTORY: publishes what two files in the formats of
 * passwd(5) and group(5) say, so that answers can be compared with nss_files on the same text.
 */
#include <stdlib.h>
#include <sys/random.h>

#include "directory/build.h"
#include "tests/support/publish.h"

typedef struct Lists {
        Arena *arena;
        DirectoryUser *users;
        size_t user_count;
        DirectoryGroup *groups;
        size_t group_count;
} Lists;

static char *file_read(Arena *arena, const char *path) {
        FILE *file = fopen(path, "re");
        long size;
        char *text;

        if (file == NULL || fseek(file, 0, SEEK_END) < 0 || (size = ftell(file)) < 0) {
                perror(path);
                exit(1);
        }
        rewind(file);
        text = arena_alloc(arena, (size_t) size + 1);
        if (text == NULL || fread(text, 1, (size_t) size, file) != (size_t) size) {
                fprintf(stderr, "%s: cannot be read\n", path);
                exit(1);
        }
        fclose(file);
        return text;
}

static size_t count_of(const char *text, char c) {
        size_t n = 1;

        for (; *text != '\0'; text++)
                n += *text == c;
        return n;
}

static void read_users(Lists *lists, char *text) {
        lists->users = arena_new_n(lists->arena, DirectoryUser, count_of(text, '\n'));
        for (char *line; (line = strsep(&text, "\n")) != NULL;) {
                DirectoryUser user = { .name = strsep(&line, ":") };

                if (line == NULL)
                        continue;
                (void) strsep(&line, ":");
                user.uid = (uint32_t) strtoul(str_or(strsep(&line, ":"), "0"), NULL, 10);
                user.gid = (uint32_t) strtoul(str_or(strsep(&line, ":"), "0"), NULL, 10);
                user.gecos = strsep(&line, ":");
                user.home = strsep(&line, ":");
                user.shell = line;
                lists->users[lists->user_count++] = user;
        }
}

static void read_groups(Lists *lists, char *text) {
        lists->groups = arena_new_n(lists->arena, DirectoryGroup, count_of(text, '\n'));
        for (char *line; (line = strsep(&text, "\n")) != NULL;) {
                DirectoryGroup group = { .name = strsep(&line, ":") };
                const char **members;

                if (line == NULL)
                        continue;
                (void) strsep(&line, ":");
                group.gid = (uint32_t) strtoul(str_or(strsep(&line, ":"), "0"), NULL, 10);
                members = arena_new_n(lists->arena, const char *, count_of(str_or(line, ""), ','));
                for (char *member; (member = strsep(&line, ",")) != NULL;) {
                        if (member[0] != '\0')
                                members[group.member_count++] = member;
                }
                group.members = members;
                lists->groups[lists->group_count++] = group;
        }
}

static int by_name(const void *a, const void *b) {
        return strcmp(((const DirectoryUser *) a)->name, ((const DirectoryUser *) b)->name);
}

static DirectoryUser *user_find(Lists *lists, const char *name) {
        return bsearch(&(DirectoryUser){ .name = name }, lists->users, lists->user_count,
                       sizeof(DirectoryUser), by_name);
}

/* Two passes over all memberships: count, then fill. */
static void join_groups(Lists *lists) {
        qsort(lists->users, lists->user_count, sizeof(DirectoryUser), by_name);
        for (int pass = 0; pass < 2; pass++) {
                for (size_t g = 0; g < lists->group_count; g++) {
                        for (size_t m = 0; m < lists->groups[g].member_count; m++) {
                                DirectoryUser *user = user_find(lists, lists->groups[g].members[m]);

                                if (user == NULL)
                                        continue;
                                if (pass == 1)
                                        ((uint32_t *) (uintptr_t) user->gids)[user->gid_count] =
                                                        lists->groups[g].gid;
                                user->gid_count++;
                        }
                }
                for (size_t i = 0; pass == 0 && i < lists->user_count; i++) {
                        lists->users[i].gids = arena_new_n(
                                        lists->arena, uint32_t, lists->users[i].gid_count + 1);
                        lists->users[i].gid_count = 0;
                }
        }
}

static void
print_skip(void *context, DirectorySkip why, bool is_group, const char *name, uint32_t id) {
        fprintf(stderr, "left out: %s %s (%u): %s\n", is_group ? "group" : "user", name, id,
                directory_skip_text(why));
}

int main(int argc, char **argv) {
        bool is_incomplete = argc > 1 && strcmp(argv[1], "--incomplete") == 0;
        char **files = argv + (is_incomplete ? 2 : 1);
        Arena texts = ARENA_INIT((size_t) 1 << 30);
        Lists lists = { .arena = &texts };
        DirectoryImage image;
        Arena arena = {};
        int r;

        if (argc - (files - argv) != 3) {
                fprintf(stderr, "usage: make_snapshot [--incomplete] PASSWD GROUP DIRECTORY\n");
                return 2;
        }
        read_users(&lists, file_read(&texts, files[0]));
        read_groups(&lists, file_read(&texts, files[1]));
        join_groups(&lists);

        DirectoryInput input = {
                .base = { lists.users, lists.user_count, lists.groups, lists.group_count },
                .generation = 1,
                .is_complete = !is_incomplete,
                .skipped = print_skip,
        };
        if (getrandom(input.seed, sizeof(input.seed), 0) != sizeof(input.seed))
                return 1;
        arena = (Arena) ARENA_INIT(directory_build_bound(&input));
        r = directory_build(&arena, &input, &image);
        if (r == 0)
                r = publish_bytes(files[2], image.bytes, image.len);
        if (r < 0) {
                fprintf(stderr, "make_snapshot: %s\n", strerror(-r));
                return 1;
        }
        printf("%zu users, %zu groups, %zu bytes, %zu left out\n", image.user_count,
               image.group_count, image.len, image.skipped_count);
        arena_done(&arena);
        arena_done(&texts);
        return 0;
}
