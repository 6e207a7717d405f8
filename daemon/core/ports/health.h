/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the running daemon stands, besides its store: what threads, sockets and the publisher show at
 * this moment.  For `iamctl status` as values, for a monitoring system as text.
 */
#pragma once

#include "base/buf.h"

#define HEALTH_LANES_MAX 8
#define HEALTH_SOCKETS_MAX 8

typedef struct HealthLane {
        const char *name;
        unsigned threads;
        unsigned running;
        unsigned waiting;
        unsigned queue; /* that may wait */
        Usec stuck; /* all threads busy with one job each for so long; else 0 */
} HealthLane;

typedef struct HealthSocket {
        const char *name;
        size_t listening; /* listening sockets; 0: nobody can come in */
        bool is_optional; /* nobody may be meant to */
} HealthSocket;

typedef struct Health {
        const char *version;
        Usec started_at;
        Usec clock_behind; /* how far the host's clock is behind what was seen; 0: obeyed */
        HealthLane lanes[HEALTH_LANES_MAX];
        size_t n_lanes;
        HealthSocket sockets[HEALTH_SOCKETS_MAX];
        size_t n_sockets;
        /* The newest publication to the host. */
        Usec published_at; /* 0: none yet */
        uint64_t generation;
        size_t users, groups, sudo_rules;
        int publish_error; /* of the last run: 0, a Reason, or -errno */
} Health;

typedef struct HealthPort {
        void (*read)(void *self, Health *ret);
        void (*metrics)(void *self, Buf *out); /* in the format of base/metric.h */
        void *self;
} HealthPort;
