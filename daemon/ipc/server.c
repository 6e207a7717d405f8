/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that moves bytes.  It waits for nothing but epoll: calls run in lanes, and their
 * answers come back through a list and an eventfd.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/reason.h"
#include "daemon/ipc/connection.h"
#include "daemon/ipc/shares.h"

#define EVENTS_MAX 64
#define READ_CHUNK 16384
#define TICK_MS 500 /* how late a deadline may be noticed */
#define DRAIN_TICK_MS 10 /* the same while it stops */
#define STOP_FLUSH (2 * USEC_PER_SEC)
#define COMPLAIN_EVERY (10 * USEC_PER_SEC)

typedef struct IpcListener {
        int fd;
        IpcSocket socket;
} IpcListener;

struct IpcServer {
        IpcConfig config;
        int epoll;
        int wake; /* eventfd: jobs are done, or stop */
        pthread_t thread;
        bool has_thread;
        IpcListener listeners[_IPC_SOCKET_MAX * IPC_LISTENERS_MAX];
        size_t n_listeners;
        IpcConnection *connections;
        size_t n_connections;
        size_t n_jobs; /* given to lanes and not yet back */
        bool is_draining; /* each connection ends with its next answer */
        IpcShares shares;
        IpcTally tallies[_IPC_SOCKET_MAX];
        Usec complained_at;
        Usec listen_again_at; /* 0: listening */

        pthread_mutex_t lock; /* of what follows */
        IpcJob *done;
        bool is_stopping;
        bool has_ended;
        pthread_cond_t ended;
};

static void wake(IpcServer *server) {
        uint64_t one = 1;

        while (write(server->wake, &one, sizeof(one)) < 0 && errno == EINTR)
                ;
}

static void complain(IpcServer *server, LogEvent event, const char *what) {
        Usec now = lane_now();

        if (server->complained_at != 0 && now < server->complained_at + COMPLAIN_EVERY)
                return;
        server->complained_at = now;
        log_event(server->config.log, event, NULL, 0, "Local sockets: %s", what);
}

/* In a lane's thread. */
static void job_entered(LaneJob *lane_job, Arena *arena, bool expired) {
        IpcJob *job = (IpcJob *) lane_job;
        IpcServer *server = job->server;

        ipc_job_run(job, arena, expired, &server->config);
        pthread_mutex_lock(&server->lock);
        job->next = server->done;
        server->done = job;
        pthread_mutex_unlock(&server->lock);
        wake(server);
}

static void connection_watch(IpcServer *server, IpcConnection *c, bool reads, bool writes) {
        struct epoll_event event = {
                .events = (reads ? EPOLLIN : 0u) | (writes ? EPOLLOUT : 0u),
                .data.ptr = c,
        };

        c->wants_write = writes;
        (void) epoll_ctl(server->epoll, EPOLL_CTL_MOD, c->fd, &event);
}

static void connection_close(IpcServer *server, IpcConnection *c) {
        IpcConnection **at = &server->connections;

        while (*at != NULL && *at != c)
                at = &(*at)->next;
        assert(*at == c);
        *at = c->next;
        server->n_connections--;
        metric_add(&server->tallies[c->peer.socket].closed, 1);
        if (c->job != NULL)
                c->job->connection = NULL; /* its answer will be thrown away */
        /* Not left to close(): a copy of the descriptor in a forked child would keep it watched. */
        (void) epoll_ctl(server->epoll, EPOLL_CTL_DEL, c->fd, NULL);
        close(c->fd);
        buf_done(&c->in);
        buf_done(&c->out);
        c->fd = -1;
        free(c);
}

/* 0: all is out, or the rest waits for the socket; -errno: the peer is gone. */
static int connection_flush(IpcServer *server, IpcConnection *c) {
        size_t sent = 0;

        while (sent < c->out.len) {
                ssize_t n = send(c->fd, c->out.bytes + sent, c->out.len - sent, MSG_NOSIGNAL);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0 && errno != EAGAIN)
                        return -errno;
                if (n < 0)
                        break;
                sent += (size_t) n;
        }
        buf_drop_front(&c->out, sent);
        if (c->out.len > 0 && !c->wants_write)
                c->deadline = lane_now() + IPC_WRITE_DEADLINE;
        if (c->out.len == 0 && c->is_closing)
                return -ECONNRESET;
        /* Who does not read his answers gets no new calls read. */
        connection_watch(server, c, c->out.len == 0 && c->job == NULL, c->out.len > 0);
        return 0;
}

static void answer_error(IpcConnection *c, int reason) {
        JsonWriter w = JSON_WRITER(&c->out);

        varlink_error_write(&w, ipc_reason(reason, &c->peer), /* where= */ NULL);
}

