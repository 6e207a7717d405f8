/* SPDX-License-Identifier: Apache-2.0 */
/* org.iamd.Login: what pam_iam asks.  The attempt's handle names its realm, so that a resumed
 * attempt finds it: "REALM-ID.HANDLE". */
#include <string.h>

#include "base/reason.h"
#include "base/secret_bytes.h"
#include "daemon/app/account.h"
#include "daemon/app/login.h"
#include "daemon/core/flow.h"
#include "daemon/core/guess.h"
#include "daemon/ipc/ipc_call.h"
#include "wire/login.h"

#define HANDLE_START ID_TEXT_SIZE /* 36 characters and the dot */

static int attempt_join(const RealmId *realm, const Secret *handle, Secret *ret) {
        char text[HANDLE_START + LOGIN_HANDLE_SIZE];

        if (handle->len >= LOGIN_HANDLE_SIZE)
                return -EMSGSIZE;
        id_format(&realm->id, text);
        text[HANDLE_START - 1] = '.';
        memcpy(text + HANDLE_START, secret_bytes(handle), handle->len);
        return secret_move_in(ret, text, HANDLE_START + handle->len);
}

/* Only realms that this host serves. */
int ipc_attempt_split(IpcCall *call, const Secret *attempt, RealmId *ret_realm, Secret *ret) {
        char realm[ID_TEXT_SIZE] = "";

        if (attempt->len <= HANDLE_START || secret_bytes(attempt)[HANDLE_START - 1] != '.')
                return IAM_E_ATTEMPT_GONE;
        memcpy(realm, secret_bytes(attempt), HANDLE_START - 1);
        if (id_parse(realm, &ret_realm->id) < 0 ||
            !app_host_serves(call->app, call->arena, ret_realm))
                return IAM_E_ATTEMPT_GONE;
        return secret_set(ret, secret_bytes(attempt) + HANDLE_START, attempt->len - HANDLE_START);
}

static const char *outcome_name(LoginOutcome outcome) {
        switch (outcome) {
        case LOGIN_ASK:
                return "ask";
        case LOGIN_DONE:
                return "done";
        case LOGIN_REFUSED:
        case SENTINELS(LOGIN):
                break;
        }
        return "refused";
}

static const char *prompt_kind_name(PromptKind kind) {
        switch (kind) {
        case PROMPT_TEXT:
                return "text";
        case PROMPT_SECRET:
                return "secret";
        case PROMPT_CODE:
                return "code";
        case PROMPT_NEW:
                return "new";
        case PROMPT_INFO:
        case SENTINELS(PROMPT):
                break;
        }
        return "info";
}

/* One line a login, and for a door that cannot serve somebody what to change. */
static void log_step(IpcCall *call, const LoginStep *step) {
        const LogEvent event = step->outcome == LOGIN_DONE               ? LOG_LOGIN
                               : step->reason == IAM_E_FACTOR_NOT_SERVED ? LOG_LOGIN_DOOR_UNFIT
                                                                         : LOG_LOGIN_REFUSED;
        const char *line = login_line(call->arena, DOOR_PAM, step);

        if (line == NULL)
                return;
        log_event(call->config->log, event,
                  LOG_FIELDS({ "IAM_USER", step->account }, { "IAM_REALM", step->realm_name },
                             { "IAM_SERVICE", step->service }, { "IAM_ADDRESS", step->address },
                             { "IAM_TRACE", call->caller.trace },
                             { "IAM_REASON", reason_name(step->reason) }),
                  "%s%s", line,
                  event != LOG_LOGIN_DOOR_UNFIT
                                  ? ""
                                  : "; for ssh set KbdInteractiveAuthentication yes (and "
                                    "PasswordAuthentication no) in sshd_config");
}

static int reply_step(IpcCall *call, const LoginStep *step) {
        WirePrompt prompts[LOGIN_PROMPTS_MAX];
        WireLoginStep out = {
                .outcome = outcome_name(step->outcome),
                .prompts = { .items = prompts, .n = step->n_prompts },
                .notice = step->notice,
        };
        int r;

        for (size_t i = 0; i < step->n_prompts; i++)
                prompts[i] = (WirePrompt){ .id = step->prompts[i].id,
                                           .kind = prompt_kind_name(step->prompts[i].kind),
                                           .label = step->prompts[i].label,
                                           .again = step->prompts[i].again };
        if (step->outcome == LOGIN_DONE) {
                out.user = app_host_shown_name(
                                call->app, call->arena, &step->realm, step->user_name);
                if (out.user == NULL)
                        return -ENOMEM;
        }
        if (call->peer->uid == 0 && step->reason != 0)
                out.reason = reason_name(step->reason);
        r = attempt_join(&step->realm, &step->handle, &out.attempt);
        if (r == 0)
                ipc_reply(call, wire_login_step.fields, wire_login_step.n, &out);
        secret_clear(&out.attempt);
        return r;
}

/*
 * Where the person sits: what guesses are counted under and what the audit trail shows.  Root's
 * programs know; whoever else could name the office's address, and have it locked out.
 */
