/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are only ever replaced as a whole: whoever reads one sees the old or the new contents,
 * also after a crash.
 */
#pragma once

#include <sys/stat.h>

#include "base/macro.h"

/* Which contents a name stood for; all zero when there was no such file. */
typedef struct FileStamp {
        uint64_t device;
        uint64_t inode;
        int64_t size;
        int64_t modified_s;
        int64_t modified_ns;
} FileStamp;

void file_stamp(const char *path, FileStamp *ret);
bool file_stamp_equal(const FileStamp *a, const FileStamp *b);

/* Opens the folder that path lies in (is_file), or path itself; O_PATH is not used. */
int folder_open(const char *path, bool is_file, int *ret);
const char *path_base(const char *path); /* after the last slash */

/*
 * Writes under another name in the same folder, sets the mode, syncs, renames, syncs the folder.
 * ret_renamed (may be NULL) is true from the rename on, even when the last sync failed.
 */
int file_replace(
                int folder, const char *name, mode_t mode, const void *bytes, size_t len,
                bool *ret_renamed);

void fd_closep(int *fd); /* for CLEANUP; < 0 is none */
