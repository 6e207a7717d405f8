/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http.h"

#include <string.h>

/* A value of ours that holds a line break would be a header injection. */
static bool is_header_value(const char *value) {
        for (; *value != '\0'; value++)
                if ((uint8_t) *value < 0x20 || *value == 0x7f)
                        return false;
        return true;
}

int http_reply_header(HttpReply *reply, const char *name, const char *value) {
        if (value == NULL)
                return -ENOMEM; /* an arena_printf() that did not fit */
        if (!is_header_value(value))
                return -EINVAL;
        if (reply->n_headers == HTTP_REPLY_HEADERS_MAX)
                return -ENOSPC;
        reply->headers[reply->n_headers++] = (HttpHeader){ .name = name, .value = value };
        return 0;
}

int http_reply_text(HttpReply *reply, int status, const char *content_type, const char *body) {
        reply->status = status;
        reply->content_type = content_type;
        reply->body = body;
        reply->body_len = strlen(body);
        return 0;
}

int http_reply_see_other(HttpReply *reply, const char *location) {
        http_reply_text(reply, 303, "text/plain; charset=utf-8", "");
        return http_reply_header(reply, "Location", location);
}
