/* SPDX-License-Identifier: Apache-2.0 */
/* Who is at the other end of a Unix socket, as the kernel says; and which process that is. */
#pragma once

#include "base/macro.h"

#define GID_NONE ((gid_t) -1)
#define BOOT_ID_SIZE 33 /* 32 hex digits and the NUL */

typedef struct Peer {
        uid_t uid;
        gid_t gid;
        pid_t pid; /* 0: in another pid namespace */
} Peer;

/* As they were when the peer connected. */
int peer_read(int fd, Peer *ret);
/* The primary group or one of the supplementary ones at the time of connect(). */
int peer_is_in_group(int fd, const Peer *peer, gid_t gid, bool *ret);

/*
 * The number of a group in a file of group(5) form, read without NSS, which would ask iamd itself.
 * GID_NONE with 0 when the file has no such group.
 */
int group_find_local(const char *file, const char *name, gid_t *ret);

/* Field 22 of /proc/PID/stat, clock ticks since boot.  -ESRCH: no such process. */
int process_start_time(pid_t pid, uint64_t *ret);
/* The kernel's id of this boot, without dashes. */
int boot_id_read(char ret[BOOT_ID_SIZE]);
