/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/server.h"

#include "base/reason.h"
#include "daemon/http/connections.h"
#include "daemon/http/exchange.h"
#include "daemon/http/kept.h"
#include "daemon/http/response.h"
#include "daemon/http/tally.h"

#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIBRARY_MEMORY_MAX ((size_t) 40 << 10) /* per connection: head and a part of the body */
#define SWEEP_MSEC 250 /* how late a deadline may be noticed */
#define DRAIN_MSEC 10
/* A body beyond the limit is read and thrown away, so that its sender sees the answer; but not
 * without end. */
#define SWALLOW_MAX ((size_t) 4 * HTTP_BODY_MAX)

struct HttpServer {
        HttpServerOptions options;
        struct MHD_Daemon *daemon;
        Connections *connections;
        HttpTally *tally;
        int poll_fd;
        int stop_fd; /* written to: stop */
        int done_fd; /* written to: the thread is at its end */
        int wake_fd; /* written to: a connection was resumed */
        pthread_t thread;
        bool thread_runs;
        /* Jobs that may still touch this server or the library, in any thread. */
        _Atomic unsigned in_lanes;
        /* The thread's own. */
        Kept *kept;
        Arena arena; /* of replies made at once */
        Usec next_sweep;
        Usec drain_until; /* USEC_INFINITY: not stopping */
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
        size_t swallowed; /* bytes of a body that is too large */
        Usec began;
        char *target;
        int status;
        struct MHD_Response *response;
        KeptMark mark;
} Call;

static Connection *connection_of(struct MHD_Connection *connection) {
        const union MHD_ConnectionInfo *info =
                        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

        return info != NULL ? info->socket_context : NULL;
}

static void call_run(LaneJob *job, Arena *arena, bool expired) {
        Call *call = (Call *) ((char *) job - offsetof(Call, job));
        HttpServer *server = call->server;
        HttpReply reply;

        http_exchange_run(&call->exchange, arena, expired, &reply);
        call->status = reply.status;
        call->response = response_make(&server->options.app->config, &reply);
        /* From here on the server's thread owns the call; the library is in use a little longer. */
        MHD_resume_connection(call->connection);
        /* With a poll set of ours around its own, the library wakes nobody by itself. */
        (void) eventfd_write(server->wake_fd, 1);
        atomic_fetch_sub(&server->in_lanes, 1);
}

static bool is_draining(const HttpServer *server) {
        return server->drain_until != USEC_INFINITY;
}

/* While it stops, each reply says so: none is everybody's. */
static bool may_be_kept(const Call *call) {
        const HttpRoute *route = call->exchange.match.route;

        return route != NULL && route->is_document && !is_draining(call->server);
}

static enum MHD_Result queue(Call *call, int status, struct MHD_Response *response) {
        call->state = CALL_READY;
        http_tally_reply(
                        call->server->tally, call->exchange.match.route, status,
                        lane_now() - call->began);
        connection_deadline(
                        connection_of(call->connection), call->server->options.deadlines.write,
                        true);
        return MHD_queue_response(call->connection, (unsigned) status, response);
}

static enum MHD_Result send_reply(Call *call) {
        enum MHD_Result result;

        if (call->response == NULL)
                return MHD_NO; /* no memory: the connection is closed */
        if (is_draining(call->server))
                (void) MHD_add_response_header(call->response, "Connection", "close");
        result = queue(call, call->status, call->response);
        if (call->status == 200 && may_be_kept(call))
                kept_put(call->server->kept, call->exchange.target, &call->mark, call->response);
        else
                MHD_destroy_response(call->response);
        call->response = NULL;
        return result;
}

/* NULL: no reply to this request is kept. */
static struct MHD_Response *find_kept(Call *call) {
        const StorePort *store = &call->server->options.app->store;

        if (!may_be_kept(call))
                return NULL;
        call->mark = (KeptMark){ .generation = store->generation(store->self), .at = lane_now() };
        return kept_find(call->server->kept, call->exchange.target, &call->mark);
}

