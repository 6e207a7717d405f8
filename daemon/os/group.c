/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/os/group.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

#define GROUP_LINE_MAX ((size_t) 1 << 20)

int group_find_local(const char *file, const char *name, gid_t *ret) {
        char *buffer;
        struct group entry, *found = NULL;
        FILE *stream;
        gid_t gid = GID_NONE;
        int r;

        stream = fopen(file, "re");
        if (stream == NULL)
                return -errno;
        buffer = malloc(GROUP_LINE_MAX);
        if (buffer == NULL) {
                (void) fclose(stream);
                return -ENOMEM;
        }
        while ((r = fgetgrent_r(stream, &entry, buffer, GROUP_LINE_MAX, &found)) == 0)
                if (str_eq(entry.gr_name, name)) {
                        gid = entry.gr_gid;
                        break;
                }
        free(buffer);
        (void) fclose(stream);
        if (r != 0 && r != ENOENT)
                return -r;
        *ret = gid;
        return 0;
}
