/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listening sockets that systemd hands over, by the names of their units
 * (FileDescriptorName=).  Binding the Unix sockets is systemd's work alone: so their directory,
 * owner and mode are decided in one place.  Only the TCP ones can be bound here.
 */
#pragma once

#include "base/macro.h"

typedef enum SocketName {
        SOCKET_LOOKUP,
        SOCKET_AUTH,
        SOCKET_ADMIN,
        SOCKET_HTTP,
        SOCKET_PROXY, /* HTTP too, from a proxy on this host */
        SOCKET_METRICS,
        _SOCKET_MAX,
        _SOCKET_INVALID = -EINVAL,
} SocketName;

const char *socket_name(SocketName name); /* "lookup": the FileDescriptorName= */

#define SOCKETS_PER_NAME 8 /* several ListenStream= lines of one unit */

typedef struct Sockets {
        int fds[_SOCKET_MAX][SOCKETS_PER_NAME]; /* non-blocking, close-on-exec, listening */
        size_t n[_SOCKET_MAX];
} Sockets;

/*
 * Takes all descriptors that were handed over and forgets the environment that announced them.
 * -EINVAL: an unknown name, more than SOCKETS_PER_NAME of one, or not a listening stream socket of
 * the right family; ret_error (at least 256 bytes) says which.
 */
int sockets_take(Sockets *ret, char *ret_error, size_t error_size);

/* Binds "ADDRESS:PORT" (IPv6 in brackets, numbers only) and adds it to those of the name. */
int sockets_listen(Sockets *sockets, SocketName name, const char *address);

void sockets_done(Sockets *sockets); /* closes */
