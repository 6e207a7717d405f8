/* SPDX-License-Identifier: Apache-2.0 */
/* What a proof leads to, written down in one transaction with its audit event. */
#include "base/json.h"
#include "base/reason.h"
#include "daemon/app/login_call.h"
#include "daemon/app/totp.h"

static const char *details_of(const LoginCall *call, const LoginView *view) {
        Buf buf = BUF_INIT(1024);
        JsonWriter w = JSON_WRITER(&buf);
        const char *text = NULL;

        json_begin_object(&w);
        if (view->attempt.purpose != PURPOSE_LOGIN)
                json_put_str(&w, "purpose", purpose_name(view->attempt.purpose));
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
                .kind = view->attempt.purpose == PURPOSE_LOGIN ? EVENT_LOGIN_FAILURE
                                                               : EVENT_CONFIRM_FAILURE,
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
                .kind = view->attempt.purpose == PURPOSE_LOGIN ? EVENT_LOGIN_SUCCESS
                                                               : EVENT_CONFIRM_SUCCESS,
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

/* Today's rows decide, not those the proof was checked against. */
static int judge(LoginCall *call, Txn *txn, const LoginView *view) {
        int r;

        if (call->proof != 0)
                return call->proof;
        r = login_user_refusal(view);
        if (r != 0)
                return r;
        if (view->attempt.purpose == PURPOSE_RESET)
                return 0;
        if (view->user.credential_epoch != call->credential_epoch)
                return IAM_E_WRONG_PASSWORD; /* changed since it was proven */
        if (call->proven_in == FLOW_PASSWORD)
                return 0;
        if (view->attempt.credential_epoch != call->credential_epoch)
                return IAM_E_WRONG_PASSWORD;
        if (call->proven_in == FLOW_CHOOSE)
                return 0;
        if (!view->has_totp)
                return IAM_E_WRONG_CODE;
        return totp_spend_step(
                        call->app, txn, &call->realm, &view->totp.id, call->totp_step, call->now);
}

/* What cannot be mended by another answer ends the attempt where a password is chosen. */
static FlowEvent wrong_event(const Attempt *attempt, int reason) {
        if (flow_wrong_is_final(attempt->door, attempt->state, attempt->wrong) ||
            (attempt->state == FLOW_CHOOSE && !login_choice_is_refused(reason)))
                return FLOW_GIVE_UP;
        if (attempt->state == FLOW_PASSWORD && flow_may_rename(attempt->door, attempt->purpose))
                return FLOW_WRONG_RENAME;
        return FLOW_WRONG;
}

/* A choice that is refused is no guess: only the end of the attempt is audited. */
static int settle_wrong(LoginCall *call, Txn *txn, LoginView *view, int reason) {
        Attempt *attempt = &view->attempt;
        FlowEvent event;
        int r = 0;

        attempt->wrong++;
        event = wrong_event(attempt, reason);
        if (attempt->state != FLOW_CHOOSE || event == FLOW_GIVE_UP)
                r = login_audit_failure(call, txn, view, reason);
        if (r == 0)
                r = flow_advance(&attempt->state, event);
        if (r != 0)
                return r;
        call->reason = reason;
        return call->app->store.attempts->update(txn, attempt);
}

static int touch_credentials(LoginCall *call, Txn *txn, LoginView *view) {
        const CredentialOps *credentials = call->app->store.credentials;
        int r = 0;

        if (view->attempt.password_at != 0)
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

/* All that was asked for is proven.  One factor alone does not clear what others guessed. */
static int settle_proven(LoginCall *call, Txn *txn, LoginView *view) {
        int r;

        r = (view->attempt.purpose == PURPOSE_CONFIRM ? login_guess_refund
                                                      : login_guess_forget)(call, txn);
        return r != 0 ? r : touch_credentials(call, txn, view);
}

static int settle_done(LoginCall *call, Txn *txn, LoginView *view) {
        const Sha256 *device = call->has_new_device ? &call->new_device : &view->attempt.device;
        const Attempt *attempt = &view->attempt;
        int r = 0;

        if (purpose_proves_all(attempt->purpose))
                r = call->app->store.guesses->device_put(
                                txn, &call->realm, &view->user.id, device, call->now);
        /* A change and a reset were audited as what they are. */
        if (r != 0 || attempt->purpose == PURPOSE_CHANGE || attempt->purpose == PURPOSE_RESET)
                return r;
        return audit_success(call, txn, view);
}

/* A factor proven before the attempt counts while the user's factors are the same ones. */
static bool factor_is_left(const LoginCall *call, const LoginView *view) {
        return view->has_totp && (view->attempt.totp_at == 0 ||
                                  view->attempt.credential_epoch != call->credential_epoch);
}

static int note_proof(LoginCall *call, Txn *txn, LoginView *view, bool *ret_factor_is_left) {
        Attempt *attempt = &view->attempt;

        switch (attempt->state) {
        case FLOW_PASSWORD:
                *ret_factor_is_left = factor_is_left(call, view);
                if (*ret_factor_is_left)
                        attempt->totp_at = 0;
                if (attempt->credential_epoch != call->credential_epoch)
                        attempt->key_at = 0; /* it was taken away meanwhile, perhaps */
                attempt->password_at = call->now;
                attempt->credential_epoch = call->credential_epoch;
                return store_rehash(call, txn, view);
        case FLOW_TOTP:
                attempt->totp_at = call->now;
                return 0;
        case FLOW_CHOOSE:
                return login_store_choice(call, txn, view);
        case FLOW_IDENTIFY:
        case FLOW_DONE:
        case FLOW_REFUSED:
        case SENTINELS(FLOW):
                break;
        }
        return IAM_E_ATTEMPT_GONE;
}

static int settle_right(LoginCall *call, Txn *txn, LoginView *view) {
        Attempt *attempt = &view->attempt;
        bool is_left = false, must_change;
        FlowEvent event;
        int r;

        must_change = view->has_password &&
                      password_has_expired(&view->password, &view->realm.settings, call->now);
        r = note_proof(call, txn, view, &is_left);
        if (r != 0)
                return r;
        event = flow_after(attempt->purpose, attempt->door, attempt->state, is_left, must_change);
        r = flow_advance(&attempt->state, event);
        if (r == 0 && event == FLOW_FACTOR_LEFT)
                r = login_guess_refund(call, txn);
        else if (r == 0 && event != FLOW_CHOSEN)
                r = settle_proven(call, txn, view);
        if (r == 0 && attempt->state == FLOW_DONE)
                r = settle_done(call, txn, view);
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