/* What a connection may do when a call of it is over. */
static void answered(const IpcServer *server, IpcConnection *c) {
        c->has_called = true;
        c->is_closing = server->is_draining;
        c->deadline = lane_now() + (c->is_closing ? STOP_FLUSH : IPC_IDLE_DEADLINE);
}

static int submit(IpcServer *server, IpcConnection *c, IpcJob *job) {
        int r;

        if (!ipc_share_take(&server->shares, job->share, job->may_write, lane_now()))
                return IAM_E_BUSY;
        job->server = server;
        job->connection = c;
        job->began = lane_now();
        job->lane = (LaneJob){
                .run = job_entered,
                .source = c->source,
                .deadline = job->began + IPC_JOB_DEADLINE,
        };
        c->job = job;
        c->deadline = USEC_INFINITY; /* the lane's deadline counts now */
        server->n_jobs++;
        r = lanes_submit(server->config.lanes, job->method->lane, &job->lane);
        if (r == 0)
                return 0;
        server->n_jobs--;
        ipc_share_give(&server->shares, job->share);
        c->job = NULL;
        return r;
}

/* What is no call of the protocol is told so, and nothing more of that peer is read: where the next
 * message begins is anybody's guess.  1: told; -errno: hang up. */
static int refuse(const IpcServer *server, IpcConnection *c, int error) {
        const int reason = error == -EBADMSG    ? IAM_E_REQUEST_INVALID
                           : error == -EMSGSIZE ? IAM_E_TOO_LARGE
                                                : error;

        if (reason < 0)
                return reason;
        answer_error(c, reason);
        answered(server, c);
        c->is_closing = true;
        return 1;
}

/* Takes one call from the buffer.  1: taken; 0: there is none to take now; -errno: hang up. */
static int connection_take(IpcServer *server, IpcConnection *c) {
        bool oneway;
        IpcJob *job;
        size_t len;
        int r;

        if (c->job != NULL || c->out.len > 0 || c->is_closing)
                return 0;
        r = varlink_frame(c->in.bytes, c->in.len, VARLINK_CALL_MAX, &len);
        if (r < 0)
                return refuse(server, c, r);
        if (r == 0)
                return 0;
        r = ipc_job_new(c, c->in.bytes, len, &job, &oneway);
        buf_drop_front(&c->in, len + 1);
        if (r < 0)
                return refuse(server, c, r);
        if (r == 0) {
                r = submit(server, c, job);
                if (r == 0)
                        return 1;
                ipc_job_free(job);
                if (r == IAM_E_BUSY)
                        complain(server, LOG_OVERLOADED, "too much work is waiting");
        }
        ipc_tally_call(&server->tallies[c->peer.socket], r, 0);
        if (!oneway)
                answer_error(c, r);
        answered(server, c);
        return 1;
}

/* Takes calls while none is under way and their answers go out: nobody calls again for what has
 * been read already.  -errno: hang up. */
static int connection_serve(IpcServer *server, IpcConnection *c) {
        int taken, r;

        do {
                taken = connection_take(server, c);
                r = taken < 0 ? taken : connection_flush(server, c);
        } while (taken > 0 && r == 0 && c->job == NULL);
        return r;
}

static int connection_read(IpcServer *server, IpcConnection *c) {
        char chunk[READ_CHUNK];
        ssize_t n = recv(c->fd, chunk, sizeof(chunk), 0);

        if (n == 0)
                return -ECONNRESET;
        if (n < 0)
                return errno == EAGAIN || errno == EINTR ? 0 : -errno;
        if (c->in.len == 0 && !server->is_draining)
                c->deadline = lane_now() + IPC_MESSAGE_DEADLINE;
        buf_put(&c->in, chunk, (size_t) n);
        explicit_bzero(chunk, (size_t) n);
        if (buf_error(&c->in) != 0)
                return buf_error(&c->in);
        return connection_serve(server, c);
}

static void on_connection(IpcServer *server, IpcConnection *c, uint32_t events) {
        int r = 0;

        if ((events & EPOLLOUT) != 0) {
                r = connection_flush(server, c);
                if (r == 0 && c->out.len == 0) {
                        c->deadline = lane_now() + IPC_IDLE_DEADLINE;
                        r = connection_serve(server, c);
                }
        } else if ((events & EPOLLIN) != 0) {
                r = connection_read(server, c);
        } else if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
                r = -ECONNRESET;
        }
        if (r < 0)
                connection_close(server, c);
}

static size_t connections_of(const IpcServer *server, uid_t uid) {
        size_t n = 0;

        for (const IpcConnection *c = server->connections; c != NULL; c = c->next)
                n += c->peer.uid == uid;
        return n;
}

