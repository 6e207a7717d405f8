/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <sys/socket.h>

#include "daemon/ipc/connection.h"

#define PEER_GROUPS_MAX 65536 /* NGROUPS_MAX */

static void free_gids(gid_t **gids) {
        free(*gids);
}

static int is_in_group(int fd, gid_t primary, gid_t gid, bool *ret) {
        CLEANUP(free_gids) gid_t *gids = NULL;
        socklen_t len = PEER_GROUPS_MAX * sizeof(gid_t);

        *ret = primary == gid;
        if (*ret)
                return 0;
        gids = malloc(len);
        if (gids == NULL)
                return -ENOMEM;
        if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, gids, &len) < 0)
                return -errno;
        for (size_t i = 0; i < len / sizeof(gid_t); i++)
                if (gids[i] == gid)
                        *ret = true;
        return 0;
}

int ipc_peer_read(int fd, IpcSocket socket, gid_t admin_gid, IpcPeer *ret) {
        struct ucred credentials;
        socklen_t len = sizeof(credentials);
        bool in_group = false;
        int r;

        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &len) < 0)
                return -errno;
        if (len != sizeof(credentials) || credentials.uid == (uid_t) -1)
                return -EPERM;
        if (credentials.uid != 0 && socket == IPC_ADMIN && admin_gid != (gid_t) -1) {
                r = is_in_group(fd, credentials.gid, admin_gid, &in_group);
                if (r < 0)
                        return r;
        }
        *ret = (IpcPeer){
                .uid = credentials.uid,
                .pid = credentials.pid,
                .socket = socket,
                .is_admin = credentials.uid == 0 || in_group,
        };
        return 0;
}
