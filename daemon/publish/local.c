/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/publish/local.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#define LINE_FIRST ((size_t) 64 << 10)
#define LINE_MAX_BYTES ((size_t) 64 << 20) /* a group of a million members */

typedef struct Local {
        Arena *arena;
        const char **names;
        uint32_t *ids;
        size_t n;
        size_t capacity;
} Local;

static void file_closep(FILE **file) {
        if (*file != NULL)
                (void) fclose(*file);
}

static int local_add(Local *local, const char *name, uint32_t id) {
        if (local->n == LOCAL_ENTRIES_MAX)
                return -E2BIG;
        if (local->n == local->capacity) {
                size_t capacity = local->capacity == 0 ? 256 : local->capacity * 2;
                const char **names = arena_new_n(local->arena, const char *, capacity);
                uint32_t *ids = arena_new_n(local->arena, uint32_t, capacity);

                if (names == NULL || ids == NULL)
                        return -ENOMEM;
                if (local->n > 0) {
                        memcpy(names, local->names, local->n * sizeof(*names));
                        memcpy(ids, local->ids, local->n * sizeof(*ids));
                }
                local->names = names;
                local->ids = ids;
                local->capacity = capacity;
        }
        local->names[local->n] = arena_strdup(local->arena, name);
        local->ids[local->n] = id;
        return local->names[local->n++] == NULL ? -ENOMEM : 0;
}

/* One entry added: 1; the end: 0; -ERANGE: a longer buffer is needed. */
typedef int (*LocalRead)(FILE *file, char *buffer, size_t size, Local *local);

static int read_user(FILE *file, char *buffer, size_t size, Local *local) {
        struct passwd entry, *found;
        int r = fgetpwent_r(file, &entry, buffer, size, &found);

        if (r != 0)
                return r == ENOENT ? 0 : -r;
        r = local_add(local, entry.pw_name, entry.pw_uid);
        return r < 0 ? r : 1;
}

static int read_group(FILE *file, char *buffer, size_t size, Local *local) {
        struct group entry, *found;
        int r = fgetgrent_r(file, &entry, buffer, size, &found);

        if (r != 0)
                return r == ENOENT ? 0 : -r;
        r = local_add(local, entry.gr_name, entry.gr_gid);
        return r < 0 ? r : 1;
}

static int file_load(const char *path, LocalRead read_one, Local *local) {
        CLEANUP(file_closep) FILE *file = fopen(path, "re");
        size_t size = LINE_FIRST;
        char *buffer;
        int r;

        if (file == NULL)
                return -errno;
        buffer = arena_alloc(local->arena, size);
        if (buffer == NULL)
                return -ENOMEM;
        do {
                long at = ftell(file);

                if (at < 0)
                        return -errno;
                r = read_one(file, buffer, size, local);
                if (r != -ERANGE)
                        continue;
                if (size >= LINE_MAX_BYTES)
                        return -E2BIG;
                size *= 4;
                buffer = arena_alloc(local->arena, size);
                if (buffer == NULL)
                        return -ENOMEM;
                if (fseek(file, at, SEEK_SET) < 0)
                        return -errno;
                r = 1;
        } while (r > 0);
        return r;
}

int local_load(const char *passwd, const char *group, Arena *arena, DirectoryLocal *ret) {
        Local users = { .arena = arena };
        Local groups = { .arena = arena };
        int r;

        r = file_load(passwd, read_user, &users);
        if (r == 0)
                r = file_load(group, read_group, &groups);
        if (r < 0)
                return r;
        *ret = (DirectoryLocal){
                .user_names = { users.names, users.n },
                .group_names = { groups.names, groups.n },
                .uids = users.ids,
                .uid_count = users.n,
                .gids = groups.ids,
                .gid_count = groups.n,
        };
        return 0;
}
