/* SPDX-License-Identifier: Apache-2.0 */
#include "client_lib/owner.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "client_lib/directory_map.h"

/* Bytes of one line.  glibc reads a line again that did not fit, so the buffer grows for it: a long
 * line must not hide the accounts behind it (law 12). */
#define PASSWD_LINE_MIN ((size_t) 4096)
#define PASSWD_LINE_MAX ((size_t) 1 << 20)

static void close_file(FILE **file) {
        if (*file != NULL)
                (void) fclose(*file);
}

static int grow(char **line, size_t *size) {
        size_t wanted = *size == 0 ? PASSWD_LINE_MIN : *size * 2;
        char *larger = wanted <= PASSWD_LINE_MAX ? realloc(*line, wanted) : NULL;

        if (larger == NULL)
                return wanted <= PASSWD_LINE_MAX ? -ENOMEM : -ERANGE;
        *line = larger;
        *size = wanted;
        return 0;
}

/* line: grown as needed, the caller's to free. */
static int find(FILE *file, const char *user, char **line) {
        size_t size = 0;
        int r = ERANGE;

        for (;;) {
                struct passwd entry;
                struct passwd *found;

                if (r == ERANGE) {
                        r = grow(line, &size);
                        if (r < 0)
                                return r;
                }
                r = fgetpwent_r(file, &entry, *line, size, &found);
                if (r == 0 && strcmp(entry.pw_name, user) == 0)
                        return 1;
                if (r != 0 && r != ERANGE)
                        return r == ENOENT ? 0 : -r;
        }
}

/* 1: there; 0: not; -errno: nobody can say. */
static int is_local(const char *path, const char *user) {
        CLEANUP(close_file) FILE *file = fopen(path, "re");
        char *line = NULL;
        int r;

        if (file == NULL)
                return -errno;
        r = find(file, user, &line);
        free(line);
        return r;
}

NameOwner name_owner(const OwnerPlaces *places, const char *name) {
        DirectoryMapping mapping;
        DirectoryUserView view;
        bool complete;
        int r;

        if (name[0] == '\0' || !directory_name_is_acceptable(name, strlen(name)))
                return OWNER_LOCAL;
        r = is_local(places->local_passwd, name);
        if (r != 0) /* a file that cannot be read names root's world, not ours */
                return r > 0 ? OWNER_LOCAL : OWNER_UNKNOWN;
        if (directory_mapping_open(places->public_dir, &mapping) < 0)
                return OWNER_UNKNOWN;
        complete = directory_is_complete(&mapping.directory);
        r = directory_user_by_name(&mapping.directory, name, &view);
        directory_mapping_close(&mapping);
        if (r == 0)
                return OWNER_IAM;
        return r == IAM_E_NOT_FOUND && complete ? OWNER_NOBODY : OWNER_UNKNOWN;
}
