/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/response.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static void add_header(struct MHD_Response *response, const char *name, const char *value) {
        (void) MHD_add_response_header(response, name, value);
}

/* The headers of every reply: nothing sniffs, frames, caches or leaks it. */
static void
add_common_headers(const AppConfig *config, const HttpReply *reply, struct MHD_Response *response) {
        bool has_policy = false;

        for (size_t i = 0; i < reply->n_headers; i++)
                if (strcmp(reply->headers[i].name, "Content-Security-Policy") == 0)
                        has_policy = true;
        if (!has_policy)
                add_header(response, "Content-Security-Policy",
                           "default-src 'none'; frame-ancestors 'none'");
        if (!reply->may_be_cached) {
                add_header(response, "Cache-Control", "no-store");
                add_header(response, "Pragma", "no-cache");
        }
        add_header(response, "X-Content-Type-Options", "nosniff");
        add_header(response, "X-Frame-Options", "DENY");
        /* same-origin, not no-referrer: that would null the Origin of our own forms. */
        add_header(response, "Referrer-Policy", "same-origin");
        if (str_starts_with(config->base_url, "https:"))
                add_header(response, "Strict-Transport-Security", "max-age=31536000");
}

/* What is sent while the library holds it: a page may show a secret, a token is one. */
typedef struct Body {
        size_t len;
        char bytes[];
} Body;

static void body_free(void *context) {
        Body *body = context;

        explicit_bzero(body->bytes, body->len);
        free(body);
}

static Body *body_new(const HttpReply *reply) {
        Body *body = malloc(sizeof(*body) + reply->body_len);

        if (body == NULL)
                return NULL;
        body->len = reply->body_len;
        if (body->len > 0)
                memcpy(body->bytes, reply->body, body->len);
        return body;
}

struct MHD_Response *response_make(const AppConfig *config, const HttpReply *reply) {
        Body *body = body_new(reply);
        struct MHD_Response *response = NULL;

        if (body == NULL)
                return NULL;
        response = MHD_create_response_from_buffer_with_free_callback_cls(
                        body->len, body->bytes, body_free, body);
        if (response == NULL) {
                body_free(body);
                return NULL;
        }
        add_header(response, "Content-Type", reply->content_type);
        for (size_t i = 0; i < reply->n_headers; i++)
                add_header(response, reply->headers[i].name, reply->headers[i].value);
        add_common_headers(config, reply, response);
        return response;
}
