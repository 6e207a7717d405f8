/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/health.h"

#include "base/metric.h"

static void read_publisher(const HealthSources *sources, Health *ret) {
        PublisherStatus status = {};

        publisher_status(*sources->publisher, &status);
        ret->published_at = status.published_at;
        ret->generation = status.generation;
        ret->users = status.users;
        ret->groups = status.groups;
        ret->sudo_rules = status.sudo_rules;
        ret->publish_error = status.error;
}

static void health_read(void *self, Health *ret) {
        static_assert(_LANE_MAX <= HEALTH_LANES_MAX && _SOCKET_MAX <= HEALTH_SOCKETS_MAX, "room");
        const HealthSources *sources = self;

        *ret = (Health){
                .version = sources->version,
                .started_at = sources->started_at,
                .clock_behind = clock_mark_behind(sources->clock),
                .n_lanes = _LANE_MAX,
                .n_sockets = _SOCKET_MAX,
        };
        for (size_t i = 0; i < _LANE_MAX; i++) {
                LaneStatus lane;

                lane_status(sources->lanes->lanes[i], &lane);
                ret->lanes[i] = (HealthLane){
                        .name = lane.name,
                        .threads = lane.threads,
                        .running = lane.running,
                        .waiting = lane.waiting,
                        .queue = lane.queue,
                        .stuck = lane.stuck,
                };
        }
        for (size_t i = 0; i < _SOCKET_MAX; i++)
                ret->sockets[i] = (HealthSocket){
                        .name = socket_name((SocketName) i),
                        .listening = sources->sockets->n[i],
                        .is_optional = i == SOCKET_PROXY || i == SOCKET_METRICS,
                };
        read_publisher(sources, ret);
}

/* One line for each lane of a figure that lane_status() gives. */
#define PUT_LANES(out, lanes, called, type, help, value)                                           \
        do {                                                                                       \
                metric_head((out), (called), (type), (help));                                      \
                for (size_t i_ = 0; i_ < _LANE_MAX; i_++) {                                        \
                        const LaneStatus *lane = &(lanes)[i_];                                     \
                        metric_put((out), (called), METRIC_LABELS({ "lane", lane->name }),         \
                                   (value));                                                       \
                }                                                                                  \
        } while (0)

static void put_lanes(const HealthSources *sources, Buf *out) {
        LaneStatus lanes[_LANE_MAX];

        for (size_t i = 0; i < _LANE_MAX; i++)
                lane_status(sources->lanes->lanes[i], &lanes[i]);
        PUT_LANES(out, lanes, "iamd_lane_threads", "gauge", "Threads of a lane.", lane->threads);
        PUT_LANES(out, lanes, "iamd_lane_running", "gauge", "Threads at work.", lane->running);
        PUT_LANES(out, lanes, "iamd_lane_waiting", "gauge", "Jobs that wait.", lane->waiting);
        PUT_LANES(out, lanes, "iamd_lane_queue", "gauge", "Jobs that may wait.", lane->queue);
        PUT_LANES(out, lanes, "iamd_lane_jobs_total", "counter", "Jobs taken.", lane->submitted);
        PUT_LANES(out, lanes, "iamd_lane_rejected_total", "counter",
                  "Jobs refused, because the queue or their source's share of it was full.",
                  lane->rejected);
        PUT_LANES(out, lanes, "iamd_lane_expired_total", "counter",
                  "Jobs that waited until their deadline had passed.", lane->expired);
        metric_head(out, "iamd_lane_waited_seconds_total", "counter", "Time that jobs waited.");
        for (size_t i = 0; i < _LANE_MAX; i++)
                metric_put_time(out, "iamd_lane_waited_seconds_total",
                                METRIC_LABELS({ "lane", lanes[i].name }), lanes[i].waited);
}

static void put_tasks(const HealthSources *sources, Buf *out) {
        metric_head(out, "iamd_task_runs_total", "counter", "Runs of a periodic job.");
        for (size_t i = 0; i < loop_task_count(sources->loop); i++) {
                LoopTaskStatus task;

                loop_task_status(sources->loop, i, &task);
                metric_put(out, "iamd_task_runs_total", METRIC_LABELS({ "task", task.name }),
                           task.runs);
        }
        metric_head(out, "iamd_task_last_seconds", "gauge", "What its last run took.");
        for (size_t i = 0; i < loop_task_count(sources->loop); i++) {
                LoopTaskStatus task;

                loop_task_status(sources->loop, i, &task);
                metric_put_time(out, "iamd_task_last_seconds", METRIC_LABELS({ "task", task.name }),
                                task.last_took);
        }
}

static void put_directory(const HealthSources *sources, Buf *out) {
        Health health = {};

        read_publisher(sources, &health);
        metric_one(out, "iamd_directory_generation", "gauge",
                   "Number of the published snapshot; it rises with each.", health.generation);
        metric_head(out, "iamd_directory_published_seconds", "gauge",
                    "When it was published, since 1970.");
        metric_put_time(out, "iamd_directory_published_seconds", METRIC_NO_LABELS,
                        health.published_at);
        metric_one(out, "iamd_directory_users", "gauge", "Users in it.", health.users);
        metric_one(out, "iamd_directory_groups", "gauge", "Groups in it.", health.groups);
        metric_one(out, "iamd_sudo_rules", "gauge", "Sudo rules given to the root helper.",
                   health.sudo_rules);
        metric_one(out, "iamd_directory_failing", "gauge",
                   "1 while the last publication did not succeed.", health.publish_error != 0);
}

static void put_sockets(const HealthSources *sources, Buf *out) {
        metric_head(out, "iamd_sockets_listening", "gauge", "Listening sockets by their use.");
        for (size_t i = 0; i < _SOCKET_MAX; i++)
                metric_put(out, "iamd_sockets_listening",
                           METRIC_LABELS({ "socket", socket_name((SocketName) i) }),
                           sources->sockets->n[i]);
}

static void health_metrics(void *self, Buf *out) {
        const HealthSources *sources = self;

        metric_head(out, "iamd_info", "gauge", "The version that runs; always 1.");
        metric_put(out, "iamd_info", METRIC_LABELS({ "version", sources->version }), 1);
        metric_head(out, "iamd_start_seconds", "gauge", "When it started, since 1970.");
        metric_put_time(out, "iamd_start_seconds", METRIC_NO_LABELS, sources->started_at);
        metric_head(out, "iamd_clock_behind_seconds", "gauge",
                    "How far the host's clock is behind the latest time seen; 0: it is obeyed.");
        metric_put_time(out, "iamd_clock_behind_seconds", METRIC_NO_LABELS,
                        clock_mark_behind(sources->clock));
        put_lanes(sources, out);
        put_tasks(sources, out);
        put_directory(sources, out);
        put_sockets(sources, out);
        http_server_metrics(*sources->http, out);
        ipc_server_metrics(*sources->ipc, out);
}

HealthPort health_port(HealthSources *sources) {
        return (HealthPort){
                .read = health_read,
                .metrics = health_metrics,
                .self = sources,
        };
}
