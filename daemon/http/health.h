/* SPDX-License-Identifier: Apache-2.0 */
/* GET /health: the process answers.  Says nothing else: it is open to everyone. */
#pragma once

#include "daemon/http/http.h"

int health_get(HttpRequest *request, HttpReply *reply);
