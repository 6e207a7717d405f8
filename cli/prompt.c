/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/prompt.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const char *const yes_words[] = { "y", "Y", "yes" };

static void fd_close(int *fd) {
        if (*fd >= 0)
                close(*fd);
}

/* One byte at a time: what follows the line may be somebody else's. */
static int line_read(int fd, Secret *ret) {
        char line[SECRET_MAX + 1];
        size_t n = 0;
        int r = 0;

        for (;;) {
                char c;
                ssize_t got = read(fd, &c, 1);

                if (got < 0) {
                        r = -errno;
                        break;
                }
                if (got == 0 || c == '\n') {
                        r = got == 0 && n == 0 ? -ENODATA : 0;
                        break;
                }
                if (n >= sizeof(line)) {
                        r = -EMSGSIZE;
                        break;
                }
                line[n++] = c;
        }
        if (r == 0 && n > 0 && line[n - 1] == '\r')
                n--;
        if (r == 0)
                r = n > 0 ? secret_set(ret, line, n) : -ENODATA;
        explicit_bzero(line, sizeof(line));
        return r;
}

int cli_secret_from_stdin(Secret *ret) {
        return line_read(STDIN_FILENO, ret);
}

static int ask(int fd, const char *question, const char *again, Secret *ret) {
        int r;

        if (dprintf(fd, "%s%s: ", question, again) < 0)
                return -errno;
        r = line_read(fd, ret);
        (void) dprintf(fd, "\n");
        return r == -ENODATA || r == -EINTR ? -ECANCELED : r;
}

/* Ctrl-C must not leave the terminal without echo: the signals wait until it is as it was. */
static int ask_without_echo(int fd, const char *question, bool confirm, Secret *ret) {
        CLEANUP(secret_clear) Secret second = {};
        struct termios before, silent;
        int r;

        if (tcgetattr(fd, &before) < 0)
                return -errno;
        silent = before;
        silent.c_lflag &= ~(tcflag_t) (ECHO | ISIG);
        if (tcsetattr(fd, TCSAFLUSH, &silent) < 0)
                return -errno;
        r = ask(fd, question, "", ret);
        if (r == 0 && confirm)
                r = ask(fd, question, ", once more", &second);
        (void) tcsetattr(fd, TCSAFLUSH, &before);
        if (r == 0 && confirm && !secret_equal(ret, &second))
                r = -EINVAL;
        return r;
}

int cli_secret_from_terminal(const char *question, bool confirm, Secret *ret) {
        CLEANUP(fd_close) int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
        int r;

        if (fd < 0)
                return -ENXIO;
        r = ask_without_echo(fd, question, confirm, ret);
        if (r != 0)
                secret_clear(ret);
        return r;
}

int cli_confirm(const char *question) {
        CLEANUP(fd_close) int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
        CLEANUP(secret_clear) Secret answer = {}, wanted = {};
        int r;

        if (fd < 0)
                return -ENXIO;
        if (dprintf(fd, "%s? [y/N] ", question) < 0)
                return -errno;
        r = line_read(fd, &answer);
        for (size_t i = 0; r == 0 && i < ELEMENTSOF(yes_words); i++) {
                (void) secret_set(&wanted, yes_words[i], strlen(yes_words[i]));
                if (secret_equal(&answer, &wanted))
                        return 0;
        }
        return -ECANCELED;
}
