/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/reason.h"
#include "base/str.h"
#include "daemon/store/engine.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

static const SqlEnum kind_enum = { audit_event_name, audit_event_from_name };

/* The last four are the personal part, in a table of its own. */
static const SqlColumn event_columns[] = {
        COLUMN(SQL_ID, AuditEvent, realm),         COLUMN(SQL_ID, AuditEvent, id),
        COLUMN(SQL_INT, AuditEvent, at),           COLUMN_ENUM(AuditEvent, kind, &kind_enum),
        COLUMN(SQL_BOOL, AuditEvent, success),     COLUMN(SQL_REASON, AuditEvent, reason),
        COLUMN_ENUM(AuditEvent, door, &door_enum), COLUMN(SQL_TEXT, AuditEvent, actor_kind),
        COLUMN(SQL_ID_NULL, AuditEvent, actor),    COLUMN(SQL_TEXT, AuditEvent, target_kind),
        COLUMN(SQL_ID_NULL, AuditEvent, target),   COLUMN(SQL_TEXT, AuditEvent, details),
        COLUMN(SQL_TEXT, AuditEvent, trace),       COLUMN(SQL_TEXT, AuditEvent, actor_name),
        COLUMN(SQL_TEXT, AuditEvent, target_name), COLUMN(SQL_TEXT, AuditEvent, address),
        COLUMN(SQL_TEXT, AuditEvent, agent),
};
static const SqlRow event_row = SQL_ROW(AuditEvent, event_columns);

static int audit_insert(Txn *txn, const AuditEvent *event) {
        int r = sql_write_row(txn, Q_AUDIT_INSERT, &event_row, event);

        if (r == 0)
                r = tally_mark(txn->marks, event);
        if (r != 0)
                return r;
        if (event->actor_name == NULL && event->target_name == NULL && event->address == NULL &&
            event->agent == NULL)
                return 0;
        return sql_write_row(txn, Q_AUDIT_INSERT_PERSONAL, &event_row, event);
}

/* $1 and $2 are used by some of the four statements only. */
static int filter_bind(SqlQuery *q, const AuditFilter *filter, const Id *after, Arena *arena) {
        const char *kind_end = filter->kind;
        SqlValue values[9];
        int r = sql_query_error(q);

        if (filter->kind != NULL && str_ends_with(filter->kind, ".")) {
                kind_end = arena_printf(arena, "%s\x7f", filter->kind);
                if (kind_end == NULL)
                        return -ENOMEM;
        }
        values[0] = filter->realm != NULL ? sql_realm(filter->realm) : sql_null();
        values[1] = sql_id(after);
        values[2] = sql_text(filter->kind);
        values[3] = sql_text(kind_end);
        values[4] = sql_text(filter->user);
        values[5] = sql_text(filter->door);
        values[6] = sql_int(filter->since);
        values[7] = sql_int(filter->until > 0 ? filter->until : USEC_INFINITY);
        values[8] = sql_int((int64_t) filter->limit);
        for (size_t i = 0; r == 0 && i < ELEMENTSOF(values); i++)
                if (sql_has_param(q, i + 1))
                        r = sql_bind_value(q, i + 1, &values[i]);
        return r;
}

static void list_reverse(AuditEventList *list) {
        for (size_t i = 0; i < list->n / 2; i++) {
                AuditEvent event = list->items[i];

                list->items[i] = list->items[list->n - 1 - i];
                list->items[list->n - 1 - i] = event;
        }
}

static int audit_list(Txn *txn, const AuditFilter *filter, Arena *arena, AuditEventList *ret) {
        static const SqlQueryId queries[2][2] = {
                { Q_AUDIT_NEWEST, Q_AUDIT_NEWER },
                { Q_AUDIT_REALM_NEWEST, Q_AUDIT_REALM_NEWER },
        };
        CLEANUP(sql_resetp) SqlQuery *q = NULL;
        AuditEventList list;
        Id after = {};
        int r;

        if (filter->limit == 0 || filter->limit > STORE_PAGE_MAX)
                return -EINVAL;
        if (filter->after != NULL && id_parse(filter->after, &after) < 0)
                return IAM_E_INVALID;
        q = sql_query(txn, queries[filter->realm != NULL][filter->after != NULL]);
        r = filter_bind(q, filter, &after, arena);
        if (r == 0)
                r = sql_read_list(q, &event_row, arena, &list);
        if (r != 0)
                return r;
        if (filter->after == NULL)
                list_reverse(&list);
        *ret = list;
        return 0;
}

/* NOLINTNEXTLINE(readability-function-size): the shape of the port */
static int audit_history_put(
                Txn *txn, const RealmId *realm, const char *kind, const Id *entity, int64_t version,
                const char *actor, Usec now, const char *data, const char *personal) {
        return sql_run(txn, Q_HISTORY_PUT, sql_realm(realm), sql_text(kind), sql_id(entity),
                       sql_int(version), sql_text(actor), sql_int(now), sql_text(data),
                       sql_text(personal));
}

const AuditOps sql_audit_ops = {
        .insert = audit_insert,
        .list = audit_list,
        .history_put = audit_history_put,
};
