/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* No reader of a folder of configuration takes a name that ends so. */
#define ASIDE ".iam-new"

bool host_text_eq(HostText a, HostText b) {
        if (a.bytes == NULL || b.bytes == NULL)
                return a.bytes == b.bytes;
        return a.len == b.len && memcmp(a.bytes, b.bytes, a.len) == 0;
}

void host_fd_closep(int *fd) {
        if (*fd >= 0)
                (void) close(*fd);
}

static int path_make(const char *root, const char *path, const char *suffix, char *ret) {
        int n = snprintf(ret, MACHINE_PATH_MAX, "%s%s%s", root, path, suffix);

        return n < 0 || n >= MACHINE_PATH_MAX ? -ENAMETOOLONG : 0;
}

static int bytes_read(int fd, char *bytes, size_t len) {
        size_t at = 0;

        while (at < len) {
                ssize_t n = read(fd, bytes + at, len - at);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return n < 0 ? -errno : -ESTALE; /* it shrank while we read */
                at += (size_t) n;
        }
        return 0;
}

int host_file_read(const char *root, const char *path, size_t max, Arena *arena, HostText *ret) {
        char full[MACHINE_PATH_MAX];
        CLEANUP(host_fd_closep) int fd = -1;
        struct stat info;
        char *bytes;
        int r;

        r = path_make(root, path, "", full);
        if (r < 0)
                return r;
        fd = open(full, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT) {
                *ret = (HostText){};
                return 0;
        }
        if (fd < 0 || fstat(fd, &info) < 0)
                return -errno;
        if (!S_ISREG(info.st_mode))
                return -EINVAL;
        if ((uint64_t) info.st_size > max)
                return -EFBIG;
        bytes = arena_alloc(arena, (size_t) info.st_size + 1);
        if (bytes == NULL)
                return -ENOMEM;
        r = bytes_read(fd, bytes, (size_t) info.st_size);
        if (r < 0)
                return r;
        *ret = (HostText){ bytes, (size_t) info.st_size };
        return 0;
}

static int folder_sync(const char *full) {
        const char *slash = strrchr(full, '/');
        char folder[MACHINE_PATH_MAX];
        CLEANUP(host_fd_closep) int fd = -1;

        (void) snprintf(folder, sizeof(folder), "%.*s", (int) (slash - full) + 1, full);
        fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int bytes_write(int fd, HostText text) {
        size_t at = 0;

        while (at < text.len) {
                ssize_t n = write(fd, text.bytes + at, text.len - at);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                at += (size_t) n;
        }
        return 0;
}

static int aside_write(const char *aside, const char *full, mode_t mode, HostText text) {
        struct stat info = { .st_mode = mode, .st_uid = geteuid(), .st_gid = getegid() };
        CLEANUP(host_fd_closep) int fd = -1;
        int r;

        if (lstat(full, &info) < 0 && errno != ENOENT)
                return -errno;
        fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0)
                return -errno;
        r = bytes_write(fd, text);
        if (r < 0)
                return r;
        if (fchown(fd, info.st_uid, info.st_gid) < 0 || fchmod(fd, info.st_mode & 07777) < 0 ||
            fsync(fd) < 0)
                return -errno;
        return 0;
}

int host_file_replace(const char *root, const char *path, mode_t mode, HostText text) {
        char full[MACHINE_PATH_MAX], aside[MACHINE_PATH_MAX];
        int r;

        r = path_make(root, path, "", full);
        if (r == 0)
                r = path_make(root, path, ASIDE, aside);
        if (r < 0)
                return r;
        if (unlink(aside) < 0 && errno != ENOENT)
                return -errno;
        if (text.bytes == NULL)
                return unlink(full) < 0 && errno != ENOENT ? -errno : folder_sync(full);
        r = aside_write(aside, full, mode, text);
        if (r == 0 && rename(aside, full) < 0)
                r = -errno;
        if (r < 0) {
                (void) unlink(aside);
                return r;
        }
        return folder_sync(full);
}

int host_file_tidy(const char *root, const char *path) {
        char aside[MACHINE_PATH_MAX];
        int r = path_make(root, path, ASIDE, aside);

        if (r < 0)
                return r;
        return unlink(aside) < 0 && errno != ENOENT && errno != ENOTDIR ? -errno : 0;
}
