/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/os/process.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

int process_harden(void) {
        static const struct rlimit none = { 0, 0 };

        (void) umask(0077);
        if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
                return -errno;
        if (setrlimit(RLIMIT_CORE, &none) < 0)
                return -errno;
        return 0;
}

int memory_lock(const void *memory, size_t len) {
        return mlock(memory, len) < 0 ? -errno : 0;
}

/*
 * systemd gives the file to the service's user alone: by owner, or where the file system can, by
 * an access control list on a file of root.  With a list, the group bits of the mode show its mask
 * and not a group.
 */
static int credential_check(int fd, size_t size) {
        struct stat st;

        if (fstat(fd, &st) < 0)
                return -errno;
        if (!S_ISREG(st.st_mode))
                return -EPERM;
        if ((st.st_mode & (S_IRWXO | S_IWGRP | S_IXGRP)) != 0)
                return -EPERM;
        if ((st.st_mode & S_IRGRP) != 0 &&
            (st.st_uid != 0 || fgetxattr(fd, "system.posix_acl_access", NULL, 0) <= 0))
                return -EPERM;
        return (size_t) st.st_size == size ? 0 : -EBADMSG;
}

static int credential_read_fd(int fd, size_t size, Secret *ret) {
        uint8_t bytes[SECRET_MAX + 1];
        size_t len = 0;
        int r;

        r = credential_check(fd, size);
        if (r < 0)
                return r;
        r = memory_lock(bytes, sizeof(bytes));
        if (r < 0)
                return r;
        while (len < sizeof(bytes)) {
                ssize_t n = read(fd, bytes + len, sizeof(bytes) - len);

                if (n < 0)
                        r = -errno;
                if (n <= 0)
                        break;
                len += (size_t) n;
        }
        if (r == 0 && len != size)
                r = -EBADMSG;
        if (r == 0)
                r = secret_move_in(ret, bytes, len);
        explicit_bzero(bytes, sizeof(bytes));
        (void) munlock(bytes, sizeof(bytes));
        return r;
}

int credential_read(const char *name, size_t size, Secret *ret) {
        const char *directory = secure_getenv("CREDENTIALS_DIRECTORY");
        char path[PATH_MAX];
        int fd, r;

        if (size > SECRET_MAX)
                return -EINVAL;
        if (directory == NULL || directory[0] != '/')
                return -ENOKEY;
        if ((size_t) snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
                return -ENAMETOOLONG;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
        if (fd < 0)
                return errno == ENOENT ? -ENOKEY : -errno;
        r = credential_read_fd(fd, size, ret);
        (void) close(fd);
        return r;
}
