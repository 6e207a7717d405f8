/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The open connections: how many in all and per peer, and until when each may take for what it is
 * doing.  The server's thread only.  Knows sockets, no HTTP.
 */
#pragma once

#include "base/ip.h"

#include <sys/socket.h>

typedef struct Connections Connections;
typedef struct Connection Connection;

typedef struct ConnectionLimits {
        unsigned max;
        unsigned max_per_peer; /* an IPv4 address, an IPv6 /64; not for trusted peers */
        const Cidr *trusted; /* proxies, which speak for many; borrowed */
        size_t n_trusted;
} ConnectionLimits;

int connections_new(const ConnectionLimits *limits, Connections **ret);
Connections *connections_free(Connections *connections);

/* -EBUSY: too many, in all or of this peer.  patience: microseconds until the first head is in. */
int connections_add(
                Connections *connections, int fd, const struct sockaddr_storage *peer,
                Usec patience);
Connection *connections_find(Connections *connections, int fd); /* or NULL */
void connections_remove(Connections *connections, Connection *connection); /* NULL ok */
void connections_forget(Connections *connections, int fd);
/* Shuts down whatever is past its deadline; the library then closes it. */
void connections_sweep(Connections *connections, Usec now);
unsigned connections_open(const Connections *connections);
/* The server stops: so long at most for the request of those that have made none yet, and for
 * another request of those that were answered.  Requests under way keep their deadlines. */
void connections_drain(Connections *connections, Usec first, Usec again);

/* From now on this long for the present task; USEC_INFINITY: no bound, a lane has it.  is_busy: a
 * request is under way.  NULL ok. */
void connection_deadline(Connection *connection, Usec patience, bool is_busy);

/*
 * The peer, or behind trusted proxies the nearest address in X-Forwarded-For, read from its end,
 * that is not one of theirs.  Whoever comes by a Unix socket is trusted: its mode says who may.
 */
void connection_client_address(
                const Connections *connections, const Connection *connection, const char *forwarded,
                char ret_text[IP_TEXT_SIZE]);
/* The lane's source of an address: its /24 or /64. */
uint64_t connection_source(const char *address);
