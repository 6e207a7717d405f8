/* SPDX-License-Identifier: Apache-2.0 */
/* org.iamd.Sudo: what sudo's plugins ask and tell. */
#include <string.h>

#include "base/reason.h"
#include "daemon/app/sudo.h"
#include "daemon/ipc/ipc_call.h"
#include "wire/sudo.h"

/* "PID:START" */
static int process_read(const char *text, SudoProcess *ret) {
        const char *colon = strchr(text, ':');
        size_t n = colon != NULL ? (size_t) (colon - text) : 0;
        char digits[16];
        uint64_t pid;

        if (n == 0 || n >= sizeof(digits))
                return IAM_E_INVALID;
        memcpy(digits, text, n);
        digits[n] = '\0';
        if (str_to_u64(digits, &pid) < 0 || pid > INT32_MAX ||
            str_to_u64(colon + 1, &ret->start) < 0)
                return IAM_E_INVALID;
        ret->pid = (int64_t) pid;
        return 0;
}

static int processes_read(IpcCall *call, const StrList *list, SudoIn *ret) {
        SudoProcess *items = arena_new_n(call->arena, SudoProcess, list->n + 1);

        if (items == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < list->n; i++) {
                int r = process_read(list->items[i], &items[i]);

                if (r != 0) {
                        call->where = "processes";
                        return r;
                }
        }
        ret->processes = items;
        ret->n_processes = list->n;
        return 0;
}

static int approve(IpcCall *call, const WireSudoApprove *in, bool *ret_needs_factor) {
        CLEANUP(secret_clear) Secret handle = {};
        const bool has_proof = !secret_is_empty(&in->attempt);
        SudoIn sudo = {
                .user = in->user,
                .tty = in->tty,
                .path = in->path,
                .run_as = in->run_as,
                .boot_id = in->boot_id,
        };
        RealmId realm;
        int r;

        r = processes_read(call, &in->processes, &sudo);
        if (r == 0 && has_proof)
                r = ipc_attempt_split(call, &in->attempt, &realm, &handle);
        if (r != 0)
                return r;
        return app_sudo_approve(
                        call->app, call->arena, &call->caller, &sudo, has_proof ? &handle : NULL,
                        ret_needs_factor);
}

static int sudo_approve(IpcCall *call) {
        bool needs_factor = true;
        WireSudoApprove in;
        WireSudoVerdict out;
        int r;

        r = ipc_call_read(call, wire_sudo_approve.fields, wire_sudo_approve.n, &in);
        if (r != 0)
                return r;
        r = approve(call, &in, &needs_factor);
        if (r == 0) {
                out = (WireSudoVerdict){ .user = in.user,
                                         .decision = needs_factor ? "factor" : "allow" };
                ipc_reply(call, wire_sudo_verdict.fields, wire_sudo_verdict.n, &out);
        }
        wire_clear(wire_sudo_approve.fields, wire_sudo_approve.n, &in);
        return r;
}

static AuditEventKind event_of(const char *word) {
        if (str_eq(word, "accepted"))
                return EVENT_SUDO_ACCEPTED;
        if (str_eq(word, "rejected"))
                return EVENT_SUDO_REJECTED;
        return str_eq(word, "finished") ? EVENT_SUDO_FINISHED : EVENT_SUDO_FAILED;
}

static void reply_user(IpcCall *call, const char *user) {
        ipc_reply_begin(call);
        json_put_str(call->w, "user", user);
        ipc_reply_end(call);
}

static int sudo_report(IpcCall *call) {
        WireSudoReport in;
        SudoReport report;
        SudoIn sudo;
        int r;

        r = ipc_call_read(call, wire_sudo_report.fields, wire_sudo_report.n, &in);
        if (r != 0)
                return r;
        sudo = (SudoIn){
                .user = in.user,
                .tty = in.tty,
                .command = in.command,
                .run_as = in.run_as,
                .cwd = in.cwd,
                .boot_id = in.boot_id,
        };
        report = (SudoReport){
                .event = event_of(in.event),
                .message = in.message,
                .status = in.status,
        };
        r = processes_read(call, &in.processes, &sudo);
        if (r == 0)
                r = app_sudo_report(call->app, call->arena, &call->caller, &sudo, &report);
        if (r == 0)
                reply_user(call, in.user);
        return r;
}

#define SUDO_METHOD(method)                                                                        \
        .name = WIRE_SUDO_INTERFACE "." method, .socket = IPC_AUTH, .root_only = true
const IpcMethod ipc_sudo_methods[] = {
        { SUDO_METHOD("Approve"), .lane = LANE_STORE, .run = sudo_approve },
        { SUDO_METHOD("Report"), .lane = LANE_STORE, .run = sudo_report },
};
const size_t ipc_sudo_method_count = ELEMENTSOF(ipc_sudo_methods);
