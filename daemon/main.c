/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The composition root: the only file that knows every adapter.  Components start in the order of
 * one table and stop in reverse; nothing registers itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/reason.h"
#include "daemon/app/clock.h"
#include "daemon/arguments.h"
#include "daemon/config.h"
#include "daemon/crypto/crypto.h"
#include "daemon/factor/factor.h"
#include "daemon/health.h"
#include "daemon/http/server.h"
#include "daemon/ipc/ipc.h"
#include "daemon/os/clock.h"
#include "daemon/os/group.h"
#include "daemon/os/journal.h"
#include "daemon/os/process.h"
#include "daemon/publish/publisher.h"
#include "daemon/run/lanes.h"
#include "daemon/run/loop.h"
#include "daemon/run/sockets.h"
#include "daemon/store/store.h"
#include "daemon/upkeep.h"

/* Jobs are bounded by far less; systemd kills the daemon at TimeoutStopSec, which is longer. */
#define STOP_BOUND (20 * USEC_PER_SEC)
/* A lane whose threads all work on the same jobs for so long will not recover by itself. */
#define STUCK_BOUND (60 * USEC_PER_SEC)
#define METRICS_CONNECTIONS 16

typedef struct Iamd {
        const Arguments *arguments;
        unsigned processors;
        Config config; /* of the start; what a reload may change is applied and kept here too */
        Journal *journal;
        LogPort log;
        Loop *loop;
        Sockets sockets;
        int http_fds[2 * SOCKETS_PER_NAME]; /* lent by sockets */
        Crypto *crypto;
        CryptoPort crypto_port;
        Factor factor;
        FactorPort factor_port;
        Store *store;
        Lanes lanes;
        ClockMark clock;
        App app;
        const char *host_also[CONFIG_REALMS_MAX]; /* lent to app.config */
        Publisher *publisher;
        PublisherStatus published; /* what systemd was told; of the publishing job only */
        HttpServer *http;
        HttpServer *metrics; /* NULL: served nowhere */
        IpcServer *ipc;
        HealthSources health;
        Upkeep upkeep;
        bool is_stuck; /* a job outlived STOP_BOUND: free nothing, leave at once */
        char error[CONFIG_ERROR_SIZE]; /* more than errno can say, or "" */
} Iamd;

static void on_reload(void *context) {
        CLEANUP(buf_done) Buf keys = BUF_INIT(4096);
        char error[CONFIG_ERROR_SIZE] = "";
        Iamd *iamd = context;
        Config config;
        int r;

        r = config_load(iamd->arguments->config_file, iamd->arguments->config_must_exist,
                        iamd->processors, &config, error);
        if (r < 0) {
                log_event(&iamd->log, LOG_RELOAD_REFUSED, NULL, 0,
                          "Configuration refused, the old one stays: %s", error);
                return;
        }

        config_restart_keys(&iamd->config, &config, &keys);
        if (keys.len > 0)
                log_event(&iamd->log, LOG_RESTART_NEEDED, LOG_FIELDS({ "IAM_KEYS", keys.bytes }),
                          "These changes wait for a restart: %s", keys.bytes);
        iamd->config.log = config.log;
        journal_set_level(iamd->journal, config.log.level);
        log_event(&iamd->log, LOG_RELOADED, NULL, 0, "Configuration read again");
}

static bool is_healthy(void *context) {
        Iamd *iamd = context;

        if (lanes_are_alive(&iamd->lanes, STUCK_BOUND))
                return true;
        log_event(&iamd->log, LOG_STUCK, NULL, 0,
                  "All threads of a lane have been stuck for a minute; the watchdog will act");
        return false;
}

/* Before any thread: signals are blocked here for all. */
static int loop_start(Iamd *iamd) {
        LoopHooks hooks = { .reload = on_reload, .is_healthy = is_healthy, .context = iamd };

        return loop_new(&hooks, &iamd->loop);
}

static void loop_end(Iamd *iamd) {
        iamd->loop = loop_free(iamd->loop);
}

