/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
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
                case CREDENTIAL_TOTP_PENDING:
                case SENTINELS(CREDENTIAL):
                        break;
                }
        }
        return 0;
}

int login_user_read(LoginCall *call, Txn *txn, LoginView *view) {
        int r;

        r = call->app->store.users->by_id(
                        txn, &call->realm, &view->attempt.user, call->arena, &view->user);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        view->has_user = r == 0;
        return read_credentials(call, txn, view);
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
        r = login_user_read(call, txn, &view);
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
        if (view->attempt.purpose == PURPOSE_RESET)
                return 0; /* root may set what is not to be used yet */
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
        step->prompts[step->n_prompts++] = (Prompt){
                .id = id,
                .kind = kind,
                .label = message_text(step->language, label),
                .again = kind == PROMPT_NEW ? message_text(step->language,
                                                           MESSAGE_LABEL_NEW_PASSWORD_AGAIN)
                                            : NULL,
        };
}

static void add_password(LoginStep *step) {
        add_prompt(step, "password", PROMPT_SECRET,
                   step->purpose == PURPOSE_LOGIN || step->purpose == PURPOSE_CONFIRM
                                   ? MESSAGE_LABEL_PASSWORD
                                   : MESSAGE_LABEL_CURRENT_PASSWORD);
}

static void add_choice(const LoginCall *call, LoginStep *step) {
        const LoginView *view = &call->view;

        if (step->purpose != PURPOSE_RESET && view->has_password &&
            password_has_expired(&view->password, &view->realm.settings, call->now))
                add_prompt(step, "expired", PROMPT_INFO, MESSAGE_INFO_EXPIRED);
        add_prompt(step, "new-password", PROMPT_NEW, MESSAGE_LABEL_NEW_PASSWORD);
}

/* Which proofs the attempt holds, as RFC 8176 section 2 calls them; "mfa": two that are of two
 * kinds.  That a key has verified its owner is no "pin", for it may be a finger. */
static const struct {
        bool key, password, totp;
        const char *amr;
} ways[] = {
        { false, true, false, "pwd" },
        { false, false, true, "otp" },
        { false, true, true, "pwd otp mfa" },
        { true, true, false, "hwk user pwd mfa" },
        { true, false, true, "hwk user otp mfa" },
        { true, true, true, "hwk user pwd otp mfa" },
};

AuthContext app_login_auth(const Attempt *attempt) {
        AuthContext auth = { .at = attempt->totp_at != 0 ? attempt->totp_at
                                                         : attempt->password_at };

        for (size_t i = 0; i < ELEMENTSOF(ways); i++)
                if (ways[i].key == (attempt->key_at != 0) &&
                    ways[i].password == (attempt->password_at != 0) &&
                    ways[i].totp == (attempt->totp_at != 0))
                        auth.amr = ways[i].amr;
        auth.acr = str_words_have(auth.amr, "mfa") ? "2" : "1";
        return auth;
}

static void fill_done(const LoginCall *call, LoginStep *step) {
        const LoginView *view = &call->view;

        step->outcome = LOGIN_DONE;
        step->user = view->user.id;
        step->user_name = view->user.name;
        step->credential_epoch = view->attempt.credential_epoch;
        step->auth = app_login_auth(&view->attempt);
}

/* What is wrong with a choice is said in one clear sentence; what is wrong with a proof never is.
 */
static int notice_make(const LoginCall *call, MessageId otherwise, const char **ret) {
        const Language language = call->view.attempt.language;
        MessageId id = otherwise;

        if (call->reason == IAM_E_WEAK_PASSWORD) {
                const int64_t least = call->view.realm.settings.password_min_length;
                const char *number = arena_printf(call->arena, "%" PRId64, least);

                *ret = number == NULL ? NULL
                                      : message_with(call->arena, language, MESSAGE_NOTICE_WEAK,
                                                     number);
                return *ret == NULL ? -ENOMEM : 0;
        }
        if (call->reason == IAM_E_SAME_PASSWORD)
                id = MESSAGE_NOTICE_SAME;
        else if (call->reason == IAM_E_PASSWORDS_DIFFER)
                id = MESSAGE_NOTICE_DIFFER;
        else if (call->reason == IAM_E_INVALID)
                id = MESSAGE_NOTICE_CHARACTERS;
        *ret = message_text(language, id);
        return 0;
}

static void fill_prompts(const LoginCall *call, LoginStep *step) {
        step->outcome = LOGIN_ASK;
        switch (call->view.attempt.state) {
        case FLOW_IDENTIFY:
                add_prompt(step, "username", PROMPT_TEXT, MESSAGE_LABEL_USERNAME);
                add_password(step);
                break;
        case FLOW_PASSWORD:
                add_password(step);
                break;
        case FLOW_TOTP:
                add_prompt(step, "totp", PROMPT_CODE, MESSAGE_LABEL_TOTP);
                break;
        case FLOW_CHOOSE:
                add_choice(call, step);
                break;
        case FLOW_DONE:
                fill_done(call, step);
                break;
        case FLOW_REFUSED:
        case SENTINELS(FLOW):
                step->outcome = LOGIN_REFUSED;
                break;
        }
}

int login_step_fill(const LoginCall *call, LoginStep *ret) {
        const Attempt *attempt = &call->view.attempt;
        LoginStep *step = ret;

        step->realm = call->realm;
        step->realm_name = call->view.realm.name;
        step->purpose = attempt->purpose;
        step->language = attempt->language;
        step->request = attempt->request;
        step->service = attempt->service;
        step->session = attempt->session;
        step->address = attempt->address;
        step->account = call->view.has_user ? call->view.user.name : NULL;
        step->n_prompts = 0;
        step->reason = call->reason;
        step->notice = NULL;
        fill_prompts(call, step);
        if (step->outcome == LOGIN_REFUSED)
                return notice_make(call, MESSAGE_NOTICE_REFUSED, &step->notice);
        return call->reason != 0 ? notice_make(call, MESSAGE_NOTICE_NO_MATCH, &step->notice) : 0;
}
