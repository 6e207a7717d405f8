/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/service.h"

#include "base/reason.h"
#include "daemon/app/user.h"

static int service_make(AppCall *call, Txn *txn, const Client *client) {
        User user = {
                .realm = client->realm,
                .client = client->id,
                .enabled = true,
                .credential_epoch = 1,
                .authz_epoch = 1,
                .created_at = call->now,
                .updated_at = call->now,
                .version = 1,
        };
        const UserChange change = user_change_of(call);
        int r;

        /* No person's name holds a ':'. */
        user.name = arena_printf(call->arena, "service:%s", client->name);
        if (user.name == NULL)
                return -ENOMEM;
        r = app_id_make(call->app, call->now, &user.id);
        if (r == 0)
                r = call->app->store.users->insert(txn, &user);
        return r != 0 ? r : user_history(&change, txn, &user, user.version);
}

/* 1: it has one; 0: none. */
static int service_find(AppCall *call, Txn *txn, const Client *client, User *ret) {
        int r = call->app->store.users->by_client(
                        txn, &client->realm, &client->id, call->arena, ret);

        if (r == IAM_E_NOT_FOUND)
                return 0;
        return r == 0 ? 1 : r;
}

int service_remove(AppCall *call, Txn *txn, const Client *client) {
        User user;
        int r = service_find(call, txn, client, &user);

        if (r <= 0)
                return r;
        return call->app->store.users->remove(txn, &user.realm, &user.id, call->now);
}

int service_apply(AppCall *call, Txn *txn, const Client *client, Maybe asked) {
        User user;
        int r;

        if (asked == MAYBE_ABSENT)
                return 0;
        if (asked == MAYBE_NO)
                return service_remove(call, txn, client);
        if (client->kind != CLIENT_CONFIDENTIAL)
                return call_blame(call, IAM_E_INVALID, "service");
        r = service_find(call, txn, client, &user);
        if (r != 0)
                return r < 0 ? r : 0;
        return service_make(call, txn, client);
}

int service_view(AppCall *call, Txn *txn, const Client *client, ClientView *out) {
        User user;
        int r = service_find(call, txn, client, &user);

        if (r < 0)
                return r;
        out->service = r == 1;
        return out->service ? user_roles(call, txn, &user, &out->service_roles) : 0;
}
