/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server for tests: real lanes, a real socket on 127.0.0.1, an OidcCase behind it, and a
 * client that sends what it is told, byte by byte if need be.
 */
#pragma once

#include "base/buf.h"
#include "daemon/http/server.h"
#include "tests/support/oidc_case.h"

typedef struct HttpCase {
        OidcCase oidc;
        Lanes lanes;
        LogPort log;
        _Atomic unsigned logged; /* messages */
        int listen_fd;
        uint16_t port;
        HttpServer *server;
} HttpCase;

/* NULL: the options of a daemon, with room for every connection of a test. */
void http_begin(HttpCase *h, const HttpServerOptions *options);
HttpServerOptions http_options(void); /* to be changed and given to http_begin() */
void http_end(HttpCase *h);
int http_stop(HttpCase *h); /* what http_server_stop() says */

int http_connect(HttpCase *h); /* a socket with a time limit of 5 s on reading */
void http_send(int fd, const char *bytes, size_t len); /* a closed peer is no fault */
void http_send_text(int fd, const char *text);

/* What came back for one request; body and head are NUL-terminated. */
typedef struct HttpAnswer {
        int status; /* 0: the connection was closed */
        Buf head;
        Buf body;
} HttpAnswer;

#define HTTP_ANSWER                                                                                \
        { .head = BUF_INIT(65536), .body = BUF_INIT(1 << 20) }

void http_answer_done(HttpAnswer *answer);
/* Reads one reply.  of_head: the request was HEAD. */
void http_receive(int fd, bool of_head, HttpAnswer *ret);
/* A connection of its own for one request; returns the status. */
int http_ask(HttpCase *h, const char *request, HttpAnswer *ret);
/* The value of the first such field in the head, in a static buffer, or NULL. */
const char *http_field(const HttpAnswer *answer, const char *name);
/* True when the peer closed and sent nothing more. */
bool http_is_closed(int fd);
