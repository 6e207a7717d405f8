/* SPDX-License-Identifier: Apache-2.0 */
#include <stdatomic.h>

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

/*
 * Ids of events are the cursors of those who follow them, so they must rise in the order of
 * commit, while `now` is when a use case began and may be behind what others committed since.
 * Therefore they are made here, in the writing transaction, from the time of now, one microsecond
 * after the last at least; the fraction of the millisecond stands in the 12 bits of rand_a
 * (RFC 9562 section 6.2, method 3).
 */
static int event_id_make(App *app, Id *ret) {
        Usec last = atomic_load(&app->last_event), time = app->clock.now(app->clock.self);
        uint8_t random[10];
        unsigned fraction;
        int r;

        r = app->clock.random(app->clock.self, random, sizeof(random));
        if (r < 0)
                return r;
        do {
                if (time <= last)
                        time = last + 1;
        } while (!atomic_compare_exchange_weak(&app->last_event, &last, time));

        fraction = (unsigned) (time % USEC_PER_MSEC);
        random[0] = (uint8_t) (fraction >> 8);
        random[1] = (uint8_t) fraction;
        id_make_v7(time, random, ret);
        return 0;
}

int app_audit(App *app, Txn *txn, const Caller *caller, const RealmId *realm, Usec now,
              const AuditEvent *event) {
        AuditEvent full = *event;
        int r;

        r = event_id_make(app, &full.id);
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
