/* SPDX-License-Identifier: Apache-2.0 */
/* Realms as the protocol names them; law 1: every URL starts with the configured base. */
#include "daemon/app/oidc.h"

#include "base/reason.h"

typedef struct OpenCall {
        App *app;
        Arena *arena;
        const char *name;
        Realm realm;
} OpenCall;

static int open_run(Txn *txn, void *context) {
        OpenCall *call = context;

        return call->app->store.realms->by_name(txn, call->name, call->arena, &call->realm);
}

int app_realm_open(App *app, Arena *arena, const char *name, Realm *ret) {
        OpenCall call = { .app = app, .arena = arena, .name = name };
        int r;

        r = app->store.read(app->store.self, open_run, &call);
        if (r != 0)
                return r;
        if (!call.realm.enabled)
                return IAM_E_REALM_DISABLED;
        *ret = call.realm;
        return 0;
}

const char *app_issuer(const App *app, Arena *arena, const Realm *realm) {
        return arena_printf(arena, "%s/realms/%s", app->config.base_url, realm->name);
}

typedef struct OriginCall {
        App *app;
        const Realm *realm;
        const char *origin;
} OriginCall;

static int origin_run(Txn *txn, void *context) {
        OriginCall *call = context;

        return call->app->store.clients->origin(txn, &call->realm->id, call->origin);
}

int app_web_origin_is_known(
                App *app, Arena *arena, const char *realm, const char *origin, bool *ret) {
        Realm opened;
        OriginCall call = { .app = app, .realm = &opened, .origin = origin };
        int r;

        r = app_realm_open(app, arena, realm, &opened);
        if (r == 0)
                r = app->store.read(app->store.self, origin_run, &call);
        if (r < 0)
                return r;
        *ret = r == 0;
        return 0;
}
