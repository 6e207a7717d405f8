/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/login.h"

#include <string.h>

#include "base/names.h"
#include "base/reason.h"
#include "base/secret_bytes.h"
#include "daemon/app/login_call.h"

typedef struct StartCall {
        LoginCall call;
        const LoginStart *in;
} StartCall;

static void
call_init(LoginCall *call, App *app, Arena *arena, const Caller *caller, const RealmId *realm) {
        *call = (LoginCall){
                .app = app,
                .arena = arena,
                .caller = caller,
                .realm = *realm,
                .now = app->clock.now(app->clock.self),
        };
}

/* The device is the browser's cookie; at a host it is (host, source), DECISIONS "Guess
 * protection". */
static int device_of(App *app, const Caller *caller, const LoginStart *in, Sha256 *ret) {
        char source[GUESS_SOURCE_SIZE];

        if (caller->door == DOOR_BROWSER) {
                *ret = (Sha256){};
                if (!str_is_empty(in->device))
                        app->crypto.sha256(in->device, strlen(in->device), ret);
                return 0;
        }
        guess_source(caller->address, source);
        return app->crypto.keyed_hash(app->crypto.self, "host-device", source, strlen(source), ret);
}

static int start_run(Txn *txn, void *context) {
        StartCall *start = context;
        LoginCall *call = &start->call;
        Attempt *attempt = &call->view.attempt;
        int r;

        r = call->app->store.realms->by_id(txn, &call->realm, call->arena, &call->view.realm);
        if (r != 0)
                return r;
        attempt->state = FLOW_IDENTIFY;
        attempt->expires_at = call->now +
                              call->view.realm.settings.temporary_token_lifetime * USEC_PER_SEC;
        if (start->in->name != NULL) {
                r = login_identify(call, txn, &call->view.realm, start->in->name, attempt);
                if (r == 0)
                        r = flow_advance(&attempt->state, FLOW_NAMED);
                if (r != 0)
                        return r;
        }
        return call->app->store.attempts->insert(txn, attempt);
}

int app_login_start(
                App *app, Arena *arena, const Caller *caller, const LoginStart *in,
                LoginStep *ret) {
        StartCall start = { .in = in };
        Attempt *attempt = &start.call.view.attempt;
        CLEANUP(secret_clear) Secret handle = {};
        int r;

        call_init(&start.call, app, arena, caller, &in->realm);
        *attempt = (Attempt){
                .realm = in->realm,
                .door = caller->door,
                .service = in->service,
                .tty = in->tty,
                .address = caller->address,
                .agent = caller->agent,
                .request = in->request,
                .opener_boot = in->opener_boot,
                .opener_pid = in->opener_pid,
                .opener_start = in->opener_start,
                .created_at = start.call.now,
        };
        r = device_of(app, caller, in, &attempt->device);
        if (r != 0)
                return r;
        r = app->crypto.bearer_make(app->crypto.self, &handle, &attempt->handle_hash);
        if (r < 0)
                return r;
        r = app->store.txn(app->store.self, start_run, &start);
        if (r != 0)
                return r;
        *ret = (LoginStep){ .handle = handle };
        login_step_fill(&start.call, ret);
        return 0;
}

static int view_run(Txn *txn, void *context) {
        LoginCall *call = context;

        return login_view_read(call, txn, &call->view);
}

static int rename_run(Txn *txn, void *context) {
        StartCall *start = context;
        LoginCall *call = &start->call;
        LoginView view;
        int r;

        r = login_view_read(call, txn, &view);
        if (r != 0)
                return r;
        r = login_identify(call, txn, &view.realm, start->in->name, &view.attempt);
        if (r == 0)
                r = flow_advance(&view.attempt.state, FLOW_NAMED);
        if (r == 0)
                r = call->app->store.attempts->update(txn, &view.attempt);
        if (r != 0)
                return r;
        return login_view_read(call, txn, &call->view);
}

/* The name is no secret, but it came like one; it is cut at the longest name there is. */
static int take_name(LoginCall *call, const Secret *value) {
        char name[EMAIL_MAX + 2];
        StartCall start = { .call = *call, .in = &(LoginStart){ .name = name } };
        size_t len = value->len < sizeof(name) - 1 ? value->len : sizeof(name) - 1;
        int r;

        if (call->view.attempt.state != FLOW_IDENTIFY &&
            (call->view.attempt.state != FLOW_PASSWORD ||
             !flow_may_rename(call->view.attempt.door)))
                return IAM_E_INVALID;
        memcpy(name, secret_bytes(value), len);
        name[len] = '\0';
        if (memchr(name, '\0', len) != NULL)
                memcpy(name, LOGIN_NAME_INVALID, sizeof(LOGIN_NAME_INVALID));
        r = call->app->store.txn(call->app->store.self, rename_run, &start);
        if (r == 0)
                *call = start.call;
        return r;
}

static int prove_password(LoginCall *call, const Secret *value) {
        const CryptoPort *crypto = &call->app->crypto;
        const LoginView *view = &call->view;
        bool rehash = false;
        const char *phc;
        int refusal;
        int r;

        phc = view->has_user && view->has_password ? view->password.phc
                                                   : crypto->password_mock(crypto->self);
        if (phc == NULL)
                return -ENOMEM;
        r = crypto->password_verify(crypto->self, phc, value, &rehash);
        if (r < 0)
                return r;
        refusal = login_user_refusal(view);
        if (refusal != 0)
                return refusal; /* the truth for the audit trail; the person hears the same */
        if (r == 0 && rehash)
                return crypto->password_hash(crypto->self, call->arena, value, &call->new_phc);
        return r;
}

