/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one door to every administrative operation: finds the realm, asks policy, runs the
 * operation, and leaves the audit events of success and denial.  Faces call app_call() with values
 * read by wire/ops' tables; they know no operation.
 */
#pragma once

#include "daemon/app/app.h"
#include "wire/ops.h"

/*
 * in: the operation's in-struct as wire_read() filled it; out: its out-struct, zeroed.  Runs in the
 * operation's lane.  On a Reason that concerns one value, ret_where names its field (else it stays
 * as it was).  Secrets of out are the caller's to wipe, by wire_clear().
 */
int app_call(App *app, const Caller *caller, Arena *arena, const WireOp *op, const void *in,
             void *out, const char **ret_where);
