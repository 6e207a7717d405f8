/* SPDX-License-Identifier: Apache-2.0 */
/* The place of pam_place.h with a whole iamd in this process; alice and bob have accounts there. */
#pragma once

#include <stdarg.h>
#include <unistd.h>

#include "daemon/ipc/ipc.h"
#include "daemon/run/lanes.h"
#include "tests/support/pam_place.h"
#include "tests/support/people.h"

typedef struct Host {
        People people;
        Lanes lanes;
        IpcServer *server;
        int fd;
} Host;

static inline void
host_log(void *self, LogEvent event, const LogField *fields, size_t n, const char *format,
         va_list arguments) {
        (void) self, (void) event, (void) fields, (void) n, (void) format, (void) arguments;
}

static inline void host_done(Host *host) {
        if (host->server != NULL) {
                (void) ipc_server_stop(host->server, lane_now() + 10 * USEC_PER_SEC);
                ipc_server_free(host->server);
                (void) lanes_stop(&host->lanes, lane_now() + 10 * USEC_PER_SEC);
                lanes_done(&host->lanes);
                close(host->fd);
        }
        people_done(&host->people);
}

static inline void host_serve(Host *host) {
        static const LogPort no_log = { .write = host_log };
        IpcConfig config = { .app = host->people.app,
                             .lanes = &host->lanes,
                             .log = &no_log,
                             .admin_gid = (gid_t) -1,
                             .listeners = { [IPC_AUTH] = { &host->fd, 1 } } };

        ASSERT_OK(ipc_server_new(&config, &host->server));
}

static inline void host_init(Host *host) {
        static const char *const everybody[] = { "alice", "bob" };
        const LaneSize sizes[_LANE_MAX] = { { 1, 64 }, { 2, 64 }, { 2, 64 } };

        place_init("");
        place_publish(everybody, ELEMENTSOF(everybody));
        people_init(&host->people);
        host->fd = place_listen();
        ASSERT_OK(lanes_init(sizes, &host->lanes));
        host_serve(host);
}
