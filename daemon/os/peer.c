/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/os/peer.h"

#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

#define GROUPS_MAX 65536 /* NGROUPS_MAX of Linux */
#define GROUP_LINE_MAX ((size_t) 1 << 20)

int peer_read(int fd, Peer *ret) {
        struct ucred cred;
        socklen_t len = sizeof(cred);

        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
                return -errno;
        if (len != sizeof(cred))
                return -EBADMSG;
        /* Sockets that nobody connected say -1: that is nobody's uid. */
        if (cred.uid == (uid_t) -1)
                return -ENOTCONN;
        *ret = (Peer){ .uid = cred.uid, .gid = cred.gid, .pid = cred.pid };
        return 0;
}

int peer_is_in_group(int fd, const Peer *peer, gid_t gid, bool *ret) {
        gid_t few[64];
        gid_t *groups = few;
        socklen_t len = sizeof(few);
        bool found = false;
        int r = 0;

        if (gid == GID_NONE || peer->gid == gid) {
                *ret = gid != GID_NONE;
                return 0;
        }

        if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) < 0) {
                if (errno != ERANGE || len > GROUPS_MAX * sizeof(gid_t))
                        return -errno;
                /* The kernel put the size it needs into len. */
                groups = malloc(len);
                if (groups == NULL)
                        return -ENOMEM;
                if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) < 0)
                        r = -errno;
        }
        for (size_t i = 0; r == 0 && i < len / sizeof(gid_t); i++)
                found = found || groups[i] == gid;
        if (groups != few)
                free(groups);
        if (r == 0)
                *ret = found;
        return r;
}

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

/* A small file of /proc as text. */
static int proc_read(const char *path, char *ret, size_t size) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n;
        int r;

        if (fd < 0)
                return -errno;
        n = read(fd, ret, size - 1);
        r = n < 0 ? -errno : 0;
        (void) close(fd);
        if (r == 0)
                ret[n] = '\0';
        return r;
}

int process_start_time(pid_t pid, uint64_t *ret) {
        char path[64], text[1024];
        char *field, *end;
        int r;

        (void) snprintf(path, sizeof(path), "/proc/%d/stat", pid);
        r = proc_read(path, text, sizeof(text));
        if (r < 0)
                return r == -ENOENT ? -ESRCH : r;

        /* The name in field 2 may hold spaces and parentheses: count from its last one. */
        field = strrchr(text, ')');
        if (field == NULL)
                return -EBADMSG;
        for (int i = 2; i < 22; i++) {
                field = strchr(field + 1, ' ');
                if (field == NULL)
                        return -EBADMSG;
        }
        end = strchr(field + 1, ' ');
        if (end == NULL)
                return -EBADMSG;
        *end = '\0';
        return str_to_u64(field + 1, ret);
}

int boot_id_read(char ret[BOOT_ID_SIZE]) {
        char text[64] = "";
        size_t n = 0;
        int r = proc_read("/proc/sys/kernel/random/boot_id", text, sizeof(text));

        if (r < 0)
                return r;
        for (const char *p = text; *p != '\0' && *p != '\n'; p++) {
                if (*p == '-')
                        continue;
                if (strchr("0123456789abcdef", *p) == NULL || n == BOOT_ID_SIZE - 1)
                        return -EBADMSG;
                text[n++] = *p;
        }
        if (n != BOOT_ID_SIZE - 1)
                return -EBADMSG;
        memcpy(ret, text, n);
        ret[n] = '\0';
        return 0;
}