static int listen_on(Iamd *iamd, SocketName name, const char *address) {
        int r = iamd->sockets.n[name] > 0 ? 0 : sockets_listen(&iamd->sockets, name, address);

        if (r < 0)
                (void) snprintf(iamd->error, sizeof(iamd->error), "cannot listen on %s: %s",
                                address, strerrordesc_np(-r));
        return r;
}

static int sockets_start(Iamd *iamd) {
        int r;

        r = sockets_take(&iamd->sockets, iamd->error, sizeof(iamd->error));
        if (r == 0 && iamd->sockets.n[SOCKET_PROXY] == 0)
                r = listen_on(iamd, SOCKET_HTTP, iamd->config.http.listen);
        if (r == 0 && !str_is_empty(iamd->config.http.metrics_listen))
                r = listen_on(iamd, SOCKET_METRICS, iamd->config.http.metrics_listen);
        return r;
}

static void sockets_end(Iamd *iamd) {
        sockets_done(&iamd->sockets);
}

static int crypto_start(Iamd *iamd) {
        CLEANUP(secret_clear) Secret kek = {};
        CryptoConfig config = { .kek = &kek, .password_cost = PASSWORD_COST_DEFAULT };
        int r;

        r = memory_lock(&kek, sizeof(kek));
        if (r < 0) {
                (void) snprintf(iamd->error, sizeof(iamd->error),
                                "cannot keep keys out of swap: mlock: %s (LimitMEMLOCK=; in a "
                                "container, CAP_IPC_LOCK)",
                                strerrordesc_np(-r));
                return r;
        }
        r = credential_read(KEK_CREDENTIAL, KEK_SIZE, &kek);
        if (r < 0) {
                (void) snprintf(iamd->error, sizeof(iamd->error),
                                "no usable credential " KEK_CREDENTIAL ": %s%s",
                                strerrordesc_np(-r),
                                r == -ENOKEY ? " (iamd-keygen.service makes it)" : "");
                return r;
        }
        r = crypto_new(&config, &iamd->crypto);
        if (r < 0)
                return r;
        crypto_port(iamd->crypto, &iamd->crypto_port);
        return 0;
}

static void crypto_end(Iamd *iamd) {
        iamd->crypto = crypto_free(iamd->crypto);
}

static int factor_start(Iamd *iamd) {
        int r = factor_init(&iamd->factor, &os_clock);

        if (r == 0)
                factor_port(&iamd->factor, &iamd->factor_port);
        return r;
}

static void factor_end(Iamd *iamd) {
        factor_done(&iamd->factor);
}

/* Every thread of a lane may read at the same time. */
static unsigned readers_wanted(const Config *config) {
        unsigned n = config->lanes.fast_threads + config->lanes.store_threads +
                     config->lanes.hash_threads + LANES_WORK_THREADS;

        return n < STORE_READERS_MAX ? n : STORE_READERS_MAX;
}

static int store_start(Iamd *iamd) {
        const StoreConfig config = {
                .path = iamd->config.store.path,
                .readers = readers_wanted(&iamd->config),
                .now = os_clock.now(os_clock.self),
                .problem = iamd->error,
                .problem_size = sizeof(iamd->error),
        };

        return store_open(&config, &iamd->store);
}

static void store_end(Iamd *iamd) {
        store_close(iamd->store);
        iamd->store = NULL;
}

