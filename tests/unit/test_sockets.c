/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "daemon/run/sockets.h"

#define HANDED_MAX 4

typedef enum Kind {
        LOCAL, /* a listening Unix stream socket */
        LOCAL_DATAGRAM,
        LOCAL_CONNECTED,
        TCP,
        TCP_DEAF, /* does not listen */
        A_FILE,
} Kind;

static int made(Kind kind) {
        struct sockaddr_in any = { .sin_family = AF_INET };
        int pair[2], fd;

        any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        switch (kind) {
        case LOCAL:
                fd = socket(AF_UNIX, SOCK_STREAM, 0);
                /* A name of the kernel's choice (unix(7), autobind). */
                if (bind(fd, &(struct sockaddr){ .sa_family = AF_UNIX }, sizeof(sa_family_t)) < 0 ||
                    listen(fd, 1) < 0)
                        return -1;
                return fd;
        case LOCAL_DATAGRAM:
                return socket(AF_UNIX, SOCK_DGRAM, 0);
        case LOCAL_CONNECTED:
                return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 ? -1 : pair[0];
        case TCP:
        case TCP_DEAF:
                fd = socket(AF_INET, SOCK_STREAM, 0);
                if (bind(fd, (struct sockaddr *) &any, sizeof(any)) < 0 ||
                    (kind == TCP && listen(fd, 1) < 0))
                        return -1;
                return fd;
        case A_FILE:
                return open("/dev/null", O_RDWR);
        }
        return -1;
}

typedef struct Handed {
        const char *names;
        Kind kinds[HANDED_MAX];
        int n;
        int code;
        size_t counts[_SOCKET_MAX];
        const char *error; /* must be part of what is said */
} Handed;

static bool sockets_are(const Sockets *sockets, const size_t counts[_SOCKET_MAX]) {
        for (int name = 0; name < _SOCKET_MAX; name++) {
                if (sockets->n[name] != counts[name])
                        return false;
                for (size_t i = 0; i < counts[name]; i++)
                        if ((fcntl(sockets->fds[name][i], F_GETFL) & O_NONBLOCK) == 0 ||
                            (fcntl(sockets->fds[name][i], F_GETFD) & FD_CLOEXEC) == 0)
                                return false;
        }
        return true;
}

/* In a child, whose descriptors from 3 on are free to be replaced.  0: as expected. */
static int child_takes(const Handed *handed) {
        char text[16], error[256] = "";
        Sockets sockets = {};
        int fds[HANDED_MAX];

        for (int i = 0; i < handed->n; i++) {
                int fd = made(handed->kinds[i]);

                fds[i] = fcntl(fd, F_DUPFD, 100);
                if (fds[i] < 0)
                        return 10;
        }
        for (int i = 0; i < handed->n; i++)
                if (dup2(fds[i], 3 + i) < 0)
                        return 11;
        (void) snprintf(text, sizeof(text), "%d", getpid());
        (void) setenv("LISTEN_PID", text, 1);
        (void) snprintf(text, sizeof(text), "%d", handed->n);
        (void) setenv("LISTEN_FDS", text, 1);
        (void) setenv("LISTEN_FDNAMES", handed->names, 1);
        if (handed->n == 0)
                (void) unsetenv("LISTEN_FDS"); /* as when nobody handed over anything */

        if (sockets_take(&sockets, error, sizeof(error)) != handed->code)
                return 12;
        if (handed->code < 0)
                return strstr(error, handed->error) != NULL ? 0 : 13;
        if (secure_getenv("LISTEN_FDS") != NULL)
                return 14;
        return sockets_are(&sockets, handed->counts) ? 0 : 15;
}

static void takes(const Handed *handed) {
        int status;
        pid_t pid = fork();

        ASSERT_TRUE(pid >= 0);
        if (pid == 0)
                _exit(child_takes(handed));
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        ASSERT_TRUE(WIFEXITED(status));
        if (WEXITSTATUS(status) != 0)
                fail_msg("%s: %d", handed->names, WEXITSTATUS(status));
}

TEST(sockets_are_known_by_their_names_in_any_order) {
        static const Handed handed[] = {
                { .names = "http:admin:lookup:auth",
                  .kinds = { TCP, LOCAL, LOCAL, LOCAL },
                  .n = 4,
                  .counts = { 1, 1, 1, 1 } },
                { .names = "proxy:http",
                  .kinds = { LOCAL, TCP },
                  .n = 2,
                  .counts = { 0, 0, 0, 1, 1 } },
                { .names = "http:http", .kinds = { TCP, TCP }, .n = 2, .counts = { 0, 0, 0, 2 } },
                { .names = "", .n = 0 },
        };

        for (size_t i = 0; i < ELEMENTSOF(handed); i++)
                takes(&handed[i]);
}

TEST(what_is_not_as_its_name_says_is_refused) {
        static const Handed handed[] = {
                { .names = "lokup",
                  .kinds = { LOCAL },
                  .n = 1,
                  .code = -EINVAL,
                  .error = "FileDescriptorName=lokup) has an unknown name" },
                { .names = "http", .kinds = { LOCAL }, .n = 1, .code = -EINVAL, .error = "TCP" },
                { .names = "http",
                  .kinds = { TCP_DEAF },
                  .n = 1,
                  .code = -EINVAL,
                  .error = "listening" },
                { .names = "auth", .kinds = { TCP }, .n = 1, .code = -EINVAL, .error = "Unix" },
                { .names = "proxy", .kinds = { TCP }, .n = 1, .code = -EINVAL, .error = "Unix" },
                { .names = "auth",
                  .kinds = { LOCAL_DATAGRAM },
                  .n = 1,
                  .code = -EINVAL,
                  .error = "Unix" },
                { .names = "auth",
                  .kinds = { LOCAL_CONNECTED },
                  .n = 1,
                  .code = -EINVAL,
                  .error = "Unix" },
                { .names = "auth:admin",
                  .kinds = { LOCAL, A_FILE },
                  .n = 2,
                  .code = -EINVAL,
                  .error = "socket 4 (FileDescriptorName=admin) is not" },
        };

        for (size_t i = 0; i < ELEMENTSOF(handed); i++)
                takes(&handed[i]);
}

TEST(http_listens_where_it_is_told_and_a_taken_place_is_an_error) {
        struct sockaddr_in address = {};
        socklen_t len = sizeof(address);
        Sockets sockets = {}, second = {};
        char text[64];

        ASSERT_OK(sockets_listen(&sockets, SOCKET_HTTP, "127.0.0.1:0"));
        ASSERT_EQ(sockets.n[SOCKET_HTTP], 1);
        ASSERT_OK(getsockname(sockets.fds[SOCKET_HTTP][0], (struct sockaddr *) &address, &len));
        (void) snprintf(text, sizeof(text), "127.0.0.1:%u", ntohs(address.sin_port));
        ASSERT_CODE(sockets_listen(&second, SOCKET_HTTP, text), -EADDRINUSE);
        ASSERT_EQ(second.n[SOCKET_HTTP], 0);
        sockets_done(&sockets);
        ASSERT_OK(sockets_listen(&second, SOCKET_HTTP, text));
        sockets_done(&second);

        static const char *const bad[] = { "localhost:80", "8080", "127.0.0.1:",    ":80",
                                           "[::1:80",      "",     "127.0.0.1:http" };
        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ASSERT_CODE(sockets_listen(&second, SOCKET_HTTP, bad[i]), -EINVAL);
}

TEST(every_socket_has_a_name) {
        for (SocketName name = 0; name < _SOCKET_MAX; name++)
                ASSERT_TRUE(socket_name(name) != NULL);
}
