/* SPDX-License-Identifier: Apache-2.0 */
/* Every administrative operation through the one door; this face knows none of them. */
#include "daemon/app/ops.h"
#include "daemon/ipc/ipc_call.h"
#include "wire/ops.h"

static int run_operation(IpcCall *call) {
        const WireOp *op = wire_op_by_method(call->method);
        WireOpOut out = {};
        WireOpIn in = {};
        int r;

        assert(op != NULL);
        r = ipc_call_read(call, op->in->fields, op->in->n, &in);
        if (r == 0)
                r = app_call(call->app, &call->caller, call->arena, op, &in, &out, &call->where);
        if (r == 0)
                ipc_reply(call, op->out->fields, op->out->n, &out);
        wire_clear(op->in->fields, op->in->n, &in);
        wire_clear(op->out->fields, op->out->n, &out);
        return r;
}

static const IpcMethod by_lane[_WIRE_LANE_MAX] = {
        [WIRE_LANE_STORE] = { .socket = IPC_ADMIN, .lane = LANE_STORE, .run = run_operation },
        [WIRE_LANE_HASH] = { .socket = IPC_ADMIN, .lane = LANE_HASH, .run = run_operation },
};

const IpcMethod *ipc_admin_method_find(const char *name) {
        const WireOp *op = wire_op_by_method(name);

        return op != NULL ? &by_lane[op->lane] : NULL;
}
