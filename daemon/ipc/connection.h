/* SPDX-License-Identifier: Apache-2.0 */
/* The server's inside: connections and jobs.  Only the server's thread touches a connection; a job
 * belongs to the lane until it is put on the list of done ones. */
#pragma once

#include "base/buf.h"
#include "base/metric.h"
#include "daemon/ipc/ipc_call.h"

typedef struct IpcConnection IpcConnection;
typedef struct IpcJob IpcJob;

struct IpcConnection {
        int fd;
        IpcPeer peer;
        uint64_t source; /* whom it speaks for, for the lanes' fairness */
        Buf in;
        Buf out;
        IpcJob *job; /* one at a time: calls of a connection are answered in order */
        Usec deadline;
        bool has_called; /* it was answered once, and may not call again */
        bool is_closing; /* after what is in `out` */
        bool wants_write;
        IpcConnection *next;
};

struct IpcJob {
        LaneJob lane; /* first: run() gets its address */
        IpcServer *server;
        IpcConnection *connection; /* NULL: it went away meanwhile */
        const IpcMethod *method;
        char name[VARLINK_NAME_MAX + 1];
        IpcPeer peer;
        uint64_t share; /* shares.h: whose the call is */
        bool may_write;
        bool oneway;
        char *text; /* the message; the parameters lend from it */
        size_t len;
        JsonValue parameters;
        Buf reply;
        Usec began;
        int result; /* what the method returned */
        IpcJob *next;
};

/* Figures of one kind of socket; counted by the server's thread. */
typedef struct IpcTally {
        _Atomic uint64_t opened, closed, turned_away; /* connections */
        _Atomic uint64_t done, refused, failed; /* calls */
        MetricTimes times; /* from the whole message to its answer */
} IpcTally;

/* tally.c; result as of a method. */
void ipc_tally_call(IpcTally *tally, int result, Usec took);
void ipc_tally_write(const IpcTally tallies[_IPC_SOCKET_MAX], Buf *out);

/* job.c: takes the message; 0, a Reason to tell, or -errno to hang up. */
int ipc_job_new(IpcConnection *connection, const char *text, size_t len, IpcJob **ret,
                bool *ret_oneway);
void ipc_job_free(IpcJob *job);
void ipc_job_run(IpcJob *job, Arena *arena, bool expired, const IpcConfig *config);

/* peer.c: what the kernel says; is_admin by the group at the time of connect(). */
int ipc_peer_read(int fd, IpcSocket socket, gid_t admin_gid, IpcPeer *ret);
