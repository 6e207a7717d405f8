/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request and its reply on their way through a lane.  Knows routes, errors and headers; hands
 * the server bytes to send.  No type of the HTTP library.
 */
#pragma once

#include "base/buf.h"
#include "daemon/core/ports/log.h"
#include "daemon/http/guard.h"
#include "daemon/http/router.h"

#define HTTP_TRACE_SIZE 17 /* 16 hex digits and the NUL */
#define HTTP_ADDRESS_SIZE 46

typedef struct HttpExchange {
        App *app;
        const LogPort *log;
        const HttpRoute *routes;
        size_t n_routes;
        char *target; /* path, split from query at '?' */
        const char *query;
        HttpMethod method;
        HttpMatch match;
        Buf body;
        bool body_too_large;
        char trace[HTTP_TRACE_SIZE];
        char address[HTTP_ADDRESS_SIZE];
        /* Copies of the fields that handlers see; NULL when absent. */
        char *content_type;
        char *authorization;
        char *cookies;
        char *origin;
        char *agent;
} HttpExchange;

/* Checks the head and finds the route.  0, or the status of a refusal. */
int http_exchange_begin(HttpExchange *exchange, const GuardHead *head);
void http_exchange_done(HttpExchange *exchange); /* wipes */

/* Runs the handler; always fills the reply, from the arena.  expired: answers 503. */
void http_exchange_run(HttpExchange *exchange, Arena *arena, bool expired, HttpReply *reply);
/* The reply to a head that http_exchange_begin() refused. */
void http_exchange_refuse(const HttpExchange *exchange, int status, HttpReply *reply);
