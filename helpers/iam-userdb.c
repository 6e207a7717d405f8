/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serves io.systemd.UserDatabase on the socket that systemd hands it: userdbctl, pam_systemd and
 * nss-systemd ask there.  A program of its own, because logins wait for it: it goes on while iamd
 * is stopped, hangs or is upgraded, it waits for nobody, and what a stranger sends reaches a
 * process that holds nothing.  One thread; deadlines are absolute, a drip of bytes moves none.
 */
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "base/str.h"
#include "helpers/userdb.h"
#include "wire/varlink.h"

#define OWN_USER "iam-userdb"
#define LOCAL_USERS "/etc/passwd"
#define LOCAL_GROUPS "/etc/group"
#define CONNECTIONS_MAX 512
#define CONNECTIONS_PER_UID 32
#define CONNECTIONS_ROOT 256
#define READ_CHUNK 4096
/* From the connection, or a call, to the next one; its answer must have gone by then. */
#define CALL_DEADLINE (10 * USEC_PER_SEC)

typedef struct Server Server;

typedef struct Connection {
        Server *server;
        int fd;
        uid_t uid;
        sd_event_source *io;
        sd_event_source *timer;
        Buf in;
        Buf out;
        struct Connection *next;
} Connection;

struct Server {
        sd_event *event;
        Userdb db;
        Connection *connections;
        size_t n_connections;
};

static void fail(const char *what, int error) {
        (void) fprintf(stderr, "%siam-userdb: %s: %s\n", isatty(STDERR_FILENO) ? "" : "<3>", what,
                       strerrordesc_np(-error));
}

static Connection *connection_free(Connection *c) {
        Connection **at;

        if (c == NULL)
                return NULL;
        for (at = &c->server->connections; *at != NULL && *at != c; at = &(*at)->next)
                ;
        if (*at == c) {
                *at = c->next;
                c->server->n_connections--;
        }
        (void) sd_event_source_unref(c->io);
        (void) sd_event_source_unref(c->timer);
        buf_done(&c->in);
        buf_done(&c->out);
        if (c->fd >= 0)
                (void) close(c->fd);
        free(c);
        return NULL;
}

static void connection_freep(Connection **c) {
        (void) connection_free(*c);
}

static int on_late(sd_event_source *source, uint64_t now, void *context) {
        (void) connection_free(context);
        return 0;
}

static int deadline_move(Connection *c) {
        uint64_t now;
        int r = sd_event_now(c->server->event, CLOCK_MONOTONIC, &now);

        return r < 0 ? r : sd_event_source_set_time(c->timer, now + CALL_DEADLINE);
}

/* 1: all is out; 0: the rest waits for the socket; -errno: hang up. */
static int connection_flush(Connection *c) {
        while (c->out.len > 0) {
                ssize_t n = send(c->fd, c->out.bytes, c->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);

                if (n < 0 && errno == EAGAIN)
                        return 0;
                if (n < 0 && errno != EINTR)
                        return -errno;
                if (n > 0)
                        buf_drop_front(&c->out, (size_t) n);
        }
        return 1;
}

/* Answers what has been read, one call after the other.  -errno: hang up. */
static int connection_serve(Connection *c) {
        size_t len;
        int r;

        while ((r = connection_flush(c)) > 0) {
                r = varlink_frame(c->in.bytes, c->in.len, VARLINK_CALL_MAX, &len);
                if (r <= 0)
                        break;
                r = userdb_call(&c->server->db, c->in.bytes, len, &c->out);
                if (r == 0)
                        r = deadline_move(c);
                if (r < 0)
                        return r;
                buf_drop_front(&c->in, len + 1);
        }
        if (r < 0)
                return r;
        /* Who does not read his answers gets no new calls read. */
        return sd_event_source_set_io_events(c->io, c->out.len > 0 ? EPOLLOUT : EPOLLIN);
}

/* 1: something was read; 0: the peer has ended; -errno. */
static int connection_read(Connection *c) {
        char chunk[READ_CHUNK];
        ssize_t n = recv(c->fd, chunk, sizeof(chunk), MSG_DONTWAIT);

        if (n < 0)
                return errno == EAGAIN || errno == EINTR ? 1 : -errno;
        buf_put(&c->in, chunk, (size_t) n);
        return buf_error(&c->in) < 0 ? buf_error(&c->in) : n > 0;
}

static int on_connection(sd_event_source *source, int fd, uint32_t events, void *context) {
        Connection *c = context;
        int r = 1;

        if ((events & EPOLLIN) != 0)
                r = connection_read(c);
        else if ((events & (EPOLLHUP | EPOLLERR)) != 0)
                r = 0;
        if (r > 0 && connection_serve(c) == 0)
                return 0;
        (void) connection_free(c);
        return 0;
}

static size_t connections_of(const Server *server, uid_t uid) {
        size_t n = 0;

        for (const Connection *c = server->connections; c != NULL; c = c->next)
                n += c->uid == uid;
        return n;
}

/* Half of all places are root's, whatever the others do. */
static bool has_room(const Server *server, uid_t uid) {
        size_t of_root = connections_of(server, 0);

        if (uid == 0)
                return of_root < CONNECTIONS_ROOT;
        return connections_of(server, uid) < CONNECTIONS_PER_UID &&
               server->n_connections - of_root < CONNECTIONS_MAX - CONNECTIONS_ROOT;
}

