/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/command.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"

#define SECONDS_MAX 120
#define CANNOT_RUN 127
#define DIFF "/usr/bin/diff"

bool command_exists(const char *program) {
        return access(program, X_OK) == 0;
}

/* Nothing of the caller's environment reaches root's tools. */
static void child_run(const char *const argv[], const char *extra, int output) {
        static char search[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C.UTF-8",
                    quiet[] = "DEBIAN_FRONTEND=noninteractive";
        char *environment[] = { search, locale, quiet, (char *) (uintptr_t) extra, NULL };
        int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
        sigset_t none;

        (void) sigemptyset(&none);
        (void) pthread_sigmask(SIG_SETMASK, &none, NULL);
        if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0)
                _exit(CANNOT_RUN);
        if (output >= 0 && (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0))
                _exit(CANNOT_RUN);
        (void) alarm(SECONDS_MAX); /* survives the exec */
        (void) execve(argv[0], (char *const *) (uintptr_t) argv, environment);
        _exit(CANNOT_RUN);
}

static int output_take(int fd, Buf *ret) {
        char chunk[4096];
        off_t at = 0;
        ssize_t n;

        while ((n = pread(fd, chunk, sizeof(chunk), at)) > 0) {
                buf_put(ret, chunk, (size_t) n);
                at += n;
        }
        return n < 0 ? -errno : buf_error(ret);
}

int command_run(const char *const argv[], const char *extra, Buf *ret_output) {
        CLEANUP(host_fd_closep) int output = -1;
        int status = 0, r;
        pid_t pid;

        if (!command_exists(argv[0]))
                return -ENOENT;
        if (ret_output != NULL) {
                output = memfd_create("output", MFD_CLOEXEC);
                if (output < 0)
                        return -errno;
        }
        (void) fflush(stdout);
        pid = fork();
        if (pid < 0)
                return -errno;
        if (pid == 0)
                child_run(argv, extra, output);
        while (waitpid(pid, &status, 0) < 0)
                if (errno != EINTR)
                        return -errno;
        r = ret_output != NULL ? output_take(output, ret_output) : 0;
        if (r < 0)
                return r;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 256;
}

/* A descriptor that a child finds as /dev/fd/N. */
static int text_open(HostText text) {
        int fd = memfd_create("text", 0);
        ssize_t n;

        if (fd < 0)
                return -errno;
        n = text.len == 0 ? 0 : pwrite(fd, text.bytes, text.len, 0);
        if (n >= 0 && (size_t) n == text.len)
                return fd;
        (void) close(fd);
        return -EIO;
}

int command_diff(const char *path, HostText before, HostText after) {
        CLEANUP(host_fd_closep) int a = text_open(before);
        CLEANUP(host_fd_closep) int b = text_open(after);
        char a_path[32], b_path[32];
        const char *const argv[] = { DIFF,      "-u",
                                     "--label", before.bytes == NULL ? "/dev/null" : path,
                                     "--label", after.bytes == NULL ? "/dev/null" : path,
                                     a_path,    b_path,
                                     NULL };
        int r;

        if (a < 0 || b < 0)
                return a < 0 ? a : b;
        (void) snprintf(a_path, sizeof(a_path), "/dev/fd/%d", a);
        (void) snprintf(b_path, sizeof(b_path), "/dev/fd/%d", b);
        r = command_run(argv, NULL, NULL);
        return r == 0 || r == 1 ? 0 : r < 0 ? r : -EIO;
}
