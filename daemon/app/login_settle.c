/* SPDX-License-Identifier: Apache-2.0 */
/* What a proof leads to, written down in one transaction with its audit event. */
#include <string.h>

#include "base/json.h"
#include "base/reason.h"
#include "daemon/app/login_call.h"

/* The steps of RFC 6238 are remembered until no window can reach them. */
#define STEP_MEMORY ((Usec) (2 * TOTP_WINDOW + 2) * TOTP_PERIOD * USEC_PER_SEC)

static const char *details_of(const LoginCall *call, const LoginView *view) {
        Buf buf = BUF_INIT(1024);
        JsonWriter w = JSON_WRITER(&buf);
        const char *text = NULL;

        json_begin_object(&w);
        json_put_str(&w, "service", view->attempt.service);
        json_put_str(&w, "tty", view->attempt.tty);
        json_put_str(&w, "step", flow_state_name(view->attempt.state));
        json_put_str(&w, "limit", call->guess.refused_by);
        json_end_object(&w);
        if (buf_error(&buf) == 0)
                text = arena_strdup(call->arena, buf.bytes);
        buf_done(&buf);
        return text;
}

/* A name nobody has is left out: people type passwords where names belong. */
int login_audit_failure(LoginCall *call, Txn *txn, const LoginView *view, int reason) {
        const AuditEvent event = {
                .kind = EVENT_LOGIN_FAILURE,
                .reason = reason,
                .actor_kind = "stranger",
                .target_kind = "user",
                .target = view->attempt.user,
                .target_name = view->has_user ? view->user.name : NULL,
                .address = view->attempt.address,
                .agent = view->attempt.agent,
                .details = details_of(call, view),
        };

        return app_audit(call->app, txn, call->caller, &call->realm, call->now, &event);
}

static int audit_success(LoginCall *call, Txn *txn, const LoginView *view) {
        const AuditEvent event = {
                .kind = EVENT_LOGIN_SUCCESS,
                .success = true,
                .actor_kind = "user",
                .actor = view->user.id,
                .actor_name = view->user.name,
                .address = view->attempt.address,
                .agent = view->attempt.agent,
                .details = details_of(call, view),
        };

        return app_audit(call->app, txn, call->caller, &call->realm, call->now, &event);
}

/* Once per credential and step, over all doors, in the transaction that lets the person in. */
static int spend_step(LoginCall *call, Txn *txn, const LoginView *view) {
        uint8_t bytes[sizeof(Id) + sizeof(int64_t)];
        SingleUse use = {
                .realm = call->realm,
                .kind = SINGLE_USE_OTP_STEP,
                .owner = view->totp.id,
                .created_at = call->now,
                .expires_at = call->now + STEP_MEMORY,
        };
        int r;

        memcpy(bytes, &view->totp.id, sizeof(Id));
        memcpy(bytes + sizeof(Id), &call->totp_step, sizeof(int64_t));
        call->app->crypto.sha256(bytes, sizeof(bytes), &use.hash);
        r = call->app->store.single_use->insert(txn, &use);
        return r == IAM_E_EXISTS ? IAM_E_CODE_REPLAYED : r;
}

/* Today's rows decide, not those the proof was checked against. */
static int judge(LoginCall *call, Txn *txn, const LoginView *view) {
        int r;

        if (call->proof != 0)
                return call->proof;
        r = login_user_refusal(view);
        if (r != 0)
                return r;
        if (view->user.credential_epoch != call->credential_epoch)
                return IAM_E_WRONG_PASSWORD; /* changed since it was proven */
        if (call->proven_in == FLOW_PASSWORD)
                return 0;
        if (view->attempt.credential_epoch != call->credential_epoch)
                return IAM_E_WRONG_PASSWORD;
        if (!view->has_totp)
                return IAM_E_WRONG_CODE;
        return spend_step(call, txn, view);
}

