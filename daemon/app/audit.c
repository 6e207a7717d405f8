/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "daemon/app/app.h"

int app_id_make(App *app, Usec now, Id *ret) {
        uint8_t random[10];
        int r;

        r = app->clock.random(app->clock.self, random, sizeof(random));
        if (r < 0)
                return r;
        id_make_v7(now, random, ret);
        return 0;
}

int app_audit(App *app, Txn *txn, const Caller *caller, const RealmId *realm, Usec now,
              const AuditEvent *event) {
        AuditEvent full = *event;
        int r;

        r = app_id_make(app, now, &full.id);
        if (r < 0)
                return r;
        full.realm = realm != NULL ? *realm : (RealmId){};
        full.at = now;
        full.door = caller->door;
        if (full.actor_kind == NULL) {
                full.actor_kind = caller->actor_kind;
                full.actor = caller->actor;
                full.actor_name = caller->actor_name;
        }
        full.trace = str_or(full.trace, caller->trace);
        full.address = str_or(full.address, caller->address);
        full.agent = str_or(full.agent, caller->agent);
        return app->store.audit->insert(txn, &full);
}
