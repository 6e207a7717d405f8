/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of this machine, read and replaced whole.  Paths are those of the machine; `root` stands
 * before them, "" but for tests.
 */
#pragma once

#include "base/arena.h"

#define HOST_FILE_MAX ((size_t) 256 << 10) /* configuration that is larger is not touched */
#define MACHINE_PATH_MAX 512

/* bytes NULL: there is no such file. */
typedef struct HostText {
        const char *bytes;
        size_t len;
} HostText;

bool host_text_eq(HostText a, HostText b);

void host_fd_closep(int *fd); /* for CLEANUP */

/* -ELOOP: a link; -EINVAL: no regular file; -EFBIG: more than max bytes. */
int host_file_read(const char *root, const char *path, size_t max, Arena *arena, HostText *ret);
/*
 * By a new file beside it, synced and renamed; owner and mode stay, a file that was not there gets
 * this mode.  A text of NULL removes it.
 */
int host_file_replace(const char *root, const char *path, mode_t mode, HostText text);
/* What an interrupted replacement left. */
int host_file_tidy(const char *root, const char *path);
