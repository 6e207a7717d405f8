/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/metrics.h"

#include "daemon/app/metrics.h"

#define TEXT_MAX ((size_t) 1 << 20)

int metrics_get(HttpRequest *request, HttpReply *reply) {
        CLEANUP(buf_done) Buf text = BUF_INIT(TEXT_MAX);
        const char *body;
        int r;

        r = app_metrics(request->app, request->arena, &text);
        if (r == 0)
                r = buf_copy(&text, request->arena, &body);
        if (r != 0)
                return r;
        return http_reply_text(reply, 200, "text/plain; version=0.0.4; charset=utf-8", body);
}
