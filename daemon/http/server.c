/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/server.h"

#include "base/reason.h"
#include "base/str.h"
#include "daemon/http/connections.h"
#include "daemon/http/exchange.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIBRARY_MEMORY_MAX ((size_t) 40 << 10) /* per connection: head and a part of the body */
#define SWEEP_MSEC 500
#define DRAIN_USEC (5 * USEC_PER_SEC) /* for replies under way when the server stops */

struct HttpServer {
        HttpServerOptions options;
        struct MHD_Daemon *daemon;
        Connections *connections;
        int poll_fd;
        int stop_fd;
        pthread_t thread;
        bool thread_runs;
};

typedef enum CallState {
        CALL_HEAD, /* the request line was read */
        CALL_BODY, /* the head is good, the body comes in */
        CALL_WORKING, /* a lane has it; the connection is suspended */
        CALL_READY, /* the reply waits to be queued */
        _CALL_MAX,
        _CALL_INVALID = -EINVAL,
} CallState;

/* One request of one connection, the library's per-request context. */
typedef struct Call {
        LaneJob job;
        HttpServer *server;
        struct MHD_Connection *connection;
        CallState state;
        HttpExchange exchange;
        char *target;
        int status;
        struct MHD_Response *response;
} Call;

static Connection *connection_of(struct MHD_Connection *connection) {
        const union MHD_ConnectionInfo *info =
                        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

        return info != NULL ? info->socket_context : NULL;
}

static void add_header(struct MHD_Response *response, const char *name, const char *value) {
        (void) MHD_add_response_header(response, name, value);
}

/* The headers of every reply: nothing sniffs, frames, caches or leaks it. */
static void add_common_headers(
                const HttpServer *server, const HttpReply *reply, struct MHD_Response *response) {
        bool has_policy = false;

        for (size_t i = 0; i < reply->n_headers; i++)
                if (strcmp(reply->headers[i].name, "Content-Security-Policy") == 0)
                        has_policy = true;
        if (!has_policy)
                add_header(response, "Content-Security-Policy",
                           "default-src 'none'; frame-ancestors 'none'");
        if (!reply->may_be_cached) {
                add_header(response, "Cache-Control", "no-store");
                add_header(response, "Pragma", "no-cache");
        }
        add_header(response, "X-Content-Type-Options", "nosniff");
        add_header(response, "X-Frame-Options", "DENY");
        /* same-origin, not no-referrer: that would null the Origin of our own forms. */
        add_header(response, "Referrer-Policy", "same-origin");
        if (str_starts_with(server->options.app->config.base_url, "https:"))
                add_header(response, "Strict-Transport-Security", "max-age=31536000");
}

static struct MHD_Response *make_response(const HttpServer *server, const HttpReply *reply) {
        /* The library takes a pointer to non-const and only copies from it. */
        struct MHD_Response *response = MHD_create_response_from_buffer(
                        reply->body_len, (void *) (uintptr_t) reply->body, MHD_RESPMEM_MUST_COPY);

        if (response == NULL)
                return NULL;
        add_header(response, "Content-Type", reply->content_type);
        for (size_t i = 0; i < reply->n_headers; i++)
                add_header(response, reply->headers[i].name, reply->headers[i].value);
        add_common_headers(server, reply, response);
        return response;
}

static void call_run(LaneJob *job, Arena *arena, bool expired) {
        Call *call = (Call *) ((char *) job - offsetof(Call, job));
        HttpReply reply;

        http_exchange_run(&call->exchange, arena, expired, &reply);
        call->status = reply.status;
        call->response = make_response(call->server, &reply);
        /* From here on the server's thread owns the call. */
        MHD_resume_connection(call->connection);
}

static enum MHD_Result send_reply(Call *call) {
        enum MHD_Result result;

        if (call->response == NULL)
                return MHD_NO; /* no memory: the connection is closed */
        connection_deadline(connection_of(call->connection), HTTP_WRITE_DEADLINE, true);
        result = MHD_queue_response(call->connection, (unsigned) call->status, call->response);
        MHD_destroy_response(call->response);
        call->response = NULL;
        return result;
}

static enum MHD_Result refuse(Call *call, int status) {
        HttpReply reply;

        http_exchange_refuse(&call->exchange, status, &reply);
        /* What follows a doubtful head must not be read as another request. */
        (void) http_reply_header(&reply, "Connection", "close");
        call->status = reply.status;
        call->response = make_response(call->server, &reply);
        call->state = CALL_READY;
        return send_reply(call);
}

typedef struct FieldList {
        GuardField items[HTTP_HEADERS_MAX + 1];
        size_t n;
} FieldList;

