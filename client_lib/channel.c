/* SPDX-License-Identifier: Apache-2.0 */
#include "client_lib/channel.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 4096
#define RETRY_MS 10 /* between two tries at a listener whose backlog is full */

int64_t channel_now_ms(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void channel_close(int *fd) {
        if (*fd >= 0)
                close(*fd);
}

/* The program may have closed its standard streams: never sit where it will write. */
static int fd_above_stdio(int fd) {
        int higher, error;

        if (fd < 0 || fd > STDERR_FILENO)
                return fd < 0 ? -errno : fd;
        higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        error = errno;
        close(fd);
        return higher < 0 ? -error : higher;
}

/* Who can make sockets in there can answer for iamd. */
static int socket_place_check(const char *path) {
        char directory[sizeof(((struct sockaddr_un *) NULL)->sun_path)];
        const char *slash = strrchr(path, '/');
        size_t len = slash != NULL ? (size_t) (slash - path) : 0;
        struct stat st;

        if (len == 0 || len >= sizeof(directory))
                return -EINVAL;
        memcpy(directory, path, len);
        directory[len] = '\0';
        if (lstat(directory, &st) < 0)
                return -errno;
        if (!S_ISDIR(st.st_mode) || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
            (st.st_uid != 0 && st.st_uid != geteuid()))
                return -EPERM;
        return 0;
}

/* With systemd's socket activation the peer is who listened: root. */
static int peer_check(int fd, uid_t owner) {
        struct ucred peer;
        socklen_t len = sizeof(peer);

        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
                return -errno;
        if (len != sizeof(peer) || peer.uid == (uid_t) -1)
                return -EPERM;
        return peer.uid == 0 || peer.uid == owner ? 0 : -EPERM;
}

/* 0: ready; -ETIMEDOUT. */
static int wait_for(int fd, short events, int64_t deadline) {
        struct pollfd poll_fd = { .fd = fd, .events = events };

        for (;;) {
                int64_t left = deadline - channel_now_ms();
                int r;

                if (left <= 0)
                        return -ETIMEDOUT;
                r = poll(&poll_fd, 1, (int) left);
                if (r > 0)
                        return 0;
                if (r < 0 && errno != EINTR)
                        return -errno;
        }
}

static int connect_until(int fd, const struct sockaddr_un *address, int64_t deadline) {
        while (connect(fd, (const struct sockaddr *) address, sizeof(*address)) < 0) {
                if (errno == EISCONN)
                        return 0;
                if (errno != EAGAIN && errno != EINTR)
                        return -errno;
                if (channel_now_ms() + RETRY_MS >= deadline)
                        return -ETIMEDOUT;
                (void) poll(NULL, 0, RETRY_MS);
        }
        return 0;
}

/* The socket is the caller's to close, connected or not. */
int channel_connect(const char *socket_path, uid_t owner, int64_t deadline, int *fd) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int r;

        if (strlen(socket_path) >= sizeof(address.sun_path))
                return -ENAMETOOLONG;
        memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
        r = socket_place_check(socket_path);
        if (r < 0)
                return r;
        *fd = fd_above_stdio(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (*fd < 0)
                return *fd;
        r = connect_until(*fd, &address, deadline);
        return r < 0 ? r : peer_check(*fd, owner);
}

int channel_send(int fd, const void *message, size_t len, int64_t deadline) {
        const char *bytes = message;

        while (len > 0) {
                ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
                int r;

                if (n > 0) {
                        bytes += n;
                        len -= (size_t) n;
                        continue;
                }
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0 && errno != EAGAIN)
                        return -errno;
                r = wait_for(fd, POLLOUT, deadline);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Some bytes, at least one. */
static int receive_some(int fd, char *chunk, size_t size, int64_t deadline, size_t *ret_len) {
        for (;;) {
                ssize_t n = recv(fd, chunk, size, 0);
                int r;

                if (n > 0) {
                        *ret_len = (size_t) n;
                        return 0;
                }
                if (n == 0)
                        return -ECONNRESET;
                if (errno == EINTR)
                        continue;
                if (errno != EAGAIN)
                        return -errno;
                r = wait_for(fd, POLLIN, deadline);
                if (r < 0)
                        return r;
        }
}

/* Up to the NUL, which is left out. */
static int receive(int fd, Buf *reply, char chunk[CHUNK], int64_t deadline) {
        const char *end = NULL;

        while (end == NULL) {
                size_t n;
                int r;

                r = receive_some(fd, chunk, CHUNK, deadline, &n);
                if (r < 0)
                        return r;
                end = memchr(chunk, '\0', n);
                buf_put(reply, chunk, end != NULL ? (size_t) (end - chunk) : n);
                if (buf_error(reply) != 0)
                        return buf_error(reply);
                /* A server that drips bytes gets no more time than one that is silent. */
                if (end == NULL && channel_now_ms() >= deadline)
                        return -ETIMEDOUT;
        }
        return 0;
}

int channel_receive(int fd, Buf *reply, int64_t deadline) {
        char chunk[CHUNK];
        int r = receive(fd, reply, chunk, deadline);

        explicit_bzero(chunk, sizeof(chunk)); /* it may have held an attempt's handle */
        return r;
}
