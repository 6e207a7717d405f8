/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of other origins: which replies they may read, and the question that comes before. */
#pragma once

#include "daemon/http/http.h"

/* Adds what the browser obeys, to errors too: a script must be able to read why. */
void cors_apply(const HttpRequest *request, HttpCors cors, HttpReply *reply);
/* OPTIONS: what such a script may send.  Whether it may at all, cors_apply() says. */
int cors_preflight(HttpRequest *request, HttpReply *reply);