/* The use cases' view of all that was started before; nothing of it changes until the end. */
static int app_start(Iamd *iamd) {
        const Config *config = &iamd->config;
        Usec mark;
        int r;

        for (size_t i = 0; i < config->host.also.n; i++)
                iamd->host_also[i] = config->host.also.items[i];
        iamd->app = (App){
                .config = {
                        .base_url = config->http.base_url,
                        .host_realm = str_is_empty(config->host.realm) ? NULL
                                                                       : config->host.realm,
                        .host_also = { .items = iamd->host_also, .n = config->host.also.n },
                },
                .crypto = iamd->crypto_port,
                .factor = iamd->factor_port,
        };
        store_port(iamd->store, &iamd->app.store);
        r = app_clock_load(&iamd->app.store, &mark);
        if (r < 0)
                return r;
        clock_mark_init(&iamd->clock, &os_clock, mark);
        iamd->app.clock = clock_mark_port(&iamd->clock);
        iamd->health = (HealthSources){
                .version = IAMD_VERSION,
                .started_at = os_clock.now(os_clock.self),
                .clock = &iamd->clock,
                .lanes = &iamd->lanes,
                .loop = iamd->loop,
                .sockets = &iamd->sockets,
                .publisher = &iamd->publisher,
                .http = &iamd->http,
                .ipc = &iamd->ipc,
        };
        iamd->app.health = health_port(&iamd->health);
        return 0;
}

/* Those of the network and those of a proxy on this host, which the server tells apart itself. */
static size_t http_listeners(Iamd *iamd) {
        static const SocketName names[] = { SOCKET_HTTP, SOCKET_PROXY };
        size_t n = 0;

        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                for (size_t j = 0; j < iamd->sockets.n[names[i]]; j++)
                        iamd->http_fds[n++] = iamd->sockets.fds[names[i]][j];
        return n;
}

/* What both HTTP servers have in common. */
static HttpServerOptions http_options(Iamd *iamd) {
        return (HttpServerOptions){
                .app = &iamd->app,
                .lanes = &iamd->lanes,
                .log = &iamd->log,
                .max_connections = iamd->config.http.max_connections,
                .max_connections_per_peer = iamd->config.http.max_connections_per_peer,
                .trusted_proxies = iamd->config.http.trusted_proxies.items,
                .n_trusted_proxies = iamd->config.http.trusted_proxies.n,
                .deadlines = HTTP_DEADLINES,
        };
}

static HttpServer *http_server_end(Iamd *iamd, HttpServer *server) {
        if (server == NULL)
                return NULL;
        if (http_server_stop(server, lane_now() + STOP_BOUND) == 0)
                return http_server_free(server);
        iamd->is_stuck = true;
        return server;
}

static int http_start(Iamd *iamd) {
        HttpServerOptions options = http_options(iamd);

        options.listen_fds = iamd->http_fds;
        options.n_listen_fds = http_listeners(iamd);
        options.routes = http_routes;
        options.n_routes = http_routes_n;
        options.thread_name = "iamd-http";
        return http_server_new(&options, &iamd->http);
}

static void http_end(Iamd *iamd) {
        iamd->http = http_server_end(iamd, iamd->http);
}

/* After the faces, whose figures it shows. */
static int metrics_start(Iamd *iamd) {
        HttpServerOptions options = http_options(iamd);

        if (iamd->sockets.n[SOCKET_METRICS] == 0)
                return 0;
        options.listen_fds = iamd->sockets.fds[SOCKET_METRICS];
        options.n_listen_fds = iamd->sockets.n[SOCKET_METRICS];
        options.max_connections = METRICS_CONNECTIONS;
        options.routes = http_metrics_routes;
        options.n_routes = http_metrics_routes_n;
        options.thread_name = "iamd-metrics";
        return http_server_new(&options, &iamd->metrics);
}

static void metrics_end(Iamd *iamd) {
        iamd->metrics = http_server_end(iamd, iamd->metrics);
}

/* Who may administer besides root; empty unless somebody filled it. */
#define ADMIN_GROUP "iam-admin"

static int ipc_start(Iamd *iamd) {
        IpcConfig config = {
                .app = &iamd->app,
                .lanes = &iamd->lanes,
                .log = &iamd->log,
                .listeners = {
                        [IPC_LOOKUP] = { iamd->sockets.fds[SOCKET_LOOKUP],
                                         iamd->sockets.n[SOCKET_LOOKUP] },
                        [IPC_AUTH] = { iamd->sockets.fds[SOCKET_AUTH],
                                       iamd->sockets.n[SOCKET_AUTH] },
                        [IPC_ADMIN] = { iamd->sockets.fds[SOCKET_ADMIN],
                                        iamd->sockets.n[SOCKET_ADMIN] },
                },
        };
        int r;

        r = group_find_local(iamd->config.host.local_group, ADMIN_GROUP, &config.admin_gid);
        if (r < 0)
                return r;
        return ipc_server_new(&config, &iamd->ipc);
}

