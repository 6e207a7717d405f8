/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP face's one map of Reasons: status, OAuth error code, and the words people see. */
#pragma once

#include "daemon/http/http.h"

/* Fills the reply for any r != 0, as JSON (RFC 6749 section 5.2) or as a page. */
void http_error_reply(const HttpRequest *request, HttpFace face, int r, HttpReply *reply);
/* A refusal before any route was found. */
void http_error_status(int status, HttpReply *reply);
