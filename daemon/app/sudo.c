/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/sudo.h"

#include "base/json.h"
#include "base/reason.h"

#define DETAILS_MAX 8192

typedef struct SudoCall {
        App *app;
        Arena *arena;
        const Caller *caller;
        const SudoIn *in;
        const SudoReport *report;
        Usec now;
        HostName host;
        User user;
        HostLogin login;
        bool has_login;
} SudoCall;

static int read_user(SudoCall *call, Txn *txn) {
        int r = call->app->store.users->by_name(
                        txn, &call->host.realm, call->host.name, call->arena, &call->user);

        return r == IAM_E_NOT_FOUND ? IAM_E_UNKNOWN_USER : r;
}

/* The nearest of the processes that leads a host login of this user; none may: who detached from
 * his login has none any more. */
static int read_login(SudoCall *call, Txn *txn) {
        const SudoIn *in = call->in;

        call->has_login = false;
        for (size_t i = 0; i < in->n_processes && in->boot_id != NULL; i++) {
                int r = call->app->store.sessions->login_by_leader(
                                txn, &call->host.realm, in->boot_id, in->processes[i].pid,
                                in->processes[i].start, call->arena, &call->login);

                if (r == IAM_E_NOT_FOUND ||
                    (r == 0 && !id_equal(&call->login.user, &call->user.id)))
                        continue;
                call->has_login = r == 0;
                return r;
        }
        return 0;
}

static int details_make(SudoCall *call, const char **ret) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(DETAILS_MAX);
        JsonWriter w = JSON_WRITER(&buf);
        char login[ID_TEXT_SIZE] = "";

        if (call->has_login)
                id_format(&call->login.id, login);
        json_begin_object(&w);
        json_put_str(&w, "command", call->in->command);
        json_put_str(&w, "runAs", call->in->run_as);
        json_put_str(&w, "cwd", call->in->cwd);
        json_put_str(&w, "tty", call->in->account.tty);
        json_put_str(&w, "hostLogin", call->has_login ? login : NULL);
        json_put_str(&w, "message", call->report->message);
        if (call->report->event == EVENT_SUDO_FINISHED)
                json_put_int(&w, "status", call->report->status);
        json_end_object(&w);
        return buf_copy(&buf, call->arena, ret);
}

static int report_run(Txn *txn, void *context) {
        SudoCall *call = context;
        AuditEvent event = {
                .kind = call->report->event,
                .success = call->report->event == EVENT_SUDO_ACCEPTED ||
                           (call->report->event == EVENT_SUDO_FINISHED &&
                            call->report->status == 0),
                .actor_kind = "user",
        };
        int r;

        r = read_user(call, txn);
        if (r == 0)
                r = read_login(call, txn);
        if (r == 0)
                r = details_make(call, &event.details);
        if (r != 0)
                return r;
        event.actor = call->user.id;
        event.actor_name = call->user.name;
        event.address = call->has_login ? call->login.address : NULL;
        return app_audit(call->app, txn, call->caller, &call->host.realm, call->now, &event);
}

int app_sudo_report(
                App *app, Arena *arena, const Caller *caller, const SudoIn *in,
                const SudoReport *report) {
        SudoCall call = {
                .app = app,
                .arena = arena,
                .caller = caller,
                .in = in,
                .report = report,
                .now = app->clock.now(app->clock.self),
        };
        int r;

        r = app_host_name(app, arena, in->account.name, &call.host);
        if (r == 0)
                r = app->store.txn(app->store.self, report_run, &call);
        return r;
}
