/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CORS protocol of the Fetch standard.  An origin is compared as a whole text with those that
 * clients of the realm have; no wildcard, no "null".  Cookies are never part of such a request:
 * Access-Control-Allow-Credentials is not sent by anything here.
 */
#include "daemon/http/cors.h"

#include "base/reason.h"
#include "daemon/app/oidc.h"

#include <string.h>

/* A failure leaves the reply as it is: the browser then keeps it from the script. */
void cors_apply(const HttpRequest *request, HttpCors cors, HttpReply *reply) {
        bool is_known = false;

        if (cors == HTTP_CORS_NONE)
                return;
        if (cors == HTTP_CORS_OPEN) {
                (void) http_reply_header(reply, "Access-Control-Allow-Origin", "*");
                return;
        }
        (void) http_reply_header(reply, "Vary", "Origin");
        if (request->origin == NULL)
                return;
        if (app_web_origin_is_known(
                            request->app, request->arena, request->params[0], request->origin,
                            &is_known) != 0 ||
            !is_known)
                return;
        (void) http_reply_header(reply, "Access-Control-Allow-Origin", request->origin);
}

int cors_preflight(HttpRequest *request, HttpReply *reply) {
        int r;

        r = http_reply_header(reply, "Access-Control-Allow-Methods", "GET, POST");
        if (r == 0)
                r = http_reply_header(
                                reply, "Access-Control-Allow-Headers",
                                "Authorization, Content-Type");
        if (r == 0)
                r = http_reply_header(reply, "Access-Control-Max-Age", "600");
        return r != 0 ? r : http_reply_text(reply, 200, "text/plain; charset=utf-8", "");
}