static enum MHD_Result
collect_field(void *context, enum MHD_ValueKind kind, const char *name, size_t name_len,
              const char *value, size_t value_len) {
        FieldList *fields = context;

        if (fields->n == ELEMENTSOF(fields->items))
                return MHD_NO; /* one too many was counted: enough to refuse */
        fields->items[fields->n++] = (GuardField){
                .name = name,
                .value = value != NULL ? value : "",
                .name_len = name_len,
                .value_len = value != NULL ? value_len : 0,
        };
        return MHD_YES;
}

/* The address of the person: the peer's, or what a trusted proxy says it is. */
static void read_address(Call *call, const FieldList *fields) {
        const HttpServerOptions *options = &call->server->options;
        const Connection *connection = connection_of(call->connection);
        const char *forwarded = NULL;

        for (size_t i = 0; i < fields->n; i++)
                if (strcasecmp(fields->items[i].name, "x-forwarded-for") == 0)
                        forwarded = fields->items[i].value;
        connection_client_address(
                        connection, options->trusted_proxies, options->n_trusted_proxies, forwarded,
                        call->exchange.address);
}

static enum MHD_Result begin(Call *call, const char *method, const char *version) {
        FieldList fields = {};
        GuardHead head = { .method = method, .version = version, .target = call->target };
        int status;

        MHD_get_connection_values_n(call->connection, MHD_HEADER_KIND, collect_field, &fields);
        head.fields = fields.items;
        head.n_fields = fields.n;
        status = http_exchange_begin(&call->exchange, &head);
        if (status != 0)
                return refuse(call, status);
        read_address(call, &fields);
        connection_deadline(connection_of(call->connection), HTTP_BODY_DEADLINE, true);
        call->state = CALL_BODY;
        return MHD_YES;
}

static enum MHD_Result submit(Call *call) {
        Connection *connection = connection_of(call->connection);
        LaneId lane = call->exchange.match.route->lane;

        call->state = CALL_WORKING;
        call->job.run = call_run;
        call->job.source = connection_source(call->exchange.address);
        call->job.deadline = lane_now() + HTTP_JOB_DEADLINE;
        connection_deadline(connection, USEC_INFINITY, true); /* the lane's deadline rules now */
        MHD_suspend_connection(call->connection);
        if (lanes_submit(call->server->options.lanes, lane, &call->job) != 0) {
                Arena arena = ARENA_INIT(65536);

                call_run(&call->job, &arena, /* expired= */ true);
                arena_done(&arena);
        }
        return MHD_YES;
}

static enum MHD_Result
on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
           const char *version, const char *upload, size_t *upload_size, void **request_context) {
        Call *call = *request_context;

        if (call == NULL)
                return MHD_NO; /* no memory when the request line came */
        switch (call->state) {
        case CALL_HEAD:
                return begin(call, method, version);
        case CALL_BODY:
                if (*upload_size == 0)
                        return submit(call);
                if (!call->exchange.body_too_large)
                        buf_put(&call->exchange.body, upload, *upload_size);
                if (buf_error(&call->exchange.body) == -EMSGSIZE)
                        call->exchange.body_too_large = true;
                *upload_size = 0;
                return MHD_YES;
        case CALL_WORKING: /* resumed: the lane is done */
                call->state = CALL_READY;
                return send_reply(call);
        case CALL_READY:
                return MHD_YES;
                CASE_SENTINELS(CALL) : break;
        }
        return MHD_NO;
}

/* The request line: the only moment the target can be seen undecoded. */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection) {
        HttpServer *server = context;
        Call *call = calloc(1, sizeof *call);

        if (call == NULL)
                return NULL;
        call->server = server;
        call->connection = connection;
        call->exchange.app = server->options.app;
        call->exchange.log = server->options.log;
        call->target = strdup(target);
        if (call->target == NULL) {
                free(call);
                return NULL;
        }
        return call;
}

static void
on_completed(void *context, struct MHD_Connection *connection, void **request_context,
             enum MHD_RequestTerminationCode code) {
        Call *call = *request_context;

        *request_context = NULL;
        connection_deadline(connection_of(connection), HTTP_IDLE_DEADLINE, false);
        if (call == NULL)
                return;
        if (call->response != NULL)
                MHD_destroy_response(call->response);
        http_exchange_done(&call->exchange);
        explicit_bzero(call->target, strlen(call->target));
        free(call->target);
        free(call);
}

static void
on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
              enum MHD_ConnectionNotificationCode code) {
        HttpServer *server = context;
        const union MHD_ConnectionInfo *info;

        switch (code) {
        case MHD_CONNECTION_NOTIFY_STARTED:
                info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
                *socket_context = info != NULL ? connections_find(
                                                                 server->connections,
                                                                 info->connect_fd)
                                               : NULL;
                break;
        case MHD_CONNECTION_NOTIFY_CLOSED:
                connections_remove(server->connections, *socket_context);
                *socket_context = NULL;
                break;
        }
}

