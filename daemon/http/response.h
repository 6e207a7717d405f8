/* SPDX-License-Identifier: Apache-2.0 */
/* A reply as the HTTP library sends it, with the headers that every reply carries. */
#pragma once

#include "daemon/http/http.h"

#include <microhttpd.h>

struct MHD_Response *response_make(const AppConfig *config, const HttpReply *reply); /* or NULL */
