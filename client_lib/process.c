/* SPDX-License-Identifier: Apache-2.0 */
#include "client_lib/process.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

#define STAT_MAX 1024
#define STAT_PARENT 4 /* fields of /proc/PID/stat */
#define STAT_START 22

static int read_small(const char *path, char *ret, size_t size) {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        ssize_t n;

        if (fd < 0)
                return -errno;
        do
                n = read(fd, ret, size - 1);
        while (n < 0 && errno == EINTR);
        if (n < 0) {
                int error = errno;

                close(fd);
                return -error;
        }
        close(fd);
        ret[n] = '\0';
        return 0;
}

int process_boot_id(char ret[PROCESS_BOOT_ID_SIZE]) {
        char text[64] = "";
        size_t n = 0;
        int r = read_small("/proc/sys/kernel/random/boot_id", text, sizeof(text));

        if (r < 0)
                return r;
        for (const char *p = text; *p != '\0' && *p != '\n'; p++) {
                if (*p == '-')
                        continue;
                if (n == PROCESS_BOOT_ID_SIZE - 1)
                        return -EBADMSG;
                ret[n++] = *p;
        }
        ret[n] = '\0';
        return n == PROCESS_BOOT_ID_SIZE - 1 ? 0 : -EBADMSG;
}

/* The field's number, whatever ends it.  at stands behind the second field. */
static int field_number(const char *at, int wanted, uint64_t *ret) {
        char digits[24];
        size_t n;

        for (int field = 2; at != NULL && field < wanted; field++) {
                at = strchr(at, ' ');
                at = at != NULL ? at + 1 : NULL;
        }
        n = at != NULL ? strcspn(at, " \n") : 0;
        if (n == 0 || n >= sizeof(digits))
                return -EBADMSG;
        memcpy(digits, at, n);
        digits[n] = '\0';
        return str_to_u64(digits, ret) < 0 ? -EBADMSG : 0;
}

int process_stat(pid_t pid, ProcessStat *ret) {
        char text[STAT_MAX] = "";
        char path[64];
        const char *at;
        uint64_t parent;
        uint64_t start;
        int r;

        (void) snprintf(path, sizeof(path), "/proc/%d/stat", (int) pid);
        r = read_small(path, text, sizeof(text));
        if (r < 0)
                return r;
        /* The second field, the program's name, may hold anything: count from its last
         * parenthesis. */
        at = strrchr(text, ')');
        if (at == NULL)
                return -EBADMSG;
        r = field_number(at, STAT_PARENT, &parent);
        if (r == 0)
                r = field_number(at, STAT_START, &start);
        if (r < 0)
                return r;
        if (parent > INT32_MAX)
                return -EBADMSG;
        *ret = (ProcessStat){ .parent = (pid_t) parent, .start = start };
        return 0;
}