static int connection_new(Server *server, int fd, uid_t uid) {
        CLEANUP(connection_freep) Connection *c = calloc(1, sizeof(*c));
        uint64_t now;
        int r;

        if (c == NULL) {
                (void) close(fd);
                return -ENOMEM;
        }
        *c = (Connection){
                .server = server,
                .fd = fd,
                .uid = uid,
                .in = BUF_INIT(VARLINK_CALL_MAX + 1 + READ_CHUNK),
                .out = BUF_INIT(VARLINK_REPLY_MAX),
                .next = server->connections,
        };
        server->connections = c;
        server->n_connections++;
        r = sd_event_now(server->event, CLOCK_MONOTONIC, &now);
        if (r >= 0)
                r = sd_event_add_io(server->event, &c->io, fd, EPOLLIN, on_connection, c);
        if (r >= 0)
                r = sd_event_add_time(
                                server->event, &c->timer, CLOCK_MONOTONIC, now + CALL_DEADLINE,
                                /* accuracy= */ USEC_PER_SEC, on_late, c);
        if (r < 0)
                return r;
        TAKE(c);
        return 0;
}

/* Who is turned away here has NSS to ask.  Always 0: sd-event switches off a source whose handler
 * fails. */
static int on_listener(sd_event_source *source, int listener, uint32_t events, void *context) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        Server *server = context;
        struct ucred peer;
        socklen_t len = sizeof(peer);

        if (fd < 0)
                return 0;
        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 ||
            !has_room(server, peer.uid)) {
                (void) close(fd);
                return 0;
        }
        (void) connection_new(server, fd, peer.uid); /* who fails has closed it */
        return 0;
}

static int local_id(int (*load)(const char *, LocalAccounts *), const char *path, uint32_t *ret) {
        CLEANUP(local_accounts_done) LocalAccounts accounts = {};
        int r = load(path, &accounts);

        if (r < 0)
                return r;
        if (!local_accounts_find(&accounts, OWN_USER, ret))
                return -ESRCH;
        return *ret != 0 ? 0 : -EPERM;
}

/* From the files: NSS would ask this program.  For the same reason the unit has no User=, by which
 * systemd would look for the groups of that user before it starts us. */
static int own_user_find(uid_t *ret_uid, gid_t *ret_gid) {
        int r = local_id(local_users_load, LOCAL_USERS, ret_uid);

        return r < 0 ? r : local_id(local_groups_load, LOCAL_GROUPS, ret_gid);
}

/* Root only until here: what reads strangers' bytes has no power. */
static int become_nobody_else(void) {
        uid_t uid = 0;
        gid_t gid = 0;
        int r;

        if (geteuid() != 0)
                return 0;
        r = own_user_find(&uid, &gid);
        if (r < 0)
                return r;
        if (setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
                return -errno;
        return geteuid() != 0 && setuid(0) < 0 ? 0 : -EPERM;
}

static int signals_add(sd_event *event) {
        static const int ends[] = { SIGTERM, SIGINT };
        sigset_t set;
        int r = 0;

        (void) sigemptyset(&set);
        for (size_t i = 0; i < ELEMENTSOF(ends); i++)
                (void) sigaddset(&set, ends[i]);
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): there are no threads */
        if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
                return -errno;
        /* Without a handler it ends the loop. */
        for (size_t i = 0; i < ELEMENTSOF(ends) && r >= 0; i++)
                r = sd_event_add_signal(event, NULL, ends[i], NULL, NULL);
        return r;
}

static int serve(Server *server) {
        int r, n = sd_listen_fds(/* unset_environment= */ 1);

        if (n <= 0)
                return n < 0 ? n : -ENOTCONN;
        r = sd_event_new(&server->event);
        if (r >= 0)
                r = signals_add(server->event);
        if (r >= 0)
                r = sd_event_set_watchdog(server->event, 1);
        for (int fd = SD_LISTEN_FDS_START; r >= 0 && fd < SD_LISTEN_FDS_START + n; fd++)
                r = sd_event_add_io(server->event, NULL, fd, EPOLLIN, on_listener, server);
        if (r >= 0)
                r = sd_notify(0, "READY=1");
        if (r >= 0)
                r = sd_event_loop(server->event);
        while (server->connections != NULL) {
                Connection *c = server->connections;

                server->connections = c->next;
                (void) connection_free(c);
        }
        server->event = sd_event_unref(server->event);
        return r;
}

int main(int argc, char **argv) {
        static const UserdbPlace place = { IAM_PUBLIC_DIR, LOCAL_USERS, LOCAL_GROUPS,
                                           "/etc/nsswitch.conf" };
        static Server server;
        int r;

        if (argc > 1) {
                (void) fputs("Usage: iam-userdb (started by iam-userdb.socket)\n", stderr);
                return EX_USAGE;
        }
        r = become_nobody_else();
        if (r < 0) {
                fail("cannot become " OWN_USER, r);
                return EX_NOUSER;
        }
        userdb_init(&server.db, &place);
        r = serve(&server);
        userdb_done(&server.db);
        if (r < 0)
                fail("cannot serve", r);
        return r < 0 ? EX_OSERR : EX_OK;
}
