/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The use cases' surroundings: ports and settings, handed over by main.c, and who is asking.  Use
 * cases are straight lines: values in, values out; they know no protocol and no library.
 */
#pragma once

#include "base/arena.h"
#include "daemon/core/ports/clock.h"
#include "daemon/core/ports/crypto.h"
#include "daemon/core/ports/factor.h"
#include "daemon/core/ports/health.h"
#include "daemon/core/ports/store.h"

typedef struct AppConfig {
        const char *base_url; /* "https://id.example.org", no trailing slash; law 1 */
        const char *host_realm; /* whose users are this host's, or NULL */
        StrList host_also; /* further realms, names shown as name@realm */
} AppConfig;

typedef struct App {
        AppConfig config;
        ClockPort clock;
        CryptoPort crypto;
        FactorPort factor;
        StorePort store;
        HealthPort health;
        void (*publish_poke)(
                        void *publisher); /* the directory changed: publish soon; may be NULL */
        void *publisher;
        _Atomic Usec last_event; /* audit.c: when the last event was, as its id says */
} App;

/* Who calls, as the face found out; never taken from a message. */
typedef struct Caller {
        Door door;
        const char *actor_kind; /* "local" "user" "client" "stranger" "system" */
        Id actor; /* null id for local and stranger */
        const char *actor_name; /* "root", a user name, or NULL */
        bool is_local_root; /* uid 0 or iam-admin on the admin socket: break-glass */
        RealmId realm; /* the realm of a user or client caller */
        const char *address; /* or NULL */
        const char *agent;
        const char *trace; /* request id, unique per request */
} Caller;

/* Fills the event's common part from the caller and inserts it; targets and details are optional.
 */
int app_audit(App *app, Txn *txn, const Caller *caller, const RealmId *realm, Usec now,
              const AuditEvent *event);
/* A fresh UUIDv7. */
int app_id_make(App *app, Usec now, Id *ret);