static void ipc_end(Iamd *iamd) {
        if (ipc_server_stop(iamd->ipc, lane_now() + STOP_BOUND) < 0)
                iamd->is_stuck = true;
        else
                iamd->ipc = ipc_server_free(iamd->ipc);
}

static int lanes_start(Iamd *iamd) {
        const LaneSize sizes[_LANE_MAX] = {
                [LANE_FAST] = { iamd->config.lanes.fast_threads, iamd->config.lanes.fast_queue },
                [LANE_STORE] = { iamd->config.lanes.store_threads, iamd->config.lanes.store_queue },
                [LANE_HASH] = { iamd->config.lanes.hash_threads, iamd->config.lanes.hash_queue },
        };

        return lanes_init(sizes, &iamd->lanes);
}

static void lanes_end(Iamd *iamd) {
        if (lanes_stop(&iamd->lanes, lane_now() + STOP_BOUND) < 0)
                iamd->is_stuck = true;
        else
                lanes_done(&iamd->lanes);
}

/* Before the lanes, because a run of it may be under way until they have stopped. */
static int publisher_start(Iamd *iamd) {
        const PublisherConfig config = {
                .store = &iamd->app.store,
                .clock = &iamd->app.clock,
                .log = &iamd->log,
                .realm = iamd->app.config.host_realm,
                .also = iamd->app.config.host_also,
                .public_directory = iamd->config.host.public_directory,
                .sudo_rules = iamd->config.host.sudo_rules,
                .local_passwd = iamd->config.host.local_passwd,
                .local_group = iamd->config.host.local_group,
        };

        return publisher_new(&config, &iamd->publisher);
}

static void publisher_end(Iamd *iamd) {
        iamd->publisher = publisher_free(iamd->publisher);
}

static void publish(void *context, Arena *arena) {
        Iamd *iamd = context;
        PublisherStatus status = {};

        publisher_run(iamd->publisher, arena);
        publisher_status(iamd->publisher, &status);
        if (status.generation == iamd->published.generation &&
            status.sudo_rules == iamd->published.sudo_rules &&
            status.error == iamd->published.error)
                return;
        iamd->published = status;
        loop_status_set("Serving %s; %zu users, %zu groups and %zu sudo rules published%s",
                        iamd->config.http.base_url, status.users, status.groups, status.sudo_rules,
                        status.error != 0 ? "; the last change could not be published" : "");
}

static void publish_poke(void *task) {
        loop_task_poke(task);
}

/* Before the faces: they let the use cases poke it. */
static int publish_start(Iamd *iamd) {
        LoopTask *task;
        int r;

        r = loop_every(iamd->loop, &iamd->lanes, "publish", PUBLISH_INTERVAL, publish, iamd, &task);
        if (r < 0)
                return r;
        iamd->app.publish_poke = publish_poke;
        iamd->app.publisher = task;
        loop_task_poke(task);
        return 0;
}

static int upkeep_begin(Iamd *iamd) {
        iamd->upkeep = (Upkeep){
                .app = &iamd->app, .crypto = iamd->crypto, .clock = &iamd->clock, .log = &iamd->log
        };
        return upkeep_start(&iamd->upkeep, iamd->loop, &iamd->lanes);
}

/*
 * Started from the top, stopped from the bottom.  What a face submitted to a lane must be over
 * when the face's stop returns: it waits for its own jobs, and the lanes still run then.
 */
