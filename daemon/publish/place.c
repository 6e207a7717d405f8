/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/publish/place.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/names.h"

void file_stamp(const char *path, FileStamp *ret) {
        struct stat info;

        *ret = (FileStamp){};
        if (lstat(path, &info) < 0)
                return;
        *ret = (FileStamp){
                .device = info.st_dev,
                .inode = info.st_ino,
                .size = info.st_size,
                .modified_s = info.st_mtim.tv_sec,
                .modified_ns = info.st_mtim.tv_nsec,
        };
}

bool file_stamp_equal(const FileStamp *a, const FileStamp *b) {
        return memcmp(a, b, sizeof(*a)) == 0; /* no padding: five words */
}

const char *path_base(const char *path) {
        const char *slash = strrchr(path, '/');

        return slash == NULL ? path : slash + 1;
}

int folder_open(const char *path, bool is_file, int *ret) {
        size_t len = is_file ? (size_t) (path_base(path) - path) : strlen(path);
        char folder[HOST_PATH_MAX + 2] = ".";
        int fd;

        if (len >= sizeof(folder))
                return -ENAMETOOLONG;
        if (len > 0) {
                memcpy(folder, path, len);
                folder[len] = '\0';
        }
        fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return -errno;
        *ret = fd;
        return 0;
}

static int write_all(int fd, const char *bytes, size_t len) {
        while (len > 0) {
                ssize_t n = write(fd, bytes, len);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                bytes += n;
                len -= (size_t) n;
        }
        return 0;
}

static int file_make(int folder, const char *name, mode_t mode, const void *bytes, size_t len) {
        CLEANUP(fd_closep) int fd = -1;
        int r;

        /* What a crash left behind. */
        if (unlinkat(folder, name, 0) < 0 && errno != ENOENT)
                return -errno;
        fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0)
                return -errno;
        r = write_all(fd, bytes, len);
        if (r < 0)
                return r;
        if (fchmod(fd, mode) < 0 || fsync(fd) < 0)
                return -errno;
        return 0;
}

int file_replace(
                int folder, const char *name, mode_t mode, const void *bytes, size_t len,
                bool *ret_renamed) {
        char temporary[HOST_PATH_MAX + 8];
        int n = snprintf(temporary, sizeof(temporary), ".%s.new", name);
        int r;

        if (n < 0 || (size_t) n >= sizeof(temporary))
                return -ENAMETOOLONG;
        r = file_make(folder, temporary, mode, bytes, len);
        if (r == 0 && renameat(folder, temporary, folder, name) < 0)
                r = -errno;
        if (r < 0) {
                (void) unlinkat(folder, temporary, 0);
                return r;
        }
        if (ret_renamed != NULL)
                *ret_renamed = true;
        return fsync(folder) < 0 ? -errno : 0;
}

void fd_closep(int *fd) {
        if (*fd >= 0)
                (void) close(*fd);
}
