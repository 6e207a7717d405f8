/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/login.h"

#include <string.h>

#include "base/names.h"
#include "base/reason.h"
#include "base/secret_bytes.h"
#include "daemon/app/login_call.h"
#include "daemon/app/user_key.h"

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

/* A done login by PAM, for a while: until its user's factors change. */
static bool login_is_remembered(const Attempt *attempt, const User *user, Usec now) {
        return attempt->state == FLOW_DONE && attempt->door == DOOR_PAM &&
               app_login_auth(attempt).at + LOGIN_DONE_MEMORY > now &&
               attempt->credential_epoch == user->credential_epoch;
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

/* The login that the same program has just done: what it proved need not be proven again. */
static int take_former_proof(StartCall *start, Txn *txn) {
        LoginCall *call = &start->call;
        Attempt *attempt = &call->view.attempt;
        Attempt former;
        Sha256 hash;
        int r;

        call->app->crypto.secret_sha256(start->in->proof, &hash);
        r = call->app->store.attempts->by_handle(txn, &call->realm, &hash, call->arena, &former);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_ATTEMPT_GONE : r;
        if (!login_is_remembered(&former, &call->view.user, call->now) ||
            former.purpose != PURPOSE_LOGIN || !id_equal(&former.user, &attempt->user))
                return IAM_E_ATTEMPT_GONE;
        if (former.password_at == 0) /* a key stood in for it, and is not what is changed */
                return flow_advance(&attempt->state, FLOW_NAMED);
        attempt->password_at = former.password_at;
        attempt->totp_at = former.totp_at;
        return flow_advance(&attempt->state, FLOW_TRUSTED);
}

/* Whoever is known may be told what he is asked for: law 4 is about strangers. */
static int open_known(StartCall *start, Txn *txn) {
        LoginCall *call = &start->call;
        LoginView *view = &call->view;
        Attempt *attempt = &view->attempt;
        int r;

        if (id_is_null(&attempt->user))
                return IAM_E_UNKNOWN_USER;
        r = login_user_read(call, txn, view);
        if (r != 0)
                return r;
        attempt->credential_epoch = view->user.credential_epoch;
        attempt->totp_at = start->in->factor_at;
        if (attempt->purpose == PURPOSE_CHANGE && start->in->proof != NULL)
                return take_former_proof(start, txn);
        return flow_advance(&attempt->state, flow_opening(attempt->purpose, view->has_totp));
}

/* Whoever holds a key of the user who was named is no stranger to him, and may be told by the
 * questions that it counts.  One who may not come in is refused after the usual questions. */
static int open_named(StartCall *start, Txn *txn) {
        LoginCall *call = &start->call;
        LoginView *view = &call->view;
        Attempt *attempt = &view->attempt;
        const UserKeyUse use = { &call->realm, &attempt->user, start->in->key, call->now };
        UserKey key;
        int r;

        r = user_key_used(call->app, txn, call->arena, &use, &key);
        if (r == IAM_E_NOT_FOUND || (r == 0 && !user_key_is_factor(&key)))
                return flow_advance(&attempt->state, FLOW_NAMED);
        if (r == 0)
                r = login_user_read(call, txn, view);
        if (r != 0)
                return r;
        if (login_user_refusal(view) != 0)
                return flow_advance(&attempt->state, FLOW_NAMED);
        attempt->key_at = call->now;
        attempt->credential_epoch = view->user.credential_epoch;
        return flow_advance(&attempt->state, flow_opening_by_key(view->has_totp));
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
        if (start->in->name != NULL)
                r = login_identify(call, txn, &call->view.realm, start->in->name, attempt);
        if (r == 0 && attempt->purpose != PURPOSE_LOGIN)
                r = open_known(start, txn);
        else if (r == 0 && start->in->name != NULL)
                r = open_named(start, txn);
        if (r != 0)
                return r;
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
                .purpose = in->purpose,
                .language = LANGUAGE_FALLBACK,
                .service = in->service,
                .tty = in->tty,
                .address = caller->address,
                .agent = caller->agent,
                .request = in->request,
                .session = in->session,
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
        return login_step_fill(&start.call, ret);
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
             !flow_may_rename(call->view.attempt.door, call->view.attempt.purpose)))
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

/* No guess, so nothing is counted. */
static int take_choice(LoginCall *call, const LoginAnswer *answer) {
        int r;

        if (call->view.attempt.state != FLOW_CHOOSE)
                return IAM_E_INVALID;
        call->proven_in = FLOW_CHOOSE;
        call->credential_epoch = call->view.user.credential_epoch;
        r = login_choose(call, answer);
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
        if (str_eq(answer->id, "new-password"))
                return take_choice(call, answer);
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
        if (call->view.attempt.door != DOOR_BROWSER || call->view.device_is_known ||
            !purpose_proves_all(call->view.attempt.purpose))
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
        if (call.view.attempt.state == FLOW_DONE && call.has_new_device) {
                ret->new_device = true;
                ret->device = device;
        }
        return login_step_fill(&call, ret);
}

int app_login_resume(
                App *app, Arena *arena, const Caller *caller, const RealmId *realm,
                const Secret *handle, LoginStep *ret) {
        LoginCall call;
        int r;

        r = open_call(&call, app, arena, caller, realm, handle);
        if (r != 0)
                return r;
        /* What ended the login's right since must end it here too. */
        if (call.view.attempt.state == FLOW_DONE &&
            (login_user_refusal(&call.view) != 0 ||
             !login_is_remembered(&call.view.attempt, &call.view.user, call.now)))
                return IAM_E_ATTEMPT_GONE;
        *ret = (LoginStep){ .handle = *handle };
        return login_step_fill(&call, ret);
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
        return login_step_fill(&abandon.call, ret);
}