static int settle_wrong(LoginCall *call, Txn *txn, LoginView *view, int reason) {
        Attempt *attempt = &view->attempt;
        FlowEvent event = FLOW_WRONG;
        int r;

        r = login_audit_failure(call, txn, view, reason);
        if (r != 0)
                return r;
        attempt->wrong++;
        if (attempt->state == FLOW_PASSWORD && flow_may_rename(attempt->door))
                event = FLOW_WRONG_RENAME;
        if (flow_wrong_is_final(attempt->door, attempt->state, attempt->wrong))
                event = FLOW_GIVE_UP;
        r = flow_advance(&attempt->state, event);
        if (r != 0)
                return r;
        call->reason = reason;
        return call->app->store.attempts->update(txn, attempt);
}

static int touch_credentials(LoginCall *call, Txn *txn, LoginView *view) {
        const CredentialOps *credentials = call->app->store.credentials;
        int r;

        r = credentials->touch(txn, &call->realm, &view->password.id, call->now);
        if (r == 0 && view->has_totp)
                r = credentials->touch(txn, &call->realm, &view->totp.id, call->now);
        return r;
}

/* The same password under today's cost; whoever changed it meanwhile wins. */
static int store_rehash(LoginCall *call, Txn *txn, const LoginView *view) {
        Credential password = view->password;
        int r;

        if (call->new_phc == NULL)
                return 0;
        password.phc = call->new_phc;
        r = call->app->store.credentials->update(txn, &password);
        return r == IAM_E_CONFLICT ? 0 : r;
}

static int settle_done(LoginCall *call, Txn *txn, LoginView *view) {
        const Sha256 *device = call->has_new_device ? &call->new_device : &view->attempt.device;
        int r;

        r = login_guess_forget(call, txn);
        if (r == 0)
                r = touch_credentials(call, txn, view);
        if (r == 0)
                r = call->app->store.guesses->device_put(
                                txn, &call->realm, &view->user.id, device, call->now);
        if (r == 0)
                r = audit_success(call, txn, view);
        return r;
}

static int settle_right(LoginCall *call, Txn *txn, LoginView *view) {
        Attempt *attempt = &view->attempt;
        FlowEvent event = FLOW_CODE_RIGHT;
        int r;

        if (attempt->state == FLOW_PASSWORD) {
                event = view->has_totp ? FLOW_PASSWORD_MORE : FLOW_PASSWORD_ENOUGH;
                attempt->password_at = call->now;
                attempt->credential_epoch = call->credential_epoch;
                r = store_rehash(call, txn, view);
                if (r != 0)
                        return r;
        } else {
                attempt->totp_at = call->now;
        }
        r = flow_advance(&attempt->state, event);
        if (r != 0)
                return r;
        r = attempt->state == FLOW_DONE ? settle_done(call, txn, view)
                                        : login_guess_refund(call, txn);
        if (r != 0)
                return r;
        return call->app->store.attempts->update(txn, attempt);
}

static int settle_run(Txn *txn, void *context) {
        LoginCall *call = context;
        LoginView view;
        int reason;
        int r;

        call->reason = 0;
        r = login_view_read(call, txn, &view);
        if (r != 0)
                return r;
        /* Another answer to the same attempt was faster. */
        if (view.attempt.state != call->proven_in)
                return flow_is_over(view.attempt.state) ? IAM_E_ATTEMPT_GONE : IAM_E_CONFLICT;
        if (!id_equal(&view.attempt.user, &call->view.attempt.user))
                return IAM_E_CONFLICT;

        reason = judge(call, txn, &view);
        if (reason < 0)
                return reason;
        r = reason != 0 ? settle_wrong(call, txn, &view, reason) : settle_right(call, txn, &view);
        if (r != 0)
                return r;
        call->view = view;
        return 0;
}

int login_settle(LoginCall *call) {
        return call->app->store.txn(call->app->store.self, settle_run, call);
}
