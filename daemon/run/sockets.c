/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/run/sockets.h"

#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/str.h"

#define HTTP_BACKLOG 1024

/* clang-format off */
static const struct {
        const char *name;
        bool is_local; /* AF_UNIX; else TCP */
} socket_table[_SOCKET_MAX] = {
        [SOCKET_LOOKUP]  = { "lookup",  true },
        [SOCKET_AUTH]    = { "auth",    true },
        [SOCKET_ADMIN]   = { "admin",   true },
        [SOCKET_HTTP]    = { "http",    false },
        [SOCKET_PROXY]   = { "proxy",   true },
        [SOCKET_METRICS] = { "metrics", false },
};
/* clang-format on */

const char *socket_name(SocketName name) {
        assert(name >= 0 && name < _SOCKET_MAX);
        return socket_table[name].name;
}

static SocketName socket_from_name(const char *text) {
        for (int i = 0; i < _SOCKET_MAX; i++)
                if (str_eq(text, socket_table[i].name))
                        return (SocketName) i;
        return _SOCKET_INVALID;
}

/* NULL when the descriptor is what its name promises, else what is wrong with it. */
static const char *socket_fault(SocketName name, int fd) {
        bool is_local = socket_table[name].is_local;
        int r = sd_is_socket(fd, is_local ? AF_UNIX : AF_UNSPEC, SOCK_STREAM, /* listening= */ 1);

        if (r <= 0)
                return is_local ? "is not a listening Unix stream socket"
                                : "is not a listening stream socket";
        if (!is_local && sd_is_socket_inet(fd, AF_UNSPEC, SOCK_STREAM, 1, 0) <= 0)
                return "is not a TCP socket";
        if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
                return "cannot be set non-blocking";
        return NULL;
}

static const char *sockets_add(Sockets *sockets, const char *text, int fd) {
        SocketName name = socket_from_name(text);
        const char *fault;

        if (name < 0)
                return "has an unknown name";
        if (sockets->n[name] == SOCKETS_PER_NAME)
                return "is one too many of its name";
        fault = socket_fault(name, fd);
        if (fault == NULL)
                sockets->fds[name][sockets->n[name]++] = fd;
        return fault;
}

int sockets_take(Sockets *ret, char *ret_error, size_t error_size) {
        Sockets sockets = {};
        char **names = NULL;
        int result = 0;
        int n = sd_listen_fds_with_names(/* unset_environment= */ 1, &names);

        if (n < 0) {
                (void) snprintf(ret_error, error_size, "cannot take sockets: %s",
                                strerrordesc_np(-n));
                return n;
        }

        for (int i = 0; i < n; i++) {
                int fd = SD_LISTEN_FDS_START + i;
                const char *fault = sockets_add(&sockets, names[i], fd);

                if (fault == NULL)
                        continue;
                (void) snprintf(ret_error, error_size, "socket %d (FileDescriptorName=%s) %s", fd,
                                names[i], fault);
                (void) close(fd);
                result = -EINVAL;
        }

        for (int i = 0; i < n; i++)
                free(names[i]);
        free(names);
        if (result < 0) {
                sockets_done(&sockets);
                return result;
        }
        *ret = sockets;
        return 0;
}

/* Splits "127.0.0.1:8080" or "[::1]:8080" into host and port, in place. */
static int address_split(char *text, char **ret_host, char **ret_port) {
        char *colon = strrchr(text, ':');

        if (colon == NULL || colon == text || colon[1] == '\0')
                return -EINVAL;
        *colon = '\0';
        *ret_port = colon + 1;
        *ret_host = text;
        if (text[0] == '[') {
                if (colon[-1] != ']')
                        return -EINVAL;
                colon[-1] = '\0';
                *ret_host = text + 1;
        }
        return 0;
}

static int listen_on(const struct addrinfo *info, int *ret_fd) {
        int one = 1;
        int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);

        if (fd < 0)
                return -errno;
        if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
            bind(fd, info->ai_addr, info->ai_addrlen) < 0 || listen(fd, HTTP_BACKLOG) < 0) {
                int r = -errno;

                (void) close(fd);
                return r;
        }
        *ret_fd = fd;
        return 0;
}

int sockets_listen(Sockets *sockets, SocketName name, const char *address) {
        struct addrinfo hints = {
                .ai_socktype = SOCK_STREAM,
                .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
        };
        struct addrinfo *info = NULL;
        char text[128];
        char *host, *port;
        int fd = -1;
        int r;

        if (sockets->n[name] == SOCKETS_PER_NAME)
                return -ENOSPC;
        if (strlen(address) >= sizeof(text))
                return -EINVAL;
        memcpy(text, address, strlen(address) + 1);
        r = address_split(text, &host, &port);
        if (r < 0)
                return r;
        if (getaddrinfo(host, port, &hints, &info) != 0)
                return -EINVAL;

        r = listen_on(info, &fd);
        freeaddrinfo(info);
        if (r < 0)
                return r;
        sockets->fds[name][sockets->n[name]++] = fd;
        return 0;
}

void sockets_done(Sockets *sockets) {
        for (int name = 0; name < _SOCKET_MAX; name++) {
                for (size_t i = 0; i < sockets->n[name]; i++)
                        (void) close(sockets->fds[name][i]);
                sockets->n[name] = 0;
        }
}