static enum MHD_Result refuse(Call *call, int status) {
        HttpReply reply;

        http_exchange_refuse(&call->exchange, status, &reply);
        /* What follows a doubtful head must not be read as another request. */
        (void) http_reply_header(&reply, "Connection", "close");
        call->status = reply.status;
        call->response = response_make(&call->server->options.app->config, &reply);
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
static int read_address(Call *call, const FieldList *fields) {
        CLEANUP(buf_done) Buf forwarded = BUF_INIT(HTTP_HEADER_BYTES_MAX);

        /* Several fields are one list (RFC 9110 section 5.3): proxies append either way. */
        for (size_t i = 0; i < fields->n; i++) {
                if (strcasecmp(fields->items[i].name, "x-forwarded-for") != 0)
                        continue;
                buf_put_str(&forwarded, forwarded.len > 0 ? "," : "");
                buf_put(&forwarded, fields->items[i].value, fields->items[i].value_len);
        }
        if (buf_error(&forwarded) < 0)
                return buf_error(&forwarded);
        connection_client_address(
                        call->server->connections, connection_of(call->connection), forwarded.bytes,
                        call->exchange.address);
        return 0;
}

static enum MHD_Result begin(Call *call, const char *method, const char *version) {
        FieldList fields = {};
        GuardHead head = { .method = method, .version = version, .target = call->target };
        int status;

        MHD_get_connection_values_n(call->connection, MHD_HEADER_KIND, collect_field, &fields);
        head.fields = fields.items;
        head.n_fields = fields.n;
        status = http_exchange_begin(&call->exchange, &head);
        if (status == 0 && read_address(call, &fields) < 0)
                status = 500;
        if (status != 0)
                return refuse(call, status);
        connection_deadline(
                        connection_of(call->connection), call->server->options.deadlines.body,
                        true);
        call->state = CALL_BODY;
        return MHD_YES;
}

/* What waits for nothing is not worth a change of threads. */
static enum MHD_Result answer_at_once(Call *call) {
        HttpServer *server = call->server;
        HttpReply reply;

        http_exchange_run(&call->exchange, &server->arena, /* expired= */ false, &reply);
        call->status = reply.status;
        call->response = response_make(&server->options.app->config, &reply);
        arena_reset(&server->arena);
        return send_reply(call);
}

static enum MHD_Result submit(Call *call) {
        HttpServer *server = call->server;
        Connection *connection = connection_of(call->connection);
        LaneId lane = call->exchange.match.route->lane;
        struct MHD_Response *kept = find_kept(call);

        if (kept != NULL)
                return queue(call, 200, kept);
        if (lane == LANE_FAST)
                return answer_at_once(call);
        call->state = CALL_WORKING;
        call->job.run = call_run;
        call->job.source = connection_source(call->exchange.address);
        call->job.deadline = lane_now() + server->options.deadlines.job;
        connection_deadline(connection, USEC_INFINITY, true); /* the lane's deadline rules now */
        MHD_suspend_connection(call->connection);
        atomic_fetch_add(&server->in_lanes, 1);
        if (lanes_submit(server->options.lanes, lane, &call->job) != 0) {
                Arena arena = ARENA_INIT(65536);

                call_run(&call->job, &arena, /* expired= */ true);
                arena_done(&arena);
        }
        return MHD_YES;
}

static enum MHD_Result take_body(Call *call, const char *bytes, size_t len) {
        Buf *body = &call->exchange.body;

