/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Publishes the directory to the host: the snapshot for NSS and PAM, and the typed sudo rules for
 * the root helper.  Knows the store as a port, and no faces.
 *
 * The order of writes makes sudo rules never wider than the directory: first the rules that end are
 * taken away, then the snapshot is replaced, then the rules that begin are added; only then is the
 * outbox told.  A crash in between leaves some prefix of that, and the next start does the rest.
 */
#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "daemon/core/ports/clock.h"
#include "daemon/core/ports/log.h"
#include "daemon/core/ports/store.h"

/* A change is published when no other followed for QUIET, and at the latest after BOUND. */
#define PUBLISH_QUIET (50 * USEC_PER_MSEC)
#define PUBLISH_BOUND (500 * USEC_PER_MSEC)
/* How often publisher_run() wants to be called when nobody pokes: it then looks whether the local
 * files or what was published were changed by others. */
#define PUBLISH_INTERVAL (1 * USEC_PER_SEC)
/* The helper's path unit does not see a change while the helper runs; so the rules file is touched
 * once more when it has surely ended. */
#define PUBLISH_RING_AGAIN (2 * USEC_PER_SEC)

typedef struct PublisherConfig {
        const StorePort *store; /* lent, as all here, until publisher_free() */
        const ClockPort *clock;
        const LogPort *log;
        const char *realm; /* [host] realm; NULL or "": the host has no users of ours */
        StrList also; /* [host] also */
        const char *public_directory;
        const char *sudo_rules;
        const char *local_passwd;
        const char *local_group;
} PublisherConfig;

typedef struct PublisherStatus {
        Usec published_at; /* of the snapshot that is there; 0: none yet */
        uint64_t generation;
        size_t users;
        size_t groups;
        size_t sudo_rules;
        int error; /* of the last run: 0, a Reason, or -errno */
        bool is_pending; /* a change or a failure waits for the next run */
} PublisherStatus;

typedef struct Publisher Publisher;

int publisher_new(const PublisherConfig *config, Publisher **ret);
Publisher *publisher_free(Publisher *publisher); /* no run may be under way; NULL ok */

/* One look, and a publication when something changed.  Never twice at the same time; made for
 * loop_every(), hence its arguments.  What goes wrong is logged, and tried again by the next run.
 */
void publisher_run(void *publisher, Arena *arena);

void publisher_status(Publisher *publisher, PublisherStatus *ret); /* from any thread */