static const struct {
        const char *name;
        int (*start)(Iamd *iamd);
        void (*stop)(Iamd *iamd); /* NULL: nothing to undo */
        int exit_code; /* when start fails */
} components[] = {
        { "loop", loop_start, loop_end, EX_OSERR },
        { "crypto", crypto_start, crypto_end, EX_CONFIG },
        { "factor", factor_start, factor_end, EX_SOFTWARE },
        { "store", store_start, store_end, EX_CANTCREAT },
        { "sockets", sockets_start, sockets_end, EX_UNAVAILABLE },
        { "app", app_start, NULL, EX_SOFTWARE },
        { "publisher", publisher_start, publisher_end, EX_OSERR },
        { "lanes", lanes_start, lanes_end, EX_OSERR },
        { "publish", publish_start, NULL, EX_OSERR },
        { "http", http_start, http_end, EX_OSERR },
        { "ipc", ipc_start, ipc_end, EX_OSERR },
        { "metrics", metrics_start, metrics_end, EX_OSERR },
        { "upkeep", upkeep_begin, NULL, EX_OSERR },
};

/* How many started; all when ret_exit_code is 0. */
static size_t components_start(Iamd *iamd, int *ret_exit_code) {
        for (size_t i = 0; i < ELEMENTSOF(components); i++) {
                int r;

                iamd->error[0] = '\0';
                r = components[i].start(iamd);
                if (r == 0)
                        continue;
                log_event(&iamd->log, LOG_START_FAILED,
                          LOG_FIELDS({ "IAM_COMPONENT", components[i].name }),
                          "Cannot start %s: %s", components[i].name,
                          iamd->error[0] != '\0' ? iamd->error
                          : r < 0                ? strerrordesc_np(-r)
                                                 : reason_message(r));
                *ret_exit_code = components[i].exit_code;
                return i;
        }
        *ret_exit_code = 0;
        return ELEMENTSOF(components);
}

static void components_stop(Iamd *iamd, size_t n) {
        while (n-- > 0 && !iamd->is_stuck)
                if (components[n].stop != NULL)
                        components[n].stop(iamd);
}

static int iamd_run(Iamd *iamd) {
        int exit_code, r;
        size_t n;

        n = components_start(iamd, &exit_code);
        if (exit_code == 0) {
                log_event(&iamd->log, LOG_STARTED, NULL, 0, "iamd " IAMD_VERSION " is ready");
                loop_status_set("Serving %s", iamd->config.http.base_url);
                r = loop_run(iamd->loop);
                if (r < 0) {
                        log_event(&iamd->log, LOG_COMPONENT_FAILED, NULL, 0, "Cannot go on: %s",
                                  strerrordesc_np(-r));
                        exit_code = EX_SOFTWARE;
                }
        }
        components_stop(iamd, n);
        log_event(&iamd->log, LOG_STOPPED, NULL, 0, "iamd has stopped%s",
                  iamd->is_stuck ? ", leaving a job that does not end" : "");
        return exit_code;
}

static unsigned processors_online(void) {
        long n = sysconf(_SC_NPROCESSORS_ONLN);

        return n > 0 ? (unsigned) n : 1;
}

int main(int argc, char **argv) {
        static Iamd iamd; /* large */
        Arguments arguments = arguments_read(argc, argv);
        int r;

        if (arguments.exit_code >= 0)
                return arguments.exit_code;

        iamd.arguments = &arguments;
        iamd.processors = processors_online();
        r = config_load(arguments.config_file, arguments.config_must_exist, iamd.processors,
                        &iamd.config, iamd.error);
        if (r < 0) {
                (void) fprintf(stderr, "%s%s\n", isatty(STDERR_FILENO) ? "" : "<3>", iamd.error);
                return EX_CONFIG;
        }
        if (arguments.check_config)
                return EXIT_SUCCESS;

        r = process_harden();
        if (r == 0)
                r = journal_new(iamd.config.log.level, &iamd.journal);
        if (r < 0) {
                (void) fprintf(stderr, "<3>iamd cannot start: %s\n", strerrordesc_np(-r));
                return EX_OSERR;
        }
        iamd.log = journal_port(iamd.journal);
        r = iamd_run(&iamd);
        if (iamd.is_stuck)
                _exit(EX_SOFTWARE);
        journal_free(iamd.journal);
        return r;
}