static int place_of(IpcCall *call, const char *rhost, const char *ruser) {
        Caller *caller = &call->caller;

        if (call->peer->uid != 0)
                caller->address = arena_printf(
                                call->arena, GUESS_SOURCE_LOCAL "#%u", (unsigned) call->peer->uid);
        else if (!str_is_empty(rhost))
                caller->address = rhost;
        else if (!str_is_empty(ruser))
                caller->address = arena_printf(call->arena, GUESS_SOURCE_LOCAL "%s", ruser);
        else
                return 0; /* a console */
        return caller->address != NULL ? 0 : -ENOMEM;
}

/* Another uid may only prove that it is itself. */
static int check_self(IpcCall *call, const HostName *name) {
        HostName self;
        int r;

        if (call->peer->uid == 0)
                return 0;
        r = app_host_user_by_uid(call->app, call->arena, call->peer->uid, &self);
        if (r != 0)
                return r == IAM_E_UNKNOWN_USER ? IAM_E_DENIED : r;
        if (!id_equal(&self.realm.id, &name->realm.id) || !str_eq(self.name, name->name))
                return IAM_E_DENIED;
        return 0;
}

/* Only root sets a password without any proof. */
static int check_purpose(const IpcCall *call, const WireLoginStart *in, Purpose *ret) {
        Purpose purpose = in->purpose != NULL ? purpose_from_name(in->purpose) : PURPOSE_LOGIN;

        if (purpose < 0)
                return IAM_E_INVALID;
        if (purpose == PURPOSE_RESET && call->peer->uid != 0)
                return IAM_E_DENIED;
        *ret = purpose;
        return 0;
}

/* Of sshd, which took the key, and of root's sshd only. */
static const char *believed_key(const IpcCall *call, const char *service, const char *key) {
        return call->peer->uid == 0 && str_eq(service, "sshd") ? key : NULL;
}

/* proof: the caller's to clear. */
static int read_start(IpcCall *call, const WireLoginStart *in, Secret *proof, LoginStart *ret) {
        RealmId realm;
        HostName name;
        int r;

        r = app_host_name(call->app, call->arena, in->user, &name);
        if (r == 0)
                r = check_self(call, &name);
        if (r == 0)
                r = place_of(call, in->rhost, in->ruser);
        if (r != 0)
                return r;
        *ret = (LoginStart){
                .realm = name.realm,
                .name = name.name,
                .service = in->service,
                .tty = in->tty,
                .key = believed_key(call, in->service, in->key),
        };
        if (call->peer->uid == 0 && in->boot_id != NULL && in->parent_pid > 0) {
                ret->opener_boot = in->boot_id;
                ret->opener_pid = in->parent_pid;
                ret->opener_start = (uint64_t) in->parent_start;
        }
        r = check_purpose(call, in, &ret->purpose);
        if (r == 0 && !secret_is_empty(&in->proof)) {
                r = ipc_attempt_split(call, &in->proof, &realm, proof);
                ret->proof = proof;
        }
        return r;
}

static int login_start(IpcCall *call) {
        CLEANUP(secret_clear) Secret proof = {};
        WireLoginStart in;
        LoginStart start;
        LoginStep step = {};
        int r;

        r = ipc_call_read(call, wire_login_start.fields, wire_login_start.n, &in);
        if (r != 0)
                return r;
        r = read_start(call, &in, &proof, &start);
        if (r == 0)
                r = app_login_start(call->app, call->arena, &call->caller, &start, &step);
        if (r == 0)
                r = reply_step(call, &step);
        wire_clear(wire_login_start.fields, wire_login_start.n, &in);
        secret_clear(&step.handle);
        return r;
}

static int login_answer(IpcCall *call) {
        CLEANUP(secret_clear) Secret handle = {};
        WireLoginAnswer in;
        LoginAnswer answer;
        LoginStep step = {};
        RealmId realm;
        int r;

        r = ipc_call_read(call, wire_login_answer.fields, wire_login_answer.n, &in);
        if (r != 0)
                return r;
        answer = (LoginAnswer){ .id = in.id, .value = &in.value, .again = &in.again };
        r = ipc_attempt_split(call, &in.attempt, &realm, &handle);
        if (r == 0)
                r = app_login_answer(
                                call->app, call->arena, &call->caller, &realm, &handle,
                                &(LoginAnswers){ &answer, 1 }, &step);
        if (r == 0) {
                log_step(call, &step);
                r = reply_step(call, &step);
        }
        wire_clear(wire_login_answer.fields, wire_login_answer.n, &in);
        secret_clear(&step.handle);
        return r;
}

static int abandon_reason(const char *why) {
        return str_eq(why, "unserved") ? IAM_E_FACTOR_NOT_SERVED : IAM_E_WRONG_CREDENTIALS;
}

