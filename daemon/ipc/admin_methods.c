/* SPDX-License-Identifier: Apache-2.0 */
/* Every administrative operation through the one door; this face knows none of them. */
#include "base/reason.h"
#include "daemon/app/ops.h"
#include "daemon/ipc/ipc_call.h"
#include "wire/ops.h"

#define LINE_MAX 1024

/* What was changed, or tried to be, and by whom: the journal's half of the audit trail, with the
 * same trace.  Only words of the command line are repeated; a secret is none. */
static void log_operation(IpcCall *call, const WireOp *op, const void *in, int result) {
        CLEANUP(buf_done) Buf line = BUF_INIT(LINE_MAX);
        const Caller *caller = &call->caller;
        const char *target = NULL, *realm = NULL;

        if (op->event == NULL || (result != 0 && result != IAM_E_DENIED))
                return;
        buf_printf(&line, "%s: %s", str_or(caller->actor_name, "somebody"), op->words);
        for (size_t i = 0; i < op->in->n; i++) {
                const WireField *field = &op->in->fields[i];
                const char *text;

                if (field->type != WIRE_STRING)
                        continue;
                text = *(const char *const *) wire_at(field, in);
                if (text != NULL && str_eq(field->name, "realm"))
                        realm = text;
                if (text == NULL || (field->flags & WIRE_POSITIONAL) == 0)
                        continue;
                buf_printf(&line, " %s", text);
                target = str_or(target, text);
        }
        log_event(call->config->log, result == 0 ? LOG_ADMIN : LOG_ADMIN_DENIED,
                  LOG_FIELDS({ "IAM_ACTOR", caller->actor_name }, { "IAM_OPERATION", op->words },
                             { "IAM_TARGET", target }, { "IAM_REALM", realm },
                             { "IAM_TRACE", caller->trace }),
                  "%s%s", buf_error(&line) == 0 ? line.bytes : op->words,
                  result == 0 ? "" : ": denied");
}

static int run_operation(IpcCall *call) {
        const WireOp *op = wire_op_by_method(call->method);
        WireOpOut out = {};
        WireOpIn in = {};
        int r;

        assert(op != NULL);
        r = ipc_call_read(call, op->in->fields, op->in->n, &in);
        if (r == 0)
                r = app_call(call->app, &call->caller, call->arena, op, &in, &out, &call->where);
        log_operation(call, op, &in, r);
        if (r == 0)
                ipc_reply(call, op->out->fields, op->out->n, &out);
        wire_clear(op->in->fields, op->in->n, &in);
        wire_clear(op->out->fields, op->out->n, &out);
        return r;
}

static const IpcMethod by_lane[_WIRE_LANE_MAX] = {
        [WIRE_LANE_STORE] = { .socket = IPC_ADMIN, .lane = LANE_STORE, .run = run_operation },
        [WIRE_LANE_HASH] = { .socket = IPC_ADMIN, .lane = LANE_HASH, .run = run_operation },
        /* There are many threads there; the hash lane has logins to do, often with one. */
        [WIRE_LANE_LONG] = { .socket = IPC_ADMIN, .lane = LANE_STORE, .run = run_operation },
};

const IpcMethod *ipc_admin_method_find(const char *name) {
        const WireOp *op = wire_op_by_method(name);

        return op != NULL ? &by_lane[op->lane] : NULL;
}
