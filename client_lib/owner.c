/* SPDX-License-Identifier: Apache-2.0 */
#include "client_lib/owner.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/reason.h"
#include "client_lib/directory_map.h"

/* Bytes of one line.  glibc reads a line again that did not fit, so the buffer grows for it: a long
 * line must not hide the accounts behind it (law 12). */
#define PASSWD_LINE_MIN ((size_t) 4096)
#define PASSWD_LINE_MAX ((size_t) 1 << 20)

enum { LOCAL_NOT, LOCAL_SAME, LOCAL_OTHER_NUMBER };

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

/* As is_local().  line: grown as needed, the caller's to free. */
static int find(FILE *file, const char *user, const uint32_t *uid, char **line) {
        int best = LOCAL_NOT;
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
                if (r == 0 && strcmp(entry.pw_name, user) == 0) {
                        if (uid == NULL || entry.pw_uid == *uid)
                                return LOCAL_SAME;
                        best = LOCAL_OTHER_NUMBER;
                }
                if (r != 0 && r != ERANGE)
                        return r == ENOENT ? best : -r;
        }
}

/* -errno: nobody can say.  uid: NULL for any. */
static int is_local(const char *path, const char *user, const uint32_t *uid) {
        CLEANUP(close_file) FILE *file = fopen(path, "re");
        char *line = NULL;
        int r;

        if (file == NULL)
                return -errno;
        r = find(file, user, uid, &line);
        free(line);
        return r;
}

static NameOwner owner_of(const OwnerPlaces *places, const char *name, const uint32_t *uid) {
        DirectoryMapping mapping;
        DirectoryUserView view;
        bool complete;
        int r;

        if (name[0] == '\0' || !directory_name_is_acceptable(name, strlen(name)))
                return OWNER_LOCAL;
        r = is_local(places->local_passwd, name, uid);
        if (r < 0) /* a file that cannot be read names root's world, not ours */
                return OWNER_UNKNOWN;
        if (r == LOCAL_OTHER_NUMBER && uid != NULL && posix_id_is_acceptable(*uid))
                return OWNER_UNKNOWN;
        if (r != LOCAL_NOT)
                return OWNER_LOCAL;
        if (directory_mapping_open(places->public_dir, &mapping) < 0)
                return OWNER_UNKNOWN;
        complete = directory_is_complete(&mapping.directory);
        r = directory_user_by_name(&mapping.directory, name, &view);
        directory_mapping_close(&mapping);
        if (r == 0)
                return OWNER_IAM;
        return r == IAM_E_NOT_FOUND && complete ? OWNER_NOBODY : OWNER_UNKNOWN;
}

NameOwner name_owner(const OwnerPlaces *places, const char *name) {
        return owner_of(places, name, /* uid= */ NULL);
}

NameOwner account_owner(const OwnerPlaces *places, const char *name, uint32_t uid) {
        return uid == 0 ? OWNER_LOCAL : owner_of(places, name, &uid);
}

bool owner_may_be_iam(NameOwner owner) {
        switch (owner) {
        case OWNER_UNKNOWN:
        case OWNER_IAM:
                return true;
        case OWNER_LOCAL:
        case OWNER_NOBODY:
        case SENTINELS(OWNER):
                break;
        }
        return false;
}
