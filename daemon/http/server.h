/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server: one thread that polls connections, lanes that do the work.  The only file that
 * knows the HTTP library; TLS and HTTP/2 belong to the proxy in front.
 */
#pragma once

#include "base/ip.h"
#include "daemon/core/ports/log.h"
#include "daemon/http/http.h"

/* Absolute: a drip of bytes does not move them. */
typedef struct HttpDeadlines {
        Usec head; /* from accept to the end of the first head */
        Usec body; /* from the head to the end of the body */
        Usec idle; /* from a reply to the end of the next head */
        Usec write; /* from the reply's start to its end */
        Usec job; /* waiting in a lane */
        Usec drain; /* after a stop, for what is under way */
        Usec last_first; /* after a stop, for the head of a connection that sent none yet */
        Usec last; /* after a stop, for another head of one that was answered */
} HttpDeadlines;

#define HTTP_DEADLINES                                                                             \
        (HttpDeadlines) {                                                                          \
                .head = 10 * USEC_PER_SEC, .body = 30 * USEC_PER_SEC, .idle = 60 * USEC_PER_SEC,   \
                .write = 30 * USEC_PER_SEC, .job = 20 * USEC_PER_SEC, .drain = 5 * USEC_PER_SEC,   \
                .last_first = USEC_PER_SEC, .last = 200 * USEC_PER_MSEC,                           \
        }

typedef struct HttpServer HttpServer;

typedef struct HttpServerOptions {
        App *app;
        Lanes *lanes;
        const LogPort *log;
        const int *listen_fds; /* non-blocking; borrowed */
        size_t n_listen_fds;
        unsigned max_connections;
        unsigned max_connections_per_peer; /* an IPv4 address, an IPv6 /64 */
        const Cidr *trusted_proxies; /* whose X-Forwarded-For is believed; borrowed */
        size_t n_trusted_proxies;
        HttpDeadlines deadlines;
        const HttpRoute *routes; /* what is served here, and nothing else */
        size_t n_routes;
        const char *thread_name; /* at most 15 bytes */
} HttpServerOptions;

int http_server_new(const HttpServerOptions *options, HttpServer **ret); /* starts its thread */
/*
 * Before the lanes stop: accepts nothing more, answers each open connection once more and closes it
 * (RFC 9112 section 9.6), waits for its jobs and ends its thread.  -ETIMEDOUT at until (as
 * lane_now()): a job still runs; then free nothing.
 */
int http_server_stop(HttpServer *server, Usec until);
HttpServer *http_server_free(HttpServer *server); /* only after http_server_stop(); NULL ok */

/* Requests and connections in figures (base/metric.h); from any thread. */
void http_server_metrics(const HttpServer *server, Buf *out);