static int attempt_call(IpcCall *call, bool abandon) {
        CLEANUP(secret_clear) Secret handle = {};
        WireLoginAttempt in;
        LoginStep step = {};
        RealmId realm;
        int r;

        r = ipc_call_read(call, wire_login_attempt.fields, wire_login_attempt.n, &in);
        if (r != 0)
                return r;
        r = ipc_attempt_split(call, &in.attempt, &realm, &handle);
        if (r == 0 && abandon)
                r = app_login_abandon(
                                call->app, call->arena, &call->caller, &realm, &handle,
                                abandon_reason(in.why), &step);
        else if (r == 0)
                r = app_login_resume(call->app, call->arena, &call->caller, &realm, &handle, &step);
        if (r == 0 && abandon)
                log_step(call, &step);
        if (r == 0)
                r = reply_step(call, &step);
        wire_clear(wire_login_attempt.fields, wire_login_attempt.n, &in);
        secret_clear(&step.handle);
        return r;
}

static int login_abandon(IpcCall *call) {
        return attempt_call(call, /* abandon= */ true);
}
static int login_resume(IpcCall *call) {
        return attempt_call(call, /* abandon= */ false);
}

static int login_account(IpcCall *call) {
        WireAccountIn in;
        AccountIn account;
        AccountOut found;
        WireAccountOut out;
        HostName name;
        int r;

        r = ipc_call_read(call, wire_account_in.fields, wire_account_in.n, &in);
        if (r == 0)
                r = app_host_name(call->app, call->arena, in.user, &name);
        if (r == 0)
                r = check_self(call, &name);
        if (r == 0)
                r = place_of(call, in.rhost, in.ruser);
        if (r != 0)
                return r;
        account = (AccountIn){ .name = in.user, .service = in.service, .tty = in.tty };
        r = app_account_check(call->app, call->arena, &call->caller, &account, &found);
        if (r != 0)
                return r;
        out = (WireAccountOut){ .user = in.user, .uid = found.uid };
        ipc_reply(call, wire_account_out.fields, wire_account_out.n, &out);
        return 0;
}

/* How the user was authenticated, when the same process asked; the engine remembers it a while. */
static const AuthContext *
auth_of(IpcCall *call, const Secret *attempt, const char *user, LoginStep *step) {
        CLEANUP(secret_clear) Secret handle = {};
        RealmId realm;

        if (secret_is_empty(attempt) || ipc_attempt_split(call, attempt, &realm, &handle) != 0 ||
            app_login_resume(call->app, call->arena, &call->caller, &realm, &handle, step) != 0 ||
            step->outcome != LOGIN_DONE || !purpose_opens(step->purpose) ||
            !str_eq(app_host_shown_name(call->app, call->arena, &realm, step->user_name), user))
                return NULL;
        return &step->auth;
}

static int session_call(IpcCall *call, bool opens) {
        LoginStep step = {};
        WireHostSession in;
        HostLoginIn session;
        int r;

        r = ipc_call_read(call, wire_host_session.fields, wire_host_session.n, &in);
        if (r != 0)
                return r;
        session = (HostLoginIn){
                .account = { .name = in.user, .service = in.service, .tty = in.tty },
                .boot_id = in.boot_id,
                .leader_pid = in.leader_pid,
                .leader_start = (uint64_t) in.leader_start,
                .key = believed_key(call, in.service, in.key),
                .auth = opens ? auth_of(call, &in.attempt, in.user, &step) : NULL,
        };
        r = place_of(call, in.rhost, /* ruser= */ NULL);
        if (r == 0)
                r = (opens ? app_host_login_open
                           : app_host_login_close)(call->app, call->arena, &call->caller, &session);
        if (r == 0) {
                ipc_reply_begin(call);
                json_put_str(call->w, "user", in.user);
                ipc_reply_end(call);
        }
        wire_clear(wire_host_session.fields, wire_host_session.n, &in);
        secret_clear(&step.handle);
        return r;
}

static int session_open(IpcCall *call) {
        return session_call(call, /* opens= */ true);
}
static int session_close(IpcCall *call) {
        return session_call(call, /* opens= */ false);
}

#define LOGIN_METHOD(method) .name = WIRE_LOGIN_INTERFACE "." method, .socket = IPC_AUTH
const IpcMethod ipc_login_methods[] = {
        { LOGIN_METHOD("Start"), .lane = LANE_STORE, .run = login_start },
        { LOGIN_METHOD("Answer"), .lane = LANE_HASH, .run = login_answer },
        { LOGIN_METHOD("Abandon"), .lane = LANE_STORE, .run = login_abandon },
        { LOGIN_METHOD("Resume"), .lane = LANE_STORE, .run = login_resume },
        { LOGIN_METHOD("Account"), .lane = LANE_STORE, .run = login_account },
        { LOGIN_METHOD("OpenSession"), .lane = LANE_STORE, .root_only = true, .run = session_open },
        { LOGIN_METHOD("CloseSession"), .lane = LANE_STORE, .root_only = true,
          .run = session_close },
};
const size_t ipc_login_method_count = ELEMENTSOF(ipc_login_methods);
