/* SPDX-License-Identifier: Apache-2.0 */
/* How the installation stands, and whether hosts see it as it is. */
#include "base/reason.h"
#include "daemon/app/call.h"

static int directory_is_published(AppCall *call, Txn *txn, bool *ret) {
        int64_t pending;
        int r = call->app->store.outbox->pending(txn, "directory", &pending);

        if (r == 0)
                *ret = pending == 0;
        return r;
}

int app_status(AppCall *call, Txn *txn) {
        const StorePort *store = &call->app->store;
        StatusOut *out = call->out;
        RealmList realms;
        Realm master;
        int r;

        r = store->realms->by_name(txn, MASTER_REALM, call->arena, &master);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        out->setup_done = r == 0;
        r = store->realms->list(txn, call->arena, &(Page){ .limit = STORE_PAGE_MAX }, &realms);
        if (r == 0)
                r = directory_is_published(call, txn, &out->directory_published);
        if (r == 0)
                r = status_checks(call, txn, &realms, out);
        if (r != 0)
                return r;
        out->realms = (int64_t) realms.n;
        out->base_url = call->app->config.base_url;
        out->host_realm = call->app->config.host_realm;
        return 0;
}

/* One look; who waits asks again.  So no lane's thread sleeps for anyone. */
int app_wait(AppCall *call, Txn *txn) {
        WaitOut *out = call->out;

        if (call->app->publish_poke != NULL)
                call->app->publish_poke(call->app->publisher);
        return directory_is_published(call, txn, &out->published);
}

int app_why(AppCall *call, Txn *txn) {
        const StorePort *store = &call->app->store;
        const WhyIn *in = call->in;
        WhyOut *out = call->out;
        PolicyExplanation why;
        Closure closure;
        User user;
        int r;

        r = call_user(call, txn, in->user, "user", &user);
        if (r == 0)
                r = closure_of_user(store, txn, &call->realm.id, call->arena, &user.id, &closure);
        if (r != 0)
                return r;

        PolicySubject subject = {
                .is_disabled = !user.enabled,
                .rules = closure.rules,
                .n_rules = closure.n_permissions,
        };
        PolicyContext context = { .is_realm_disabled = !call->realm.enabled };

        out->allowed = policy_decide(&subject, in->action, in->resource, &context, &why) ==
                       VERDICT_ALLOW;
        out->explanation = policy_cause_text(why.cause);
        if (why.cause != POLICY_RULE)
                return 0;
        return closure_explain(&closure, call->arena, why.rule, &out->path);
}
