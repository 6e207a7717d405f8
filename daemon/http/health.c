/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/health.h"

int health_get(HttpRequest *request, HttpReply *reply) {
        return http_reply_text(reply, 200, "application/json", "{\"status\":\"ok\"}\n");
}
