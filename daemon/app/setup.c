/* SPDX-License-Identifier: Apache-2.0 */
/* The first start: the master realm, a role that may do everything, perhaps a first realm. */
#include "base/reason.h"
#include "daemon/app/call.h"

#define ADMIN_ROLE "admin"

typedef struct SetupSeeds {
        RealmSeed master;
        RealmSeed first;
        bool has_first;
        Role admin;
        Permission all;
} SetupSeeds;

int app_setup_prepare(AppCall *call) {
        const SetupIn *in = call->in;
        SetupSeeds *seeds = arena_new(call->arena, SetupSeeds);
        int r;

        if (seeds == NULL)
                return -ENOMEM;
        r = realm_seed_make(call, MASTER_REALM, NULL, &seeds->master);
        if (r != 0)
                return r;
        if (in->realm != NULL) {
                r = call_expect(call, !str_eq(in->realm, MASTER_REALM), "realm");
                if (r == 0)
                        r = realm_seed_make(call, in->realm, NULL, &seeds->first);
                if (r == IAM_E_INVALID)
                        return call_blame(call, r, "realm");
                if (r != 0)
                        return r;
                seeds->has_first = true;
        }
        seeds->admin = (Role){
                .realm = seeds->master.realm.id,
                .name = ADMIN_ROLE,
                .description = "may do everything, in every realm",
                .created_at = call->now,
                .updated_at = call->now,
                .version = 1,
        };
        r = app_id_make(call->app, call->now, &seeds->admin.id);
        if (r == 0)
                r = app_id_make(call->app, call->now, &seeds->all.id);
        if (r != 0)
                return r;
        seeds->all.subject_kind = SUBJECT_ROLE;
        seeds->all.subject = seeds->admin.id;
        seeds->all.resource = POLICY_ANY;
        seeds->all.action = POLICY_ANY;
        call->prepared = seeds;
        return 0;
}

static int master_insert(AppCall *call, Txn *txn, const SetupSeeds *seeds) {
        const RoleOps *roles = call->app->store.roles;
        const RealmId *master = &seeds->master.realm.id;
        int r;

        r = realm_seed_insert(call, txn, &seeds->master);
        if (r == 0)
                r = roles->insert(txn, &seeds->admin);
        if (r == 0)
                r = roles->permit(txn, master, &seeds->all, call->now);
        return r;
}

int app_setup(AppCall *call, Txn *txn) {
        const SetupSeeds *seeds = call->prepared;
        SetupOut *out = call->out;
        CallNames names;
        Realm there;
        int r;

        r = call->app->store.realms->by_name(txn, MASTER_REALM, call->arena, &there);
        if (r != IAM_E_NOT_FOUND)
                return r == 0 ? IAM_E_EXISTS : r;

        r = call_names_init(call, 2, &names);
        if (r == 0)
                r = master_insert(call, txn, seeds);
        if (r == 0 && seeds->has_first)
                r = realm_seed_insert(call, txn, &seeds->first);
        if (r != 0)
                return r;

        call_names_add(&names, MASTER_REALM);
        if (seeds->has_first)
                call_names_add(&names, seeds->first.realm.name);
        out->realms = names.list;
        /* The event is the master realm's, whichever realm came last. */
        call->realm = seeds->master.realm;
        call_target(call, "realm", &call->realm.id.id, MASTER_REALM);
        return 0;
}
