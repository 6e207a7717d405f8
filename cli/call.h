/* SPDX-License-Identifier: Apache-2.0 */
/* One administrative operation over the admin socket, a connection for each. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "wire/ops.h"
#include "wire/varlink.h"

#define CLI_SOCKET "/run/iam/admin.socket"

/* How long to wait for the answer: a copy of a large store takes its time. */
int cli_deadline_ms(const WireOp *op);

typedef struct CliReply {
        VarlinkReply reply; /* lends from text */
        Buf text; /* wiped by cli_reply_done */
} CliReply;

void cli_reply_done(CliReply *reply); /* for CLEANUP */

/* 0: an answer, perhaps a refusal (reply.reason); -errno: nobody to be believed answered in time.
 * The reply must be done after the last use. */
int cli_call(Arena *arena, const char *socket_path, const WireOp *op, const WireOpIn *in,
             int deadline_ms, CliReply *ret);
