/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The local face: varlink on the lookup, auth and admin sockets.  One thread moves bytes, lanes do
 * the work.  Who calls is what the kernel says of the peer, and nothing a message says.
 */
#pragma once

#include "daemon/app/app.h"
#include "daemon/core/ports/log.h"
#include "daemon/run/lanes.h"

typedef enum IpcSocket {
        IPC_LOOKUP, /* anybody: users and groups */
        IPC_AUTH, /* uid 0 for anyone; another uid for the realm user of that uid, verify only */
        IPC_ADMIN, /* uid 0 and members of the admin group */
        _IPC_SOCKET_MAX,
        _IPC_SOCKET_INVALID = -EINVAL,
} IpcSocket;

#define IPC_LISTENERS_MAX 8
#define IPC_CONNECTIONS_MAX 1024
/* uid 0 speaks for every sshd, sudo and login of the host; another uid only for itself. */
#define IPC_CONNECTIONS_PER_UID 32
#define IPC_CONNECTIONS_ROOT 512
#define IPC_JOBS_PER_UID 8
/*
 * Calls on the auth socket leave attempts and audit events behind, so whoever is not root makes so
 * many of them at once, and then one each IPC_WRITE_EVERY.  To unlock a screen takes four.
 */
#define IPC_WRITES_AT_ONCE 60
#define IPC_WRITE_EVERY USEC_PER_SEC
/* Absolute deadlines on the monotonic clock; a drip of bytes moves none of them. */
#define IPC_MESSAGE_DEADLINE (10 * USEC_PER_SEC) /* from its first byte to its NUL */
#define IPC_IDLE_DEADLINE (300 * USEC_PER_SEC) /* a person may think that long about a prompt */
#define IPC_WRITE_DEADLINE (10 * USEC_PER_SEC)
#define IPC_JOB_DEADLINE (20 * USEC_PER_SEC) /* waiting in a lane */
/* After a stop: for the call of who has made none yet, and for another of who was answered. */
#define IPC_LAST_FIRST_CALL USEC_PER_SEC
#define IPC_LAST_CALL (100 * USEC_PER_MSEC)

typedef struct IpcListeners {
        const int *fds; /* non-blocking, listening; borrowed */
        size_t n;
} IpcListeners;

typedef struct IpcConfig {
        App *app;
        Lanes *lanes;
        const LogPort *log;
        IpcListeners listeners[_IPC_SOCKET_MAX];
        gid_t admin_gid; /* (gid_t) -1: there is no such group */
} IpcConfig;

typedef struct IpcServer IpcServer;

int ipc_server_new(const IpcConfig *config, IpcServer **ret); /* starts its thread */
/* Accepts nothing more, answers who is connected once more, waits for the jobs it gave to lanes,
 * closes all.  The lanes must run, or have been closed.  -ETIMEDOUT at lane_now() = until: then
 * nothing may be freed. */
int ipc_server_stop(IpcServer *server, Usec until);
IpcServer *ipc_server_free(IpcServer *server); /* only after ipc_server_stop() gave 0; NULL ok */

/* Connections and calls in figures (base/metric.h); from any thread. */
void ipc_server_metrics(const IpcServer *server, Buf *out);