static int prove_code(LoginCall *call, const Secret *value) {
        CLEANUP(secret_clear) Secret shared = {};
        const LoginView *view = &call->view;
        int r;

        if (!view->has_totp)
                return IAM_E_WRONG_CODE;
        r = call->app->crypto.unseal(
                        call->app->crypto.self, &call->realm, &view->totp.id, "totp",
                        &view->totp.sealed, &shared);
        if (r != 0)
                return r;
        return call->app->factor.totp_verify(
                        call->app->factor.self, &shared, value, call->now, &call->totp_step);
}

/* Counts, proves, writes down. */
static int take_proof(LoginCall *call, FlowState asked, const Secret *value) {
        int r;

        if (call->view.attempt.state != asked)
                return IAM_E_INVALID;
        call->proven_in = asked;
        call->credential_epoch = call->view.user.credential_epoch;
        r = login_guess_reserve(call);
        if (r < 0)
                return r;
        if (r == 0)
                r = asked == FLOW_PASSWORD ? prove_password(call, value) : prove_code(call, value);
        if (r < 0)
                return r;
        call->proof = r;
        return login_settle(call);
}

static int take_answer(LoginCall *call, const LoginAnswer *answer) {
        if (call->reason != 0)
                return IAM_E_INVALID; /* one judgement per message */
        if (str_eq(answer->id, "username"))
                return take_name(call, answer->value);
        if (str_eq(answer->id, "password"))
                return take_proof(call, FLOW_PASSWORD, answer->value);
        if (str_eq(answer->id, "totp"))
                return take_proof(call, FLOW_TOTP, answer->value);
        return IAM_E_INVALID;
}

static int
open_call(LoginCall *call, App *app, Arena *arena, const Caller *caller, const RealmId *realm,
          const Secret *handle) {
        int r;

        call_init(call, app, arena, caller, realm);
        app->crypto.secret_sha256(handle, &call->handle_hash);
        r = app->store.read(app->store.self, view_run, call);
        if (r == IAM_E_NOT_FOUND)
                return IAM_E_ATTEMPT_GONE;
        return r;
}

/* A browser that is not known for this user gets a cookie of its own after a full login. */
static int device_make(LoginCall *call, Secret *ret_cookie) {
        call->has_new_device = false;
        if (call->view.attempt.door != DOOR_BROWSER || call->view.device_is_known)
                return 0;
        call->has_new_device = true;
        return call->app->crypto.bearer_make(call->app->crypto.self, ret_cookie, &call->new_device);
}

int app_login_answer(
                App *app, Arena *arena, const Caller *caller, const RealmId *realm,
                const Secret *handle, const LoginAnswers *answers, LoginStep *ret) {
        CLEANUP(secret_clear) Secret device = {};
        LoginCall call;
        int r;

        r = open_call(&call, app, arena, caller, realm, handle);
        if (r != 0)
                return r;
        if (flow_is_over(call.view.attempt.state))
                return IAM_E_ATTEMPT_GONE;
        if (answers->n == 0 || answers->n > LOGIN_PROMPTS_MAX)
                return IAM_E_INVALID;
        for (size_t i = 0; i < answers->n; i++) {
                r = device_make(&call, &device);
                if (r == 0)
                        r = take_answer(&call, &answers->items[i]);
                if (r != 0)
                        return r;
        }
        *ret = (LoginStep){ .handle = *handle };
        login_step_fill(&call, ret);
        if (ret->outcome == LOGIN_DONE && call.has_new_device) {
                ret->new_device = true;
                ret->device = device;
        }
        return 0;
}

int app_login_resume(
                App *app, Arena *arena, const Caller *caller, const RealmId *realm,
                const Secret *handle, LoginStep *ret) {
        LoginCall call;
        int r;

        r = open_call(&call, app, arena, caller, realm, handle);
        if (r != 0)
                return r;
        if (call.view.attempt.state == FLOW_DONE) {
                const Attempt *attempt = &call.view.attempt;
                Usec at = app_login_auth(attempt).at;

                /* What ended the login's right since must end it here too. */
                if (attempt->door != DOOR_PAM || at + LOGIN_DONE_MEMORY <= call.now ||
                    login_user_refusal(&call.view) != 0 ||
                    attempt->credential_epoch != call.view.user.credential_epoch)
                        return IAM_E_ATTEMPT_GONE;
        }
        *ret = (LoginStep){ .handle = *handle };
        login_step_fill(&call, ret);
        return 0;
}

typedef struct AbandonCall {
        LoginCall call;
        int reason;
} AbandonCall;

static int abandon_run(Txn *txn, void *context) {
        AbandonCall *abandon = context;
        LoginCall *call = &abandon->call;
        LoginView view;
        int r;

        r = login_view_read(call, txn, &view);
        if (r != 0)
                return r;
        r = flow_advance(&view.attempt.state, FLOW_GIVE_UP);
        if (r == 0)
                r = login_audit_failure(call, txn, &view, abandon->reason);
        if (r == 0)
                r = call->app->store.attempts->update(txn, &view.attempt);
        if (r != 0)
                return r;
        call->view = view;
        call->reason = abandon->reason;
        return 0;
}

int app_login_abandon(
                App *app, Arena *arena, const Caller *caller, const RealmId *realm,
                const Secret *handle, int reason, LoginStep *ret) {
        AbandonCall abandon = { .reason = reason };
        int r;

        r = open_call(&abandon.call, app, arena, caller, realm, handle);
        if (r != 0)
                return r;
        r = app->store.txn(app->store.self, abandon_run, &abandon);
        if (r != 0)
                return r;
        *ret = (LoginStep){ .handle = *handle };
        login_step_fill(&abandon.call, ret);
        return 0;
}
