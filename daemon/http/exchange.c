/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/exchange.h"

#include "base/encode.h"
#include "base/reason.h"
#include "daemon/http/cors.h"
#include "daemon/http/error.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define AGENT_MAX 256 /* bytes; what a stranger may write into each row of the audit trail */

typedef struct KeptField {
        const char *name;
        size_t offset; /* of the char * in HttpExchange */
} KeptField;

static const KeptField kept_fields[] = {
        { "content-type", offsetof(HttpExchange, content_type) },
        { "authorization", offsetof(HttpExchange, authorization) },
        { "cookie", offsetof(HttpExchange, cookies) },
        { "origin", offsetof(HttpExchange, origin) },
        { "user-agent", offsetof(HttpExchange, agent) },
};

static char **kept(HttpExchange *exchange, const KeptField *field) {
        return (char **) ((char *) exchange + field->offset);
}

/* Each of these fields may come once; HTTP/1.1 has one Cookie field (RFC 6265 section 5.4). */
static int keep_field(HttpExchange *exchange, const GuardField *field) {
        for (size_t i = 0; i < ELEMENTSOF(kept_fields); i++) {
                char **slot = kept(exchange, &kept_fields[i]);

                if (field->name_len != strlen(kept_fields[i].name) ||
                    strncasecmp(field->name, kept_fields[i].name, field->name_len) != 0)
                        continue;
                if (*slot != NULL)
                        return 400;
                *slot = strndup(field->value, field->value_len);
                return *slot == NULL ? 500 : 0;
        }
        return 0;
}

/* The agent goes into audit events and from there into JSON: bytes that are no text would make the
 * trail unreadable, and a long one would fill it. */
static void tame_agent(char *agent) {
        size_t n = 0;

        if (agent == NULL)
                return;
        for (; agent[n] != '\0' && n < AGENT_MAX; n++)
                if ((uint8_t) agent[n] < 0x20 || (uint8_t) agent[n] >= 0x7f)
                        agent[n] = '?';
        agent[n] = '\0';
}

/* _HTTP_METHOD_INVALID is served by no route: 405 with what is. */
static HttpMethod read_method(const char *text) {
        if (strcmp(text, "GET") == 0 || strcmp(text, "HEAD") == 0)
                return HTTP_GET;
        if (strcmp(text, "OPTIONS") == 0)
                return HTTP_OPTIONS;
        return strcmp(text, "POST") == 0 ? HTTP_POST : _HTTP_METHOD_INVALID;
}

static void make_trace(HttpExchange *exchange) {
        uint8_t random[8] = {};

        /* A trace names a request to people; without entropy it is merely not unique. */
        (void) exchange->app->clock.random(exchange->app->clock.self, random, sizeof random);
        hex_encode(random, sizeof random, exchange->trace);
}

int http_exchange_begin(HttpExchange *exchange, const GuardHead *head) {
        char *question;
        int status;

        exchange->body = (Buf) BUF_INIT(HTTP_BODY_MAX);
        status = guard_check(head);
        if (status != 0)
                return status;
        exchange->target = strdup(head->target);
        if (exchange->target == NULL)
                return 500;
        question = strchr(exchange->target, '?');
        exchange->query = question != NULL ? question + 1 : "";
        if (question != NULL)
                *question = '\0';
        for (size_t i = 0; i < head->n_fields; i++) {
                status = keep_field(exchange, &head->fields[i]);
                if (status != 0)
                        return status;
        }
        tame_agent(exchange->agent);
        exchange->method = read_method(head->method);
        router_match(exchange->routes, exchange->n_routes, exchange->method, exchange->target,
                     &exchange->match);
        if (exchange->match.route == NULL)
                return exchange->match.path_known ? 405 : 404;
        return 0;
}

void http_exchange_done(HttpExchange *exchange) {
        for (size_t i = 0; i < ELEMENTSOF(kept_fields); i++) {
                char **slot = kept(exchange, &kept_fields[i]);

                if (*slot != NULL)
                        explicit_bzero(*slot, strlen(*slot));
                free(*slot);
                *slot = NULL;
        }
        if (exchange->target != NULL && exchange->query != NULL)
                explicit_bzero((char *) (uintptr_t) exchange->query, strlen(exchange->query));
        free(exchange->target);
        exchange->target = NULL;
        buf_done(&exchange->body);
}

static void log_failure(const HttpExchange *exchange, int error) {
        log_event(exchange->log, LOG_REQUEST_FAILED,
                  LOG_FIELDS({ "IAM_TRACE", exchange->trace }, { "IAM_PATH", exchange->target }),
                  "%s: %s", exchange->target, strerrordesc_np(-error));
}

static void
reply_make(const HttpExchange *exchange, HttpRequest *request, bool expired, HttpReply *reply) {
        const HttpRoute *route = exchange->match.route;
        int r;

        *reply = (HttpReply){};
        if (expired)
                r = IAM_E_BUSY;
        else if (exchange->body_too_large || buf_error(&exchange->body) == -EMSGSIZE)
                r = IAM_E_TOO_LARGE;
        else if (strlen(request->body) != request->body_len)
                r = IAM_E_REQUEST_INVALID; /* a NUL inside */
        else
                r = route->handle(request, reply);
        if (r == 0)
                return;
        if (r < 0)
                log_failure(exchange, r);
        http_error_reply(request, route->face, r, reply);
}

void http_exchange_run(HttpExchange *exchange, Arena *arena, bool expired, HttpReply *reply) {
        const HttpRoute *route = exchange->match.route;

        make_trace(exchange);
        HttpRequest request = {
                .app = exchange->app,
                .arena = arena,
                .log = exchange->log,
                .method = exchange->method,
                .path = exchange->target,
                .params = { exchange->match.params[0], exchange->match.params[1] },
                .query = exchange->query,
                .body = exchange->body.bytes != NULL ? exchange->body.bytes : "",
                .body_len = exchange->body.len,
                .content_type = exchange->content_type,
                .authorization = exchange->authorization,
                .cookies = exchange->cookies,
                .origin = exchange->origin,
                .is_cookie_secure = str_starts_with(exchange->app->config.base_url, "https:"),
                .caller = {
                        .door = route->face == HTTP_FACE_PAGE ? DOOR_BROWSER : DOOR_TOKEN,
                        .actor_kind = "stranger",
                        .address = exchange->address[0] != '\0' ? exchange->address : NULL,
                        .agent = exchange->agent,
                        .trace = exchange->trace,
                },
        };

        reply_make(exchange, &request, expired, reply);
        if (!expired)
                cors_apply(&request, route->cors, reply);
}

void http_exchange_refuse(const HttpExchange *exchange, int status, HttpReply *reply) {
        *reply = (HttpReply){};
        http_error_status(status, reply);
        if (status == 405)
                (void) http_reply_header(
                                reply, "Allow", str_or(exchange->match.allow, "GET, HEAD, POST"));
}
