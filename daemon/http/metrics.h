/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of the daemon, on a listener of their own. */
#pragma once

#include "daemon/http/http.h"

int metrics_get(HttpRequest *request, HttpReply *reply);