static bool has_room(const IpcServer *server, uid_t uid) {
        size_t mine = connections_of(server, uid);

        /* Half of all places are root's, whatever the others do. */
        if (uid == 0)
                return mine < IPC_CONNECTIONS_ROOT;
        return mine < IPC_CONNECTIONS_PER_UID &&
               server->n_connections - connections_of(server, 0) <
                               IPC_CONNECTIONS_MAX - IPC_CONNECTIONS_ROOT;
}

static int connection_new(IpcServer *server, int fd, const IpcPeer *peer) {
        IpcConnection *c = calloc(1, sizeof(*c));
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

        if (c == NULL)
                return -ENOMEM;
        c->fd = fd;
        c->peer = *peer;
        c->source = peer->uid != 0 ? peer->uid : (uint64_t) peer->pid << 32;
        /* One whole call and the beginning of the next. */
        c->in = (Buf) BUF_INIT(VARLINK_CALL_MAX + 1 + READ_CHUNK);
        c->out = (Buf) BUF_INIT(VARLINK_REPLY_MAX + 1);
        c->deadline = lane_now() + IPC_MESSAGE_DEADLINE;
        if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
                free(c);
                return -errno;
        }
        c->next = server->connections;
        server->connections = c;
        server->n_connections++;
        metric_add(&server->tallies[peer->socket].opened, 1);
        return 0;
}

static void listeners_watch(IpcServer *server, bool listens) {
        for (size_t i = 0; i < server->n_listeners; i++) {
                struct epoll_event event = { .events = listens ? EPOLLIN : 0u,
                                             .data.ptr = &server->listeners[i] };

                (void) epoll_ctl(server->epoll, EPOLL_CTL_MOD, server->listeners[i].fd, &event);
        }
        server->listen_again_at = listens ? 0 : lane_now() + TICK_MS * USEC_PER_MSEC;
}

static void on_listener(IpcServer *server, const IpcListener *listener) {
        int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        IpcPeer peer;

        if (fd < 0) {
                /* Out of descriptors: look away for a moment instead of spinning. */
                if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
                        complain(server, LOG_OVERLOADED, strerrordesc_np(errno));
                        listeners_watch(server, /* listens= */ false);
                }
                return;
        }
        if (ipc_peer_read(fd, listener->socket, server->config.admin_gid, &peer) < 0) {
                complain(server, LOG_PEER_REFUSED, "a peer without credentials was refused");
                close(fd);
                return;
        }
        if (!has_room(server, peer.uid)) {
                complain(server, LOG_OVERLOADED, "a uid has too many connections");
                metric_add(&server->tallies[peer.socket].turned_away, 1);
                close(fd);
                return;
        }
        if (connection_new(server, fd, &peer) < 0)
                close(fd);
}

/* A job is back: its answer goes to its connection, if that is still there. */
static void on_done(IpcServer *server, IpcJob *job) {
        IpcConnection *c = job->connection;
        int r = 0;

        server->n_jobs--;
        ipc_share_give(&server->shares, job->share);
        ipc_tally_call(&server->tallies[job->peer.socket], job->result, lane_now() - job->began);
        if (c != NULL) {
                c->job = NULL;
                answered(server, c);
                if (!job->oneway) {
                        Buf former = c->out;

                        assert(former.len == 0);
                        c->out = job->reply;
                        job->reply = former;
                }
                r = connection_flush(server, c);
                if (r == 0 && c->out.len == 0)
                        r = connection_serve(server, c);
                if (r < 0)
                        connection_close(server, c);
        }
        ipc_job_free(job);
}

static bool take_done(IpcServer *server) {
        bool stopping;
        uint64_t count;
        IpcJob *done;

        (void) !read(server->wake, &count, sizeof(count));
        pthread_mutex_lock(&server->lock);
        done = server->done;
        server->done = NULL;
        stopping = server->is_stopping;
        pthread_mutex_unlock(&server->lock);
        while (done != NULL) {
                IpcJob *job = done;

                done = job->next;
                on_done(server, job);
        }
        return stopping;
}

static void close_late(IpcServer *server) {
        Usec now = lane_now();
        IpcConnection *next;

        if (server->listen_again_at != 0 && now >= server->listen_again_at)
                listeners_watch(server, /* listens= */ true);
        for (IpcConnection *c = server->connections; c != NULL; c = next) {
                next = c->next;
                if (now >= c->deadline)
                        connection_close(server, c);
        }
}

static bool is_listener(const IpcServer *server, const void *pointer) {
        const char *p = pointer;

        return p >= (const char *) server->listeners &&
               p < (const char *) (server->listeners + server->n_listeners);
}

/* Connections of one round may close only themselves or, through take_done() and close_late(),
 * after the round: no event of it can point to freed memory. */
static void round_serve(IpcServer *server, const struct epoll_event *events, int n) {
        for (int i = 0; i < n; i++) {
                void *pointer = events[i].data.ptr;

                if (pointer == server)
                        continue; /* the eventfd: taken after the round */
                if (is_listener(server, pointer))
                        on_listener(server, pointer);
                else
                        on_connection(server, pointer, events[i].events);
        }
}

