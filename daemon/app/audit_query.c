/* SPDX-License-Identifier: Apache-2.0 */
/* The audit trail, filtered and by cursor: following it is asking again with the last one. */
#include "base/reason.h"
#include "daemon/app/call.h"

/* Names of realms by id, each read once. */
typedef struct RealmNames {
        AppCall *call;
        Txn *txn;
        Realm last;
} RealmNames;

static int realm_name(RealmNames *names, const RealmId *id, const char **ret) {
        int r = 0;

        if (id_is_null(&id->id)) {
                *ret = NULL;
                return 0;
        }
        if (!id_equal(&names->last.id.id, &id->id))
                r = names->call->app->store.realms->by_id(
                                names->txn, id, names->call->arena, &names->last);
        if (r == IAM_E_NOT_FOUND) {
                /* A deleted realm's trail is still told, by its id. */
                names->last = (Realm){ .id = *id, .name = call_id_text(names->call, &id->id) };
                r = names->last.name == NULL ? -ENOMEM : 0;
        }
        if (r == 0)
                *ret = names->last.name;
        return r;
}

/* A name where there is one, else the id. */
static const char *who(AppCall *call, const char *name, const Id *id) {
        return name != NULL || id_is_null(id) ? name : call_id_text(call, id);
}

static int event_row(RealmNames *names, const AuditEvent *event, AuditRow *ret) {
        AppCall *call = names->call;

        *ret = (AuditRow){
                .id = call_id_text(call, &event->id),
                .at = event->at,
                .event = audit_event_name(event->kind),
                .success = event->success,
                .reason = event->reason != 0 ? reason_name(event->reason) : NULL,
                .door = door_name(event->door),
                .actor_kind = event->actor_kind,
                .actor = who(call, event->actor_name, &event->actor),
                .target_kind = event->target_kind,
                .target = who(call, event->target_name, &event->target),
                .address = event->address,
                .agent = event->agent,
                .trace = event->trace,
                .details = event->details,
        };
        if (ret->id == NULL)
                return -ENOMEM;
        return realm_name(names, &event->realm, &ret->realm);
}

int app_audit_list(AppCall *call, Txn *txn) {
        const AuditListIn *in = call->in;
        AuditListOut *out = call->out;
        RealmNames names = { .call = call, .txn = txn };
        AuditFilter filter = {
                .realm = id_is_null(&call->realm.id.id) ? NULL : &call->realm.id,
                .after = in->after,
                .kind = in->event,
                .user = in->user,
                .door = in->door,
                .since = in->since,
                .until = in->until,
                .limit = (size_t) in->limit,
        };
        AuditEventList events;
        AuditRow *rows;
        Id cursor;
        int r;

        r = call_expect(call, in->after == NULL || id_parse(in->after, &cursor) == 0, "after");
        if (r == 0)
                r = call->app->store.audit->list(txn, &filter, call->arena, &events);
        if (r != 0)
                return r;
        rows = CALL_ROWS(call, AuditRow, events.n, &out->events);
        if (rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; r == 0 && i < events.n; i++)
                r = event_row(&names, &events.items[i], &rows[i]);
        /* Without news the cursor stays where it was. */
        out->next = events.n > 0 ? rows[events.n - 1].id : in->after;
        return r;
}
