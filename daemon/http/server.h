/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server: one thread that polls connections, lanes that do the work.  The only file that
 * knows the HTTP library; TLS and HTTP/2 belong to the proxy in front.
 */
#pragma once

#include "base/ip.h"
#include "daemon/core/ports/log.h"
#include "daemon/http/http.h"

/* Absolute deadlines: a drip of bytes does not move them. */
#define HTTP_HEAD_DEADLINE (10 * USEC_PER_SEC) /* from accept to the end of the first head */
#define HTTP_BODY_DEADLINE (30 * USEC_PER_SEC) /* from the head to the end of the body */
#define HTTP_IDLE_DEADLINE (60 * USEC_PER_SEC) /* from a reply to the end of the next head */
#define HTTP_WRITE_DEADLINE (30 * USEC_PER_SEC) /* from the reply's start to its end */
#define HTTP_JOB_DEADLINE (20 * USEC_PER_SEC) /* waiting in a lane */

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
} HttpServerOptions;

int http_server_new(const HttpServerOptions *options, HttpServer **ret); /* starts its thread */
/* After the lanes have stopped: sends what is ready, closes all, joins the thread. */
HttpServer *http_server_free(HttpServer *server);
