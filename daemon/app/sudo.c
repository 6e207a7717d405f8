/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/sudo.h"

#include "base/json.h"
#include "base/reason.h"
#include "base/str.h"
#include "daemon/app/login.h"
#include "daemon/core/sudo_demand.h"

#define DETAILS_MAX 8192
/* From the proof that sudo asked for, to the question whether it is enough. */
#define SUDO_MOMENT ((int64_t) 10) /* seconds */

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

        /* Of an approval. */
        Realm realm;
        bool has_handle;
        Sha256 handle;
        bool has_second_factor;
        Usec second_factor_since;
        int64_t demand; /* seconds, or SUDO_NO_FACTOR */
        bool has_proof;
        bool is_approved;
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
        json_put_str(&w, "tty", call->in->tty);
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

        r = app_host_name(app, arena, in->user, &call.host);
        if (r == 0)
                r = app->store.txn(app->store.self, report_run, &call);
        return r;
}

static int read_account(SudoCall *call, Txn *txn) {
        CredentialList credentials;
        int r;

        r = call->app->store.realms->by_id(txn, &call->host.realm, call->arena, &call->realm);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_UNKNOWN_USER : r;
        r = read_user(call, txn);
        if (r == 0 && !call->realm.enabled)
                r = IAM_E_REALM_DISABLED;
        if (r == 0 && !call->user.enabled)
                r = IAM_E_USER_DISABLED;
        if (r == 0)
                r = call->app->store.credentials->by_user(
                                txn, &call->host.realm, &call->user.id, call->arena, &credentials);
        if (r != 0)
                return r;
        call->has_second_factor = false;
        call->second_factor_since = 0;
        for (size_t i = 0; i < credentials.n; i++) {
                if (credentials.items[i].kind != CREDENTIAL_TOTP)
                        continue;
                call->has_second_factor = true;
                call->second_factor_since = credentials.items[i].created_at;
        }
        return 0;
}

static int read_demand(SudoCall *call, Txn *txn) {
        Closure closure;
        int r;

        r =
                        closure_of_user(&call->app->store, txn, &call->host.realm, call->arena,
                                        &call->user.id, &closure);
        if (r == 0)
                call->demand = sudo_demand(&closure, call->in->run_as, call->in->path);
        return r;
}

/* That a proof given here may stand for another command from here. */
static bool has_place(const SudoCall *call) {
        return call->has_login && host_login_is_one_place(&call->login);
}

/* What the login that sudo came of has proven, while nothing has ended it; what was proven before
 * there was a second factor is not that factor. */
static bool is_remembered(const SudoCall *call) {
        Usec at;

        if (!has_place(call) ||
            host_login_check(&call->login, &call->realm, &call->user, call->now) != 0)
                return false;
        at = sudo_factor_at(&call->login, call->has_second_factor);
        return at != 0 && at >= call->second_factor_since &&
               at + call->demand * USEC_PER_SEC > call->now;
}

/* `sudo -i` has a PAM service of its own. */
static bool is_sudo(const char *service) {
        return str_eq(service, "sudo") || str_eq(service, "sudo-i");
}

static Usec proven_at(const SudoCall *call, const Attempt *attempt) {
        return call->has_second_factor ? attempt->totp_at : attempt->password_at;
}

/* A factor that was proven for this very sudo: by a confirmation, or as sudo itself let the person
 * log in by PAM. */
static bool is_proof(const SudoCall *call, const Attempt *attempt) {
        const int64_t seconds = call->demand > SUDO_MOMENT ? call->demand : SUDO_MOMENT;
        const Usec at = proven_at(call, attempt);

        return attempt->state == FLOW_DONE && attempt->door == DOOR_PAM &&
               (attempt->purpose == PURPOSE_CONFIRM || attempt->purpose == PURPOSE_LOGIN) &&
               id_equal(&attempt->user, &call->user.id) && is_sudo(attempt->service) &&
               attempt->credential_epoch == call->user.credential_epoch && at != 0 &&
               at + seconds * USEC_PER_SEC > call->now;
}

/* sudo is the whole of a unit of `systemd --user`, whose next unit has the same parent. */
static bool is_of_manager(const SudoCall *call) {
        return call->has_login && !has_place(call) &&
               call->login.leader_pid == call->in->processes[0].pid;
}

static int find_proof(SudoCall *call, Txn *txn, Attempt *ret) {
        const AttemptOps *attempts = call->app->store.attempts;
        const SudoIn *in = call->in;

        if (call->has_handle)
                return attempts->by_handle(txn, &call->host.realm, &call->handle, call->arena, ret);
        if (in->boot_id == NULL || in->n_processes == 0 || is_of_manager(call))
                return IAM_E_NOT_FOUND;
        return attempts->done_by_opener(
                        txn, &call->host.realm, in->boot_id, in->processes[0].pid,
                        in->processes[0].start, call->arena, ret);
}

/* Reads only: the writer has better to do than to look at everybody's rules. */
static int approve_run(Txn *txn, void *context) {
        SudoCall *call = context;
        Attempt attempt;
        int r;

        r = read_account(call, txn);
        if (r == 0)
                r = read_demand(call, txn);
        if (r == 0)
                r = read_login(call, txn);
        if (r != 0)
                return r;
        call->is_approved = call->demand == SUDO_NO_FACTOR || is_remembered(call);
        if (call->is_approved)
                return 0;
        r = find_proof(call, txn, &attempt);
        call->has_proof = r == 0 && is_proof(call, &attempt);
        return r == IAM_E_NOT_FOUND ? 0 : r;
}

/*
 * It serves one command, and the login remembers it.  What was read before may have changed since.
 */
static int take_run(Txn *txn, void *context) {
        SudoCall *call = context;
        Attempt attempt;
        int r;

        r = read_account(call, txn);
        if (r == 0)
                r = read_login(call, txn);
        if (r != 0)
                return r;
        r = find_proof(call, txn, &attempt);
        if (r != 0 || !is_proof(call, &attempt))
                return r == IAM_E_NOT_FOUND ? 0 : r;
        r = call->app->store.attempts->remove(txn, &call->host.realm, &attempt.handle_hash);
        if (r == 0 && has_place(call))
                r = call->app->store.sessions->login_confirm(
                                txn, &call->host.realm, &call->login.id, &call->user.id,
                                proven_at(call, &attempt));
        call->is_approved = r == 0;
        return r;
}

int app_sudo_approve(
                App *app, Arena *arena, const Caller *caller, const SudoIn *in,
                const Secret *handle, bool *ret_needs_factor) {
        SudoCall call = {
                .app = app,
                .arena = arena,
                .caller = caller,
                .in = in,
                .now = app->clock.now(app->clock.self),
                .has_handle = handle != NULL,
        };
        int r;

        if (handle != NULL)
                app->crypto.secret_sha256(handle, &call.handle);
        r = app_host_name(app, arena, in->user, &call.host);
        if (r == 0)
                r = app->store.read(app->store.self, approve_run, &call);
        if (r == 0 && call.has_proof)
                r = app->store.txn(app->store.self, take_run, &call);
        if (r == 0)
                *ret_needs_factor = !call.is_approved;
        return r;
}