        if (!call->exchange.body_too_large)
                buf_put(body, bytes, len);
        if (buf_error(body) == -EMSGSIZE)
                call->exchange.body_too_large = true;
        else if (buf_error(body) < 0)
                return MHD_NO;
        if (call->exchange.body_too_large)
                call->swallowed += len;
        return call->swallowed > SWALLOW_MAX ? MHD_NO : MHD_YES;
}

/* NOLINTBEGIN(readability-function-size): the library's signature */
static enum MHD_Result
on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
           const char *version, const char *upload, size_t *upload_size, void **request_context) {
        Call *call = *request_context;
        size_t upload_len;

        if (call == NULL)
                return MHD_NO; /* no memory when the request line came */
        switch (call->state) {
        case CALL_HEAD:
                return begin(call, method, version);
        case CALL_BODY:
                if (*upload_size == 0)
                        return submit(call);
                upload_len = *upload_size;
                *upload_size = 0;
                return take_body(call, upload, upload_len);
        case CALL_WORKING: /* resumed: the lane is done */
                return send_reply(call);
        case CALL_READY:
                return MHD_YES;
        case SENTINELS(CALL):
                break;
        }
        return MHD_NO;
}
/* NOLINTEND(readability-function-size) */

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
        call->exchange.routes = server->options.routes;
        call->exchange.n_routes = server->options.n_routes;
        call->began = lane_now();
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
        HttpServer *server = context;
        Call *call = *request_context;
        const HttpDeadlines *deadlines = &server->options.deadlines;

        *request_context = NULL;
        connection_deadline(
                        connection_of(connection),
                        is_draining(server) ? deadlines->last : deadlines->idle, false);
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
                http_tally_connection(server->tally, true);
                break;
        case MHD_CONNECTION_NOTIFY_CLOSED:
                http_tally_connection(server->tally, false);
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
                if (connections_add(server->connections, fd, &peer,
                                    server->options.deadlines.head) != 0) {
                        close(fd); /* over a limit */
                        http_tally_refused(server->tally);
                        continue;
                }
                /* On failure the library has closed the descriptor, without telling. */
                if (MHD_add_connection(server->daemon, fd, (struct sockaddr *) &peer, peer_len) !=
                    MHD_YES)
                        connections_forget(server->connections, fd);
        }
}

static int timeout_msec(const HttpServer *server) {
        int bound = is_draining(server) ? DRAIN_MSEC : SWEEP_MSEC;
        MHD_UNSIGNED_LONG_LONG msec;

        if (MHD_get_timeout(server->daemon, &msec) != MHD_YES || msec > (unsigned) bound)
                return bound;
        return (int) msec;
}

/*
 * A connection that was accepted will be answered: its request may be on the way, and a client that
 * meets a closed door cannot know whether it was done.  Those that are not accepted yet wait for
 * the next server on the socket that stays.
 */
static void begin_drain(HttpServer *server) {
        const HttpDeadlines *deadlines = &server->options.deadlines;

        (void) epoll_ctl(server->poll_fd, EPOLL_CTL_DEL, server->stop_fd, NULL);
        for (size_t i = 0; i < server->options.n_listen_fds; i++)
                (void) epoll_ctl(
                                server->poll_fd, EPOLL_CTL_DEL, server->options.listen_fds[i],
                                NULL);
        connections_drain(server->connections, deadlines->last_first, deadlines->last);
        server->drain_until = lane_now() + deadlines->drain;
        server->next_sweep = 0;
}

static void dispatch(HttpServer *server, const struct epoll_event *events, int n) {
        for (int i = 0; i < n; i++) {
                int fd = events[i].data.fd;
                eventfd_t resumed;

                if (fd == server->wake_fd) {
                        (void) eventfd_read(fd, &resumed);
                        continue;
                }
                if (fd == server->stop_fd) {
                        begin_drain(server);
                        return;
                }
                if (fd >= 0)
                        accept_all(server, fd);
        }
}

/* The library must not be stopped while a job may resume a connection. */
static bool is_drained(const HttpServer *server, Usec now) {
        if (!is_draining(server) || atomic_load(&server->in_lanes) > 0)
                return false;
        return connections_open(server->connections) == 0 || now >= server->drain_until;
}

static void *serve(void *context) {
        HttpServer *server = context;
        Usec now;

        (void) pthread_setname_np(pthread_self(), server->options.thread_name);
        do {
                struct epoll_event events[16];
                int n = epoll_wait(
                                server->poll_fd, events, ELEMENTSOF(events), timeout_msec(server));

                dispatch(server, events, n);
                (void) MHD_run(server->daemon);
                now = lane_now();
                if (now >= server->next_sweep) {
                        connections_sweep(server->connections, now);
                        server->next_sweep = now + (is_draining(server) ? DRAIN_MSEC : SWEEP_MSEC) *
                                                                   USEC_PER_MSEC;
                }
        } while (!is_drained(server, now));
        (void) eventfd_write(server->done_fd, 1);
        return NULL;
}

