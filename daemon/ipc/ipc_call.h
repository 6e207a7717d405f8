/* SPDX-License-Identifier: Apache-2.0 */
/* One call as a method sees it, and the rows of all methods. */
#pragma once

#include "base/json.h"
#include "daemon/ipc/ipc.h"
#include "wire/field.h"
#include "wire/varlink.h"

typedef struct IpcPeer {
        uid_t uid;
        pid_t pid;
        IpcSocket socket;
        bool is_admin; /* uid 0, or a member of the admin group */
} IpcPeer;

typedef struct IpcCall {
        const IpcConfig *config;
        App *app;
        Arena *arena;
        const IpcPeer *peer;
        Caller caller; /* from the peer; methods add where the person sits */
        JsonValue parameters;
        const char *method; /* full name */
        JsonWriter *w;
        const char *where; /* the offending field, set before a Reason is returned */
} IpcCall;

typedef int (*IpcHandler)(IpcCall *call);

typedef struct IpcMethod {
        const char *name; /* "org.iamd.Login.Start" */
        IpcSocket socket;
        LaneId lane;
        bool root_only;
        /* 0: the reply was written by ipc_reply(); > 0: a Reason; < 0: -errno. */
        IpcHandler run;
} IpcMethod;

/* NULL: no such method on that socket. */
const IpcMethod *ipc_method_find(IpcSocket socket, const char *name);
/* One after the other, but those of administration; NULL: there are no more. */
const IpcMethod *ipc_method_at(size_t i);

/* Reads the parameters by table; the caller clears by wire_clear(). */
int ipc_call_read(IpcCall *call, const WireField *fields, size_t n, void *out);
void ipc_reply(IpcCall *call, const WireField *fields, size_t n, const void *out);
/* For replies written by hand: the parameters' members go between. */
void ipc_reply_begin(IpcCall *call);
void ipc_reply_end(IpcCall *call);

/* What the peer is told for what a method returned: never 0.  Law 4: only root hears what is not
 * tellable. */
int ipc_reason(int result, const IpcPeer *peer);

/* The handle of an attempt and its realm, which this host must serve: IAM_E_ATTEMPT_GONE otherwise.
 */
int ipc_attempt_split(IpcCall *call, const Secret *attempt, RealmId *ret_realm, Secret *ret);

/* The methods' homes. */
extern const IpcMethod ipc_login_methods[];
extern const size_t ipc_login_method_count;
extern const IpcMethod ipc_sudo_methods[];
extern const size_t ipc_sudo_method_count;
extern const IpcMethod ipc_lookup_methods[];
extern const size_t ipc_lookup_method_count;
const IpcMethod *ipc_admin_method_find(const char *name);
