/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers of the static files that pages refer to. */
#pragma once

#include "daemon/http/http.h"

int asset_style(HttpRequest *request, HttpReply *reply);
int asset_onward(HttpRequest *request, HttpReply *reply);
