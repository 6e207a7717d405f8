/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/gate.h"

#include "base/reason.h"
#include "daemon/core/closure.h"

/* A deleted party is no less dead than a disabled one. */
static int gone_as(int r, int reason) {
        return r == IAM_E_NOT_FOUND ? reason : r;
}

static int load_parties(App *app, Txn *txn, Arena *arena, GateView *view) {
        const StorePort *store = &app->store;
        const Grant *grant = &view->grant;
        int r;

        r = store->realms->by_id(txn, &grant->realm, arena, &view->realm);
        if (r != 0)
                return gone_as(r, IAM_E_REALM_DISABLED);
        r = store->clients->by_id(txn, &grant->realm, &grant->client, arena, &view->client);
        if (r != 0)
                return gone_as(r, IAM_E_CLIENT_DISABLED);
        r = store->users->by_id(txn, &grant->realm, &grant->user, arena, &view->user);
        if (r != 0)
                return gone_as(r, IAM_E_USER_DISABLED);
        if (id_is_null(&grant->session))
                return 0;
        r = store->sessions->by_id(txn, &grant->realm, &grant->session, arena, &view->session);
        if (r != 0)
                return gone_as(r, IAM_E_SESSION_GONE);
        view->has_session = true;
        return 0;
}

int gate_open(App *app, Txn *txn, Arena *arena, const RealmId *realm, const Id *grant, Usec now,
              GateView *ret) {
        GateView view = {};
        int r;

        r = app->store.sessions->grant_by_id(txn, realm, grant, arena, &view.grant);
        if (r != 0)
                return r;
        r = load_parties(app, txn, arena, &view);
        if (r != 0)
                return r;
        r = grant_check(&view.grant, &view.realm, &view.client, &view.user,
                        view.has_session ? &view.session : NULL, now);
        if (r != 0)
                return r;
        view.has_grant = true;
        *ret = view;
        return 0;
}

int gate_open_service(
                App *app, Txn *txn, Arena *arena, const Client *client, const ServiceEpochs *born,
                GateView *ret) {
        const StorePort *store = &app->store;
        GateView view = { .client = *client };
        int r;

        r = store->realms->by_id(txn, &client->realm, arena, &view.realm);
        if (r != 0)
                return gone_as(r, IAM_E_REALM_DISABLED);
        r = store->users->by_client(txn, &client->realm, &client->id, arena, &view.user);
        if (r != 0)
                return gone_as(r, IAM_E_UNAUTHORIZED_CLIENT);
        r = service_check(&view.realm, client, &view.user, born);
        if (r != 0)
                return r;
        *ret = view;
        return 0;
}

int gate_keys(App *app, Txn *txn, Arena *arena, GateView *view) {
        const KeyOps *keys = app->store.keys;
        const RealmId *realm = &view->realm.id;
        KeyAlg access = client_access_token_alg(&view->client, &view->realm);
        KeyAlg id = client_id_token_alg(&view->client, &view->realm);
        int r;

        r = keys->active(txn, realm, access, arena, &view->access_key);
        view->id_key = view->access_key;
        if (r == 0 && id != access && view->has_grant)
                r = keys->active(txn, realm, id, arena, &view->id_key);
        return gone_as(r, IAM_E_UNAVAILABLE);
}

int gate_names(App *app, Txn *txn, Arena *arena, GateView *view) {
        return closure_names_of_user(
                        &app->store, txn, &view->realm.id, arena, &view->user.id, &view->roles,
                        &view->groups);
}

int gate_describe(App *app, Txn *txn, Arena *arena, GateView *view) {
        User user;
        int r;

        r = app->store.users->by_id(txn, &view->realm.id, &view->user.id, arena, &user);
        if (r != 0)
                return gone_as(r, IAM_E_USER_DISABLED);
        view->user = user;
        return gate_names(app, txn, arena, view);
}
