/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/connections.h"

#include "daemon/run/lane.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct Connection {
        int fd; /* -1: this place is free */
        bool is_proxy; /* came by a Unix socket */
        bool is_busy;
        bool has_asked; /* a request of it began */
        Ip peer;
        Usec deadline;
};

struct Connections {
        ConnectionLimits limits;
        Connection places[]; /* limits.max of them */
};

int connections_new(const ConnectionLimits *limits, Connections **ret) {
        Connections *connections =
                        calloc(1, sizeof *connections + limits->max * sizeof(Connection));

        if (connections == NULL)
                return -ENOMEM;
        connections->limits = *limits;
        for (unsigned i = 0; i < limits->max; i++)
                connections->places[i].fd = -1;
        *ret = connections;
        return 0;
}

Connections *connections_free(Connections *connections) {
        free(connections);
        return NULL;
}

/* A proxy on this host has no address; while it names nobody it asks for itself. */
static const Ip ip_of_host = { .bytes = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 } };

/* False: no address of the Internet. */
static bool peer_of(const struct sockaddr_storage *address, Ip *ret) {
        if (address->ss_family == AF_INET) {
                const struct sockaddr_in *v4 = (const struct sockaddr_in *) address;

                *ret = (Ip){ .bytes = { [10] = 0xff, [11] = 0xff } };
                memcpy(ret->bytes + 12, &v4->sin_addr, 4);
                return true;
        }
        if (address->ss_family == AF_INET6) {
                const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *) address;

                memcpy(ret->bytes, &v6->sin6_addr, 16);
                return true;
        }
        *ret = ip_of_host;
        return false;
}

static bool is_trusted(const Connections *connections, const Ip *ip) {
        for (size_t i = 0; i < connections->limits.n_trusted; i++)
                if (cidr_has(&connections->limits.trusted[i], ip))
                        return true;
        return false;
}

static bool is_same_peer(const Connection *connection, const Ip *peer) {
        Ip a = ip_prefix(&connection->peer, 32, 64);
        Ip b = ip_prefix(peer, 32, 64);

        return !connection->is_proxy && memcmp(&a, &b, sizeof a) == 0;
}

int connections_add(
                Connections *connections, int fd, const struct sockaddr_storage *address,
                Usec patience) {
        Connection *place = NULL;
        unsigned of_peer = 0;
        Ip peer = {};
        bool is_proxy = !peer_of(address, &peer);

        for (unsigned i = 0; i < connections->limits.max; i++) {
                Connection *at = &connections->places[i];

                if (at->fd < 0)
                        place = at;
                else if (!is_proxy && is_same_peer(at, &peer))
                        of_peer++;
        }
        if (place == NULL)
                return -EBUSY;
        if (of_peer >= connections->limits.max_per_peer && !is_trusted(connections, &peer))
                return -EBUSY;
        *place = (Connection){
                .fd = fd,
                .is_proxy = is_proxy,
                .peer = peer,
                .deadline = lane_now() + patience,
        };
        return 0;
}

Connection *connections_find(Connections *connections, int fd) {
        for (unsigned i = 0; i < connections->limits.max; i++)
                if (connections->places[i].fd == fd)
                        return &connections->places[i];
        return NULL;
}

void connections_remove(Connections *connections, Connection *connection) {
        if (connection != NULL)
                *connection = (Connection){ .fd = -1 };
}

void connections_forget(Connections *connections, int fd) {
        connections_remove(connections, connections_find(connections, fd));
}

void connections_sweep(Connections *connections, Usec now) {
        for (unsigned i = 0; i < connections->limits.max; i++) {
                Connection *at = &connections->places[i];

                if (at->fd >= 0 && at->deadline <= now) {
                        (void) shutdown(at->fd, SHUT_RDWR);
                        at->deadline = USEC_INFINITY;
                }
        }
}

unsigned connections_open(const Connections *connections) {
        unsigned open = 0;

        for (unsigned i = 0; i < connections->limits.max; i++)
                open += connections->places[i].fd >= 0;
        return open;
}

void connections_drain(Connections *connections, Usec first, Usec again) {
        Usec now = lane_now();

        for (unsigned i = 0; i < connections->limits.max; i++) {
                Connection *at = &connections->places[i];
                Usec until = now + (at->has_asked ? again : first);

                if (at->fd >= 0 && !at->is_busy && at->deadline > until)
                        at->deadline = until;
        }
}

void connection_deadline(Connection *connection, Usec patience, bool is_busy) {
        if (connection == NULL)
                return;
        connection->is_busy = is_busy;
        connection->has_asked |= is_busy;
        connection->deadline = patience == USEC_INFINITY ? USEC_INFINITY : lane_now() + patience;
}

/* The last element of a comma-separated list of this length; returns where it begins. */
static size_t last_element(const char *list, size_t len, char ret[IP_TEXT_SIZE]) {
        size_t start = len;
        size_t end = len;

        while (start > 0 && list[start - 1] != ',')
                start--;
        while (end > start && list[end - 1] == ' ')
                end--;
        for (len = start; len < end && list[len] == ' ';)
                len++;
        ret[0] = '\0';
        if (end - len < IP_TEXT_SIZE) {
                memcpy(ret, list + len, end - len);
                ret[end - len] = '\0';
        }
        return start;
}

void connection_client_address(
                const Connections *connections, const Connection *connection, const char *forwarded,
                char ret_text[IP_TEXT_SIZE]) {
        size_t len = forwarded != NULL ? strlen(forwarded) : 0;
        bool is_believed;
        Ip ip;

        ret_text[0] = '\0';
        if (connection == NULL)
                return;
        ip = connection->peer;
        is_believed = connection->is_proxy || is_trusted(connections, &ip);
        while (len > 0 && is_believed) {
                char text[IP_TEXT_SIZE];
                size_t start = last_element(forwarded, len, text);
                Ip next;

                if (ip_parse(text, &next) < 0)
                        break; /* not an address: what stands before it proves nothing */
                ip = next;
                is_believed = is_trusted(connections, &ip);
                len = start > 0 ? start - 1 : 0;
        }
        ip_format(&ip, ret_text);
}

uint64_t connection_source(const char *address) {
        uint64_t source = 0;
        Ip ip;

        if (ip_parse(address, &ip) < 0)
                return 0;
        ip = ip_prefix(&ip, 24, 64);
        for (size_t i = 0; i < sizeof ip.bytes; i++)
                source = source * 1099511628211u ^ ip.bytes[i];
        return source;
}
