/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/names.h"
#include "base/reason.h"
#include "daemon/app/login_call.h"
#include "daemon/app/messages.h"

static int read_credentials(LoginCall *call, Txn *txn, LoginView *view) {
        CredentialList list = {};
        int r;

        r = call->app->store.credentials->by_user(
                        txn, &call->realm, &view->attempt.user, call->arena, &list);
        if (r != 0)
                return r;
        for (size_t i = 0; i < list.n; i++) {
                switch (list.items[i].kind) {
                case CREDENTIAL_PASSWORD:
                        view->password = list.items[i];
                        view->has_password = true;
                        break;
                case CREDENTIAL_TOTP:
                        view->totp = list.items[i];
                        view->has_totp = true;
                        break;
                case SENTINELS(CREDENTIAL):
                        break;
                }
        }
        return 0;
}

/* An unknown user is looked for in the same places: same steps, same cost (law 4). */
int login_view_read(LoginCall *call, Txn *txn, LoginView *ret) {
        const StorePort *store = &call->app->store;
        LoginView view = {};
        int r;

        r = store->attempts->by_handle(
                        txn, &call->realm, &call->handle_hash, call->arena, &view.attempt);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_ATTEMPT_GONE : r;
        if (view.attempt.door != call->caller->door || view.attempt.expires_at <= call->now)
                return IAM_E_ATTEMPT_GONE;
        r = store->realms->by_id(txn, &call->realm, call->arena, &view.realm);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_ATTEMPT_GONE : r;
        r = store->users->by_id(txn, &call->realm, &view.attempt.user, call->arena, &view.user);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        view.has_user = r == 0;
        r = read_credentials(call, txn, &view);
        if (r != 0)
                return r;
        r = store->guesses->device_known(
                        txn, &call->realm, &view.attempt.user, &view.attempt.device,
                        call->now - GUESS_DEVICE_MEMORY, &view.device_is_known);
        if (r != 0)
                return r;
        if (!view.has_user || id_is_null(&view.attempt.user))
                view.device_is_known = false;
        *ret = view;
        return 0;
}

static int find_user(LoginCall *call, Txn *txn, const Realm *realm, const char *name, User *ret) {
        const UserOps *users = call->app->store.users;

        if (realm->settings.login_with_email && strchr(name, '@') != NULL && name_is_email(name))
                return users->by_email(txn, &call->realm, name, call->arena, ret);
        return users->by_name(txn, &call->realm, name, call->arena, ret);
}

int login_identify(
                LoginCall *call, Txn *txn, const Realm *realm, const char *name, Attempt *attempt) {
        User user;
        char *fold;
        int r;

        if (!str_is_ascii_printable(name) || str_is_empty(name) || strlen(name) > EMAIL_MAX)
                name = LOGIN_NAME_INVALID;
        fold = arena_strdup(call->arena, name);
        if (fold == NULL)
                return -ENOMEM;
        str_ascii_lower(fold);
        r = find_user(call, txn, realm, fold, &user);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        attempt->name = fold;
        attempt->user = r == 0 ? user.id : (Id){};
        return 0;
}

int login_user_refusal(const LoginView *view) {
        if (!view->has_user)
                return IAM_E_UNKNOWN_USER;
        if (!view->realm.enabled)
                return IAM_E_REALM_DISABLED;
        if (!view->user.enabled)
                return IAM_E_USER_DISABLED;
        if (!view->has_password)
                return IAM_E_NO_PASSWORD;
        return 0;
}

static void add_prompt(LoginStep *step, const char *id, PromptKind kind, MessageId label) {
        assert(step->n_prompts < LOGIN_PROMPTS_MAX);
        step->prompts[step->n_prompts++] =
                        (Prompt){ .id = id, .kind = kind, .label = message_text(label) };
}

AuthContext app_login_auth(const Attempt *attempt) {
        bool two = attempt->totp_at != 0;

        return (AuthContext){
                .at = two ? attempt->totp_at : attempt->password_at,
                .amr = two ? "pwd otp mfa" : "pwd",
                .acr = two ? "2" : "1",
        };
}

static void fill_done(const LoginCall *call, LoginStep *step) {
        const LoginView *view = &call->view;

        step->outcome = LOGIN_DONE;
        step->user = view->user.id;
        step->user_name = view->user.name;
        step->credential_epoch = view->attempt.credential_epoch;
        step->auth = app_login_auth(&view->attempt);
}

void login_step_fill(const LoginCall *call, LoginStep *ret) {
        LoginStep *step = ret;

        step->realm = call->realm;
        step->request = call->view.attempt.request;
        step->service = call->view.attempt.service;
        step->address = call->view.attempt.address;
        step->account = call->view.has_user ? call->view.user.name : NULL;
        step->outcome = LOGIN_ASK;
        step->n_prompts = 0;
        step->reason = call->reason;
        step->notice = call->reason != 0 ? message_text(MESSAGE_NOTICE_NO_MATCH) : NULL;
        switch (call->view.attempt.state) {
        case FLOW_IDENTIFY:
                add_prompt(step, "username", PROMPT_TEXT, MESSAGE_LABEL_USERNAME);
                add_prompt(step, "password", PROMPT_SECRET, MESSAGE_LABEL_PASSWORD);
                break;
        case FLOW_PASSWORD:
                add_prompt(step, "password", PROMPT_SECRET, MESSAGE_LABEL_PASSWORD);
                break;
        case FLOW_TOTP:
                add_prompt(step, "totp", PROMPT_CODE, MESSAGE_LABEL_TOTP);
                break;
        case FLOW_DONE:
                fill_done(call, step);
                break;
        case FLOW_REFUSED:
        case SENTINELS(FLOW):
                step->outcome = LOGIN_REFUSED;
                step->notice = message_text(MESSAGE_NOTICE_REFUSED);
                break;
        }
}