/* Who has connected will be heard: a call that is on its way must not meet a closed door.  Those
 * that are not accepted yet wait for the next daemon on the socket that stays. */
static void drain(IpcServer *server) {
        Usec now = lane_now();

        server->is_draining = true;
        for (size_t i = 0; i < server->n_listeners; i++)
                (void) epoll_ctl(server->epoll, EPOLL_CTL_DEL, server->listeners[i].fd, NULL);
        for (IpcConnection *c = server->connections; c != NULL; c = c->next) {
                bool is_calling = !c->has_called || c->in.len > 0;
                Usec until = now + (is_calling ? IPC_LAST_FIRST_CALL : IPC_LAST_CALL);

                if (c->job != NULL)
                        continue;
                c->is_closing = c->out.len > 0;
                if (c->is_closing)
                        until = now + STOP_FLUSH;
                if (c->deadline > until)
                        c->deadline = until;
        }
}

static void *server_main(void *context) {
        struct epoll_event events[EVENTS_MAX];
        IpcServer *server = context;
        bool stopping = false;

        pthread_setname_np(pthread_self(), "iamd-ipc");
        while (!stopping || server->n_jobs > 0 || server->connections != NULL) {
                int n =
                                epoll_wait(server->epoll, events, EVENTS_MAX,
                                           stopping ? DRAIN_TICK_MS : TICK_MS);
                bool stop;

                round_serve(server, events, n);
                stop = take_done(server);
                if (stop && !stopping)
                        drain(server);
                stopping = stop;
                close_late(server);
        }
        pthread_mutex_lock(&server->lock);
        server->has_ended = true;
        pthread_cond_signal(&server->ended);
        pthread_mutex_unlock(&server->lock);
        return NULL;
}

static int listeners_add(IpcServer *server) {
        for (IpcSocket socket = 0; socket < _IPC_SOCKET_MAX; socket++) {
                const IpcListeners *from = &server->config.listeners[socket];

                if (from->n > IPC_LISTENERS_MAX)
                        return -E2BIG;
                for (size_t i = 0; i < from->n; i++) {
                        IpcListener *listener = &server->listeners[server->n_listeners];
                        struct epoll_event event = { .events = EPOLLIN, .data.ptr = listener };

                        *listener = (IpcListener){ .fd = from->fds[i], .socket = socket };
                        if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, listener->fd, &event) < 0)
                                return -errno;
                        server->n_listeners++;
                }
        }
        return 0;
}

int ipc_server_new(const IpcConfig *config, IpcServer **ret) {
        IpcServer *server = calloc(1, sizeof(*server));
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = server };
        int r = 0;

        if (server == NULL)
                return -ENOMEM;
        server->config = *config;
        pthread_mutex_init(&server->lock, NULL);
        pthread_cond_init(&server->ended, NULL);
        server->epoll = epoll_create1(EPOLL_CLOEXEC);
        server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (server->epoll < 0 || server->wake < 0 ||
            epoll_ctl(server->epoll, EPOLL_CTL_ADD, server->wake, &event) < 0)
                r = -errno;
        if (r == 0)
                r = listeners_add(server);
        if (r == 0)
                r = -pthread_create(&server->thread, NULL, server_main, server);
        if (r < 0) {
                ipc_server_free(server);
                return r;
        }
        server->has_thread = true;
        *ret = server;
        return 0;
}

int ipc_server_stop(IpcServer *server, Usec until) {
        const struct timespec deadline = { .tv_sec = until / USEC_PER_SEC,
                                           .tv_nsec = until % USEC_PER_SEC * 1000 };
        int r = 0;

        if (!server->has_thread)
                return 0;
        pthread_mutex_lock(&server->lock);
        server->is_stopping = true;
        wake(server);
        while (!server->has_ended && r == 0)
                r = pthread_cond_clockwait(
                                &server->ended, &server->lock, CLOCK_MONOTONIC, &deadline);
        if (server->has_ended)
                r = 0;
        pthread_mutex_unlock(&server->lock);
        if (r != 0)
                return -r;
        (void) pthread_join(server->thread, NULL);
        server->has_thread = false;
        return 0;
}

IpcServer *ipc_server_free(IpcServer *server) {
        if (server == NULL)
                return NULL;
        assert(!server->has_thread);
        if (server->epoll >= 0)
                close(server->epoll);
        if (server->wake >= 0)
                close(server->wake);
        pthread_cond_destroy(&server->ended);
        pthread_mutex_destroy(&server->lock);
        free(server);
        return NULL;
}

void ipc_server_metrics(const IpcServer *server, Buf *out) {
        ipc_tally_write(server->tallies, out);
}
