/* SPDX-License-Identifier: Apache-2.0 */
/* A new password, chosen where its owner has just proven who he is, or by local root. */
#include "base/reason.h"
#include "base/secret_bytes.h"
#include "daemon/app/login_call.h"
#include "daemon/app/password_rules.h"
#include "daemon/app/user.h"

/* Root may set the same one again; its owner must choose another one. */
static int check_new(const LoginCall *call, const Secret *value) {
        const CryptoPort *crypto = &call->app->crypto;
        const LoginView *view = &call->view;
        bool rehash;
        int r;

        if (view->attempt.purpose == PURPOSE_RESET || !view->has_password)
                return 0;
        r = crypto->password_verify(crypto->self, view->password.phc, value, &rehash);
        if (r < 0)
                return r;
        return r == 0 ? IAM_E_SAME_PASSWORD : 0;
}

int login_choose(LoginCall *call, const LoginAnswer *answer) {
        const CryptoPort *crypto = &call->app->crypto;
        const LoginView *view = &call->view;
        int r;

        r = login_user_refusal(view);
        if (r != 0)
                return r;
        if (answer->again == NULL || !bytes_equal(secret_bytes(answer->value), answer->value->len,
                                                  secret_bytes(answer->again), answer->again->len))
                return IAM_E_PASSWORDS_DIFFER;
        r = password_rules_check(answer->value, &view->realm, &view->user);
        if (r == 0)
                r = check_new(call, answer->value);
        if (r != 0)
                return r;
        return crypto->password_hash(crypto->self, call->arena, answer->value, &call->new_phc);
}

bool login_choice_is_refused(int reason) {
        return reason == IAM_E_WEAK_PASSWORD || reason == IAM_E_SAME_PASSWORD ||
               reason == IAM_E_PASSWORDS_DIFFER || reason == IAM_E_INVALID;
}

int login_store_choice(LoginCall *call, Txn *txn, LoginView *view) {
        const bool is_reset = view->attempt.purpose == PURPOSE_RESET;
        const AuditEvent event = {
                .kind = is_reset ? EVENT_PASSWORD_SET : EVENT_PASSWORD_CHANGED,
                .success = true,
                .actor_kind = is_reset ? NULL : "user",
                .actor = is_reset ? (Id){} : view->user.id,
                .actor_name = is_reset ? NULL : view->user.name,
                .target_kind = "user",
                .target = view->user.id,
                .target_name = view->user.name,
                .address = view->attempt.address,
                .agent = view->attempt.agent,
        };
        const UserChange change = {
                .app = call->app,
                .arena = call->arena,
                .actor = is_reset ? call->caller->actor_name : view->user.name,
                .now = call->now,
        };
        int r;

        r = user_put_password(&change, txn, &view->user, call->new_phc, /* must_change= */ false);
        if (r != 0)
                return r;
        /* What opens after this attempt is of the new epoch. */
        view->attempt.credential_epoch = view->user.credential_epoch;
        return app_audit(call->app, txn, call->caller, &call->realm, call->now, &event);
}
