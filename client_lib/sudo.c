/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/reason.h"
#include "base/str.h"
#include "client_lib/iam_private.h"
#include "wire/sudo.h"
#include "wire/varlink.h"

#define REPLY_ARENA ((size_t) 64 << 10)
#define PROCESS_SIZE 40 /* of "PID:START" */

/* The processes as the wire wants them. */
typedef struct Processes {
        char texts[WIRE_SUDO_PROCESSES_MAX][PROCESS_SIZE];
        const char *items[WIRE_SUDO_PROCESSES_MAX];
        StrList list;
} Processes;

static void processes_write(const iam_sudo *sudo, Processes *ret) {
        ret->list = (StrList){ .items = ret->items };
        for (size_t i = 0; i < sudo->n_processes && i < WIRE_SUDO_PROCESSES_MAX; i++) {
                (void) snprintf(ret->texts[i], PROCESS_SIZE, "%ld:%llu", sudo->processes[i].pid,
                                sudo->processes[i].start);
                ret->items[i] = ret->texts[i];
                ret->list.n++;
        }
}

static const char *event_name(int event) {
        switch (event) {
        case IAM_SUDO_ACCEPTED:
                return "accepted";
        case IAM_SUDO_REJECTED:
                return "rejected";
        case IAM_SUDO_FINISHED:
                return "finished";
        default:
                return "failed";
        }
}

int iam_sudo_report(
                iam_client *client, const iam_sudo *sudo, int event, int status,
                const char *message) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(REPLY_ARENA);
        CLEANUP(buf_done) Buf reply = BUF_INIT(VARLINK_REPLY_MAX);
        WireSudoReport in = {
                .user = sudo->user,
                .event = event_name(event),
                .command = sudo->command,
                .run_as = sudo->run_as,
                .cwd = sudo->cwd,
                .tty = sudo->tty,
                .message = message,
                .status = event == IAM_SUDO_FINISHED ? status : WIRE_INT_ABSENT,
                .boot_id = sudo->boot_id,
        };
        Processes processes;
        JsonValue object;

        if (sudo->user == NULL)
                return -EINVAL;
        processes_write(sudo, &processes);
        in.processes = processes.list;
        return iam_plain_call(
                        client,
                        &(IamCall){ WIRE_SUDO_INTERFACE, "Report", &wire_sudo_report, &in,
                                    sudo->user },
                        &arena, &reply, &object);
}

static int verdict_read(Arena *arena, const JsonValue *object, int *ret) {
        WireSudoVerdict verdict;
        const char *where;
        int r;

        r = wire_read(arena, object, wire_sudo_verdict.fields, wire_sudo_verdict.n, &verdict,
                      &where);
        if (r != 0)
                return r < 0 ? r : -EBADMSG;
        *ret = str_eq(verdict.decision, "allow") ? IAM_SUDO_ALLOWED : IAM_SUDO_FACTOR;
        return 0;
}

int iam_sudo_approve(iam_client *client, const iam_sudo *sudo, int *ret_decision) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(REPLY_ARENA);
        CLEANUP(buf_done) Buf reply = BUF_INIT(VARLINK_REPLY_MAX);
        const Secret *attempt = iam_done_attempt(client);
        WireSudoApprove in = {
                .user = sudo->user,
                .path = sudo->path,
                .run_as = sudo->run_as,
                .tty = sudo->tty,
                .boot_id = sudo->boot_id,
        };
        Processes processes;
        JsonValue object;
        int r;

        *ret_decision = IAM_SUDO_DENIED;
        if (sudo->user == NULL)
                return -EINVAL;
        if (attempt != NULL)
                in.attempt = *attempt;
        processes_write(sudo, &processes);
        in.processes = processes.list;
        r =
                        iam_plain_call(client,
                                       &(IamCall){ WIRE_SUDO_INTERFACE, "Approve",
                                                   &wire_sudo_approve, &in, sudo->user },
                                       &arena, &reply, &object);
        secret_clear(&in.attempt);
        return r != 0 ? r : verdict_read(&arena, &object, ret_decision);
}
