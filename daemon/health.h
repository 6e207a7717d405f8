/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's parts behind core/ports/health.h; for main.c alone, as it knows them all. */
#pragma once

#include "daemon/core/clock_mark.h"
#include "daemon/core/ports/health.h"
#include "daemon/http/server.h"
#include "daemon/ipc/ipc.h"
#include "daemon/publish/publisher.h"
#include "daemon/run/lanes.h"
#include "daemon/run/loop.h"
#include "daemon/run/sockets.h"

/* Places of what is started later; the ports are called when all of it runs. */
typedef struct HealthSources {
        const char *version;
        Usec started_at;
        const ClockMark *clock;
        Lanes *lanes;
        const Loop *loop;
        const Sockets *sockets;
        Publisher **publisher;
        HttpServer **http;
        IpcServer **ipc;
} HealthSources;

HealthPort health_port(HealthSources *sources);
