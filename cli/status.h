/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's answer to `status` and what this machine shows by itself, as one object. */
#pragma once

#include "base/json.h"
#include "cli/host/look.h"

/* ret lends from text.  -EBADMSG: the answer is none; -errno. */
int cli_status_add(const JsonValue *answer, const HostLook *look, Buf *text, JsonValue *ret);
