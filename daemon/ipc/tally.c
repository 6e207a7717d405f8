/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/ipc/connection.h"

static const char *const names[_IPC_SOCKET_MAX] = {
        [IPC_LOOKUP] = "lookup",
        [IPC_AUTH] = "auth",
        [IPC_ADMIN] = "admin",
};

void ipc_tally_call(IpcTally *tally, int result, Usec took) {
        metric_add(result == 0 ? &tally->done : result > 0 ? &tally->refused : &tally->failed, 1);
        metric_times_add(&tally->times, took);
}

static void put_calls(const IpcTally *tally, const char *name, Buf *out) {
        const struct {
                const char *result;
                const _Atomic uint64_t *count;
        } rows[] = {
                { "done", &tally->done },
                { "refused", &tally->refused },
                { "failed", &tally->failed },
        };

        for (size_t i = 0; i < ELEMENTSOF(rows); i++)
                metric_put(out, "iamd_socket_calls_total",
                           METRIC_LABELS({ "socket", name }, { "result", rows[i].result }),
                           metric_get(rows[i].count));
}

void ipc_tally_write(const IpcTally tallies[_IPC_SOCKET_MAX], Buf *out) {
        metric_head(out, "iamd_socket_calls_total", "counter",
                    "Calls on the Unix sockets; refused: answered with a reason.");
        for (size_t i = 0; i < _IPC_SOCKET_MAX; i++)
                put_calls(&tallies[i], names[i], out);
        metric_head(out, "iamd_socket_call_seconds", "histogram",
                    "From a whole call until its answer.");
        for (size_t i = 0; i < _IPC_SOCKET_MAX; i++)
                metric_put_times(
                                out, "iamd_socket_call_seconds",
                                METRIC_LABELS({ "socket", names[i] }), &tallies[i].times);
        metric_head(out, "iamd_socket_connections", "gauge", "Open connections.");
        for (size_t i = 0; i < _IPC_SOCKET_MAX; i++) {
                /* Those closed are read first, so that the difference is never negative. */
                uint64_t closed = metric_get(&tallies[i].closed);

                metric_put(out, "iamd_socket_connections", METRIC_LABELS({ "socket", names[i] }),
                           metric_get(&tallies[i].opened) - closed);
        }
        metric_head(out, "iamd_socket_connections_refused_total", "counter",
                    "Connections closed at once, because a uid has too many.");
        for (size_t i = 0; i < _IPC_SOCKET_MAX; i++)
                metric_put(out, "iamd_socket_connections_refused_total",
                           METRIC_LABELS({ "socket", names[i] }),
                           metric_get(&tallies[i].turned_away));
}