static void accept_all(HttpServer *server, int listen_fd) {
        for (;;) {
                struct sockaddr_storage peer;
                socklen_t peer_len = sizeof peer;
                int fd =
                                accept4(listen_fd, (struct sockaddr *) &peer, &peer_len,
                                        SOCK_NONBLOCK | SOCK_CLOEXEC);

                if (fd < 0)
                        return; /* EAGAIN; out of descriptors: those waiting wait on */
                if (connections_add(server->connections, fd, &peer, HTTP_HEAD_DEADLINE) != 0) {
                        close(fd); /* over a limit */
                        continue;
                }
                /* On failure the library has closed the descriptor, without telling. */
                if (MHD_add_connection(server->daemon, fd, (struct sockaddr *) &peer, peer_len) !=
                    MHD_YES)
                        connections_forget(server->connections, fd);
        }
}

static int timeout_msec(struct MHD_Daemon *daemon) {
        MHD_UNSIGNED_LONG_LONG msec;

        if (MHD_get_timeout(daemon, &msec) != MHD_YES || msec > SWEEP_MSEC)
                return SWEEP_MSEC;
        return (int) msec;
}

static void *serve(void *context) {
        HttpServer *server = context;
        Usec stop_at = USEC_INFINITY;

        (void) pthread_setname_np(pthread_self(), "iamd-http");
        for (;;) {
                struct epoll_event events[16];
                int n =
                                epoll_wait(server->poll_fd, events, ELEMENTSOF(events),
                                           timeout_msec(server->daemon));

                for (int i = 0; i < n; i++) {
                        if (events[i].data.fd == server->stop_fd && stop_at == USEC_INFINITY) {
                                stop_at = lane_now() + DRAIN_USEC;
                                (void) epoll_ctl(
                                                server->poll_fd, EPOLL_CTL_DEL, server->stop_fd,
                                                NULL);
                        } else if (events[i].data.fd >= 0 && stop_at == USEC_INFINITY) {
                                accept_all(server, events[i].data.fd);
                        }
                }
                (void) MHD_run(server->daemon);
                connections_sweep(server->connections, lane_now());
                if (stop_at != USEC_INFINITY &&
                    (connections_busy(server->connections) == 0 || lane_now() >= stop_at))
                        return NULL;
        }
}

static int poll_add(HttpServer *server, int fd, int tag) {
        struct epoll_event event = { .events = EPOLLIN, .data = { .fd = tag } };

        return epoll_ctl(server->poll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int start_library(HttpServer *server) {
        const union MHD_DaemonInfo *info;

        server->daemon = MHD_start_daemon(
                        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0,
                        NULL, NULL, on_request, server, MHD_OPTION_URI_LOG_CALLBACK, on_target,
                        server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
                        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
                        MHD_OPTION_CONNECTION_MEMORY_LIMIT, LIBRARY_MEMORY_MAX,
                        MHD_OPTION_CONNECTION_LIMIT, server->options.max_connections + 1,
                        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
        if (server->daemon == NULL)
                return -ENOMEM;
        info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
        if (info == NULL || info->epoll_fd < 0)
                return -EIO;
        return poll_add(server, info->epoll_fd, -1);
}

static int start(HttpServer *server) {
        int r;

        r = connections_new(
                        server->options.max_connections, server->options.max_connections_per_peer,
                        &server->connections);
        if (r < 0)
                return r;
        server->poll_fd = epoll_create1(EPOLL_CLOEXEC);
        if (server->poll_fd < 0)
                return -errno;
        server->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (server->stop_fd < 0)
                return -errno;
        r = poll_add(server, server->stop_fd, server->stop_fd);
        if (r < 0)
                return r;
        r = start_library(server);
        if (r < 0)
                return r;
        for (size_t i = 0; i < server->options.n_listen_fds; i++) {
                r = poll_add(server, server->options.listen_fds[i], server->options.listen_fds[i]);
                if (r < 0)
                        return r;
        }
        r = pthread_create(&server->thread, NULL, serve, server);
        if (r != 0)
                return -r;
        server->thread_runs = true;
        return 0;
}

int http_server_new(const HttpServerOptions *options, HttpServer **ret) {
        HttpServer *server = calloc(1, sizeof *server);
        int r;

        if (server == NULL)
                return -ENOMEM;
        server->options = *options;
        server->poll_fd = -1;
        server->stop_fd = -1;
        r = start(server);
        if (r < 0) {
                http_server_free(server);
                return r;
        }
        *ret = server;
        return 0;
}

HttpServer *http_server_free(HttpServer *server) {
        if (server == NULL)
                return NULL;
        if (server->thread_runs) {
                (void) eventfd_write(server->stop_fd, 1);
                (void) pthread_join(server->thread, NULL);
        }
        if (server->daemon != NULL)
                MHD_stop_daemon(server->daemon);
        if (server->poll_fd >= 0)
                close(server->poll_fd);
        if (server->stop_fd >= 0)
                close(server->stop_fd);
        connections_free(server->connections);
        free(server);
        return NULL;
}
