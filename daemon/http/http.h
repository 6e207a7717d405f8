/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a handler sees: a request as values, a reply to fill, and the table of routes.  No type of
 * the HTTP library, no socket.  All memory is the arena of the lane's job.
 */
#pragma once

#include "daemon/app/app.h"
#include "daemon/core/ports/log.h"
#include "daemon/run/lanes.h"

/* Written limits of law 10; what is beyond them is answered 400, 413, 414 or 431. */
#define HTTP_TARGET_MAX 8192 /* bytes of path and query */
#define HTTP_HEADERS_MAX 100 /* header fields */
#define HTTP_HEADER_BYTES_MAX 16384 /* all names and values */
#define HTTP_BODY_MAX 65536 /* bytes */
#define HTTP_REPLY_HEADERS_MAX 16
#define HTTP_PATH_PARAMS_MAX 2

typedef enum HttpMethod {
        HTTP_GET, /* HEAD is served as GET without its body */
        HTTP_POST,
        HTTP_OPTIONS, /* a browser asks before a script of another origin may call */
        _HTTP_METHOD_MAX,
        _HTTP_METHOD_INVALID = -EINVAL,
} HttpMethod;

typedef struct HttpRequest {
        App *app;
        Arena *arena;
        const LogPort *log;
        HttpMethod method;
        const char *path;
        const char *params[HTTP_PATH_PARAMS_MAX]; /* what each {} of the pattern stood for */
        const char *query; /* after '?', undecoded; "" without */
        const char *body; /* NUL-terminated */
        size_t body_len;
        const char *content_type; /* or NULL */
        const char *authorization; /* or NULL */
        const char *cookies; /* the Cookie field, or NULL */
        const char *origin; /* or NULL */
        Caller caller; /* a stranger with address, agent and trace */
        bool is_cookie_secure; /* base_url is https: Secure and __Host- are possible */
} HttpRequest;

typedef struct HttpHeader {
        const char *name;
        const char *value;
} HttpHeader;

typedef struct HttpReply {
        int status;
        const char *content_type;
        const char *body;
        size_t body_len;
        HttpHeader headers[HTTP_REPLY_HEADERS_MAX];
        size_t n_headers;
        bool may_be_cached; /* else Cache-Control: no-store */
} HttpReply;

typedef enum HttpFace {
        HTTP_FACE_PAGE, /* people: errors are pages */
        HTTP_FACE_API, /* programs: errors are JSON */
        _HTTP_FACE_MAX,
        _HTTP_FACE_INVALID = -EINVAL,
} HttpFace;

/* Whose scripts may read the reply (Fetch, "CORS protocol").  Never with credentials. */
typedef enum HttpCors {
        HTTP_CORS_NONE, /* those of our own pages */
        HTTP_CORS_OPEN, /* anybody's: the document is public */
        HTTP_CORS_CLIENTS, /* those of a web origin of the realm's clients */
        _HTTP_CORS_MAX,
        _HTTP_CORS_INVALID = -EINVAL,
} HttpCors;

/* 0: the reply is filled.  Anything else is turned into an error of the route's face. */
typedef int (*HttpHandler)(HttpRequest *request, HttpReply *reply);

typedef struct HttpRoute {
        HttpMethod method;
        const char *pattern; /* "/realms/{}/login": {} is one segment of [A-Za-z0-9._-] */
        LaneId lane;
        HttpFace face;
        HttpHandler handle;
        HttpCors cors;
        bool is_document; /* its 200 depends on the path and the store's generation alone */
} HttpRoute;

/* All routes, in daemon/http/routes.c: those of pages and applications, and those of the listener
 * for monitoring. */
extern const HttpRoute http_routes[];
extern const size_t http_routes_n;
extern const HttpRoute http_metrics_routes[];
extern const size_t http_metrics_routes_n;

/* -ENOSPC beyond HTTP_REPLY_HEADERS_MAX.  The value is the arena's and holds no control bytes. */
int http_reply_header(HttpReply *reply, const char *name, const char *value);
int http_reply_text(HttpReply *reply, int status, const char *content_type, const char *body);
/* 303 See Other (RFC 9700 section 4.12: never 307 after credentials). */
int http_reply_see_other(HttpReply *reply, const char *location);