static int poll_add(HttpServer *server, int fd, int tag) {
        struct epoll_event event = { .events = EPOLLIN, .data = { .fd = tag } };

        return epoll_ctl(server->poll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

/* Not the library's strictness: the guard refuses the same (no Host, a space in the target), once
 * and in words. */
static int start_library(HttpServer *server) {
        const union MHD_DaemonInfo *info;

        server->daemon = MHD_start_daemon(
                        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0,
                        NULL, NULL, on_request, server, MHD_OPTION_URI_LOG_CALLBACK, on_target,
                        server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
                        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
                        MHD_OPTION_CONNECTION_MEMORY_LIMIT, LIBRARY_MEMORY_MAX,
                        MHD_OPTION_CONNECTION_LIMIT, server->options.max_connections + 1,
                        MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_END);
        if (server->daemon == NULL)
                return -ENOMEM;
        info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
        if (info == NULL || info->epoll_fd < 0)
                return -EIO;
        return poll_add(server, info->epoll_fd, -1);
}

static int start(HttpServer *server) {
        const ConnectionLimits limits = {
                .max = server->options.max_connections,
                .max_per_peer = server->options.max_connections_per_peer,
                .trusted = server->options.trusted_proxies,
                .n_trusted = server->options.n_trusted_proxies,
        };
        int r;

        r = connections_new(&limits, &server->connections);
        if (r == 0)
                r = http_tally_new(
                                server->options.routes, server->options.n_routes, &server->tally);
        if (r < 0)
                return r;
        r = kept_new(&server->kept);
        if (r < 0)
                return r;
        server->poll_fd = epoll_create1(EPOLL_CLOEXEC);
        if (server->poll_fd < 0)
                return -errno;
        server->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (server->stop_fd < 0)
                return -errno;
        server->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (server->done_fd < 0)
                return -errno;
        server->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (server->wake_fd < 0)
                return -errno;
        r = poll_add(server, server->stop_fd, server->stop_fd);
        if (r == 0)
                r = poll_add(server, server->wake_fd, server->wake_fd);
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
        server->done_fd = -1;
        server->wake_fd = -1;
        server->drain_until = USEC_INFINITY;
        server->arena = (Arena) ARENA_INIT(LANES_ARENA_LIMIT);
        r = start(server);
        if (r < 0) {
                http_server_free(server);
                return r;
        }
        *ret = server;
        return 0;
}

int http_server_stop(HttpServer *server, Usec until) {
        struct pollfd done = { .fd = server->done_fd, .events = POLLIN };

        if (!server->thread_runs)
                return 0;
        (void) eventfd_write(server->stop_fd, 1);
        while (poll(&done, 1, DRAIN_MSEC) <= 0)
                if (lane_now() >= until)
                        return -ETIMEDOUT;
        (void) pthread_join(server->thread, NULL);
        server->thread_runs = false;
        return 0;
}

HttpServer *http_server_free(HttpServer *server) {
        if (server == NULL)
                return NULL;
        assert(!server->thread_runs);
        if (server->daemon != NULL)
                MHD_stop_daemon(server->daemon);
        if (server->poll_fd >= 0)
                close(server->poll_fd);
        if (server->stop_fd >= 0)
                close(server->stop_fd);
        if (server->done_fd >= 0)
                close(server->done_fd);
        if (server->wake_fd >= 0)
                close(server->wake_fd);
        kept_free(server->kept);
        connections_free(server->connections);
        arena_done(&server->arena);
        http_tally_free(server->tally);
        free(server);
        return NULL;
}

void http_server_metrics(const HttpServer *server, Buf *out) {
        http_tally_write(server->tally, out);
}
