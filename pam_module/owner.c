/* SPDX-License-Identifier: Apache-2.0 */
/* Whose name this is, without NSS (which may ask anybody) and without iamd (which may be dead). */
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "base/reason.h"
#include "client_lib/directory_map.h"
#include "pam_module/module.h"

#define PASSWD_LINE_MAX 4096

static void close_file(FILE **file) {
        if (*file != NULL)
                (void) fclose(*file);
}

/* 1: there; 0: not; -errno: nobody can say. */
static int is_local(const char *user) {
        CLEANUP(close_file) FILE *file = fopen(pam_local_passwd, "re");
        char line[PASSWD_LINE_MAX];
        struct passwd entry;
        struct passwd *found;
        int r;

        if (file == NULL)
                return -errno;
        while ((r = fgetpwent_r(file, &entry, line, sizeof(line), &found)) == 0)
                if (strcmp(entry.pw_name, user) == 0)
                        return 1;
        return r == ENOENT ? 0 : -r;
}

PamOwner pam_owner_of(const char *user) {
        DirectoryMapping mapping;
        DirectoryUserView view;
        bool complete;
        int r;

        if (user[0] == '\0' || !directory_name_is_acceptable(user, strlen(user)))
                return OWNER_LOCAL;
        r = is_local(user);
        if (r != 0) /* a file that cannot be read names root's world, not ours */
                return r > 0 ? OWNER_LOCAL : OWNER_UNKNOWN;
        if (directory_mapping_open(pam_public_dir, &mapping) < 0)
                return OWNER_UNKNOWN;
        complete = directory_is_complete(&mapping.directory);
        r = directory_user_by_name(&mapping.directory, user, &view);
        directory_mapping_close(&mapping);
        if (r == 0)
                return OWNER_IAM;
        return r == IAM_E_NOT_FOUND && complete ? OWNER_NOBODY : OWNER_UNKNOWN;
}
