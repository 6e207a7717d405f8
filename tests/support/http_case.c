/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/http_case.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define MUST(condition)                                                                            \
        do {                                                                                       \
                if (!(condition)) {                                                                \
                        (void) fprintf(stderr, "%s:%d: %s: %m\n", __FILE__, __LINE__, #condition); \
                        abort();                                                                   \
                }                                                                                  \
        } while (0)

static void
log_write(void *self, LogEvent event, const LogField *fields, size_t n, const char *format,
          va_list arguments) {
        HttpCase *h = self;

        atomic_fetch_add(&h->logged, 1);
}

HttpServerOptions http_options(void) {
        return (HttpServerOptions){
                .max_connections = 256,
                .max_connections_per_peer = 256,
                .deadlines = HTTP_DEADLINES,
                .routes = http_routes,
                .n_routes = http_routes_n,
                .thread_name = "iamd-http",
        };
}

static void listen_somewhere(HttpCase *h) {
        struct sockaddr_in address = {
                .sin_family = AF_INET,
                .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) },
        };
        socklen_t len = sizeof(address);

        h->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        MUST(h->listen_fd >= 0);
        MUST(bind(h->listen_fd, (struct sockaddr *) &address, len) == 0);
        MUST(listen(h->listen_fd, 256) == 0);
        MUST(getsockname(h->listen_fd, (struct sockaddr *) &address, &len) == 0);
        h->port = ntohs(address.sin_port);
}

void http_begin(HttpCase *h, const HttpServerOptions *options) {
        static const LaneSize sizes[_LANE_MAX] = {
                [LANE_FAST] = { 1, 1024 },
                [LANE_STORE] = { 4, 1024 },
                [LANE_HASH] = { 2, 1024 },
        };
        HttpServerOptions all = options != NULL ? *options : http_options();

        *h = (HttpCase){ .log = { .write = log_write, .self = h } };
        oidc_begin(&h->oidc);
        listen_somewhere(h);
        MUST(lanes_init(sizes, &h->lanes) == 0);
        all.app = h->oidc.app;
        all.lanes = &h->lanes;
        all.log = &h->log;
        all.listen_fds = &h->listen_fd;
        all.n_listen_fds = 1;
        MUST(http_server_new(&all, &h->server) == 0);
}

int http_stop(HttpCase *h) {
        return http_server_stop(h->server, lane_now() + 10 * USEC_PER_SEC);
}

void http_end(HttpCase *h) {
        if (h->server != NULL)
                MUST(http_stop(h) == 0);
        h->server = http_server_free(h->server);
        MUST(lanes_stop(&h->lanes, lane_now() + 10 * USEC_PER_SEC) == 0);
        lanes_done(&h->lanes);
        close(h->listen_fd);
        oidc_end(&h->oidc);
}

int http_connect(HttpCase *h) {
        const struct timeval limit = { .tv_sec = 5 };
        const struct sockaddr_in address = {
                .sin_family = AF_INET,
                .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) },
                .sin_port = htons(h->port),
        };
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        MUST(fd >= 0);
        MUST(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
        MUST(connect(fd, (const struct sockaddr *) &address, sizeof(address)) == 0);
        return fd;
}

void http_send(int fd, const char *bytes, size_t len) {
        while (len > 0) {
                ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

                if (n <= 0)
                        return;
                bytes += n;
                len -= (size_t) n;
        }
}

void http_send_text(int fd, const char *text) {
        http_send(fd, text, strlen(text));
}

void http_answer_done(HttpAnswer *answer) {
        buf_done(&answer->head);
        buf_done(&answer->body);
}

static bool read_head(int fd, Buf *head) {
        while (head->len < 4 || memcmp(head->bytes + head->len - 4, "\r\n\r\n", 4) != 0) {
                char c;

                if (recv(fd, &c, 1, 0) != 1)
                        return false;
                buf_put_char(head, c);
                MUST(buf_error(head) == 0);
        }
        return true;
}

const char *http_field(const HttpAnswer *answer, const char *name) {
        static _Thread_local char value[4096];
        const char *line = answer->head.bytes;
        size_t n = strlen(name);

        while (line != NULL && (line = strstr(line, "\r\n")) != NULL) {
                line += 2;
                if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
                        (void) snprintf(value, sizeof(value), "%.*s",
                                        (int) strcspn(line + n + 2, "\r"), line + n + 2);
                        return value;
                }
        }
        return NULL;
}

void http_receive(int fd, bool of_head, HttpAnswer *ret) {
        const char *length;
        unsigned long left;

        ret->status = 0;
        buf_clear(&ret->head);
        buf_clear(&ret->body);
        if (!read_head(fd, &ret->head))
                return;
        MUST(strncmp(ret->head.bytes, "HTTP/1.1 ", 9) == 0);
        ret->status = (int) strtol(ret->head.bytes + 9, NULL, 10);
        length = http_field(ret, "Content-Length");
        left = length != NULL && !of_head ? strtoul(length, NULL, 10) : 0;
        while (left > 0) {
                char bytes[4096];
                ssize_t n = recv(fd, bytes, left < sizeof(bytes) ? left : sizeof(bytes), 0);

                MUST(n > 0);
                buf_put(&ret->body, bytes, (size_t) n);
                left -= (unsigned long) n;
        }
}

int http_ask(HttpCase *h, const char *request, HttpAnswer *ret) {
        int fd = http_connect(h);

        http_send_text(fd, request);
        http_receive(fd, strncmp(request, "HEAD ", 5) == 0, ret);
        close(fd);
        return ret->status;
}

bool http_is_closed(int fd) {
        char byte;
        ssize_t n = recv(fd, &byte, 1, 0);

        return n == 0 || (n < 0 && errno == ECONNRESET);
}
