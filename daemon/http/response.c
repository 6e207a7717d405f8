/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/response.h"

#include "base/str.h"

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

struct MHD_Response *response_make(const AppConfig *config, const HttpReply *reply) {
        /* The library takes a pointer to non-const and only copies from it. */
        struct MHD_Response *response = MHD_create_response_from_buffer(
                        reply->body_len, (void *) (uintptr_t) reply->body, MHD_RESPMEM_MUST_COPY);

        if (response == NULL)
                return NULL;
        add_header(response, "Content-Type", reply->content_type);
        for (size_t i = 0; i < reply->n_headers; i++)
                add_header(response, reply->headers[i].name, reply->headers[i].value);
        add_common_headers(config, reply, response);
        return response;
}
