/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "base/str.h"
#include "daemon/store/engine.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

static const SqlEnum kind_enum = { client_kind_name, client_kind_from_name };
const SqlEnum key_alg_enum = { key_alg_name, key_alg_from_name };

static const SqlColumn client_columns[] = {
        COLUMN(SQL_ID, Client, realm),
        COLUMN(SQL_ID, Client, id),
        COLUMN(SQL_TEXT, Client, name),
        COLUMN(SQL_TEXT, Client, display_name),
        COLUMN_ENUM(Client, kind, &kind_enum),
        COLUMN(SQL_BOOL, Client, enabled),
        COLUMN(SQL_BOOL, Client, require_pkce),
        COLUMN(SQL_HASH_NULL, Client, secret_hash),
        COLUMN_ENUM(Client, id_token_alg, &key_alg_enum),
        COLUMN(SQL_INT, Client, epoch),
        COLUMN(SQL_INT, Client, created_at),
        COLUMN(SQL_INT, Client, updated_at),
        COLUMN(SQL_INT, Client, version),
        COLUMN_ENUM(Client, access_token_alg, &key_alg_enum),
        COLUMN(SQL_INT, Client, access_token_lifetime),
        COLUMN(SQL_INT, Client, refresh_token_lifetime),
        COLUMN(SQL_HASH_NULL, Client, former_secret_hash),
        COLUMN(SQL_INT, Client, former_secret_until),
};
static const SqlRow client_row = SQL_ROW(Client, client_columns);

static const SqlEnum list_kind_enum = { client_list_kind_name, client_list_kind_from_name };

typedef struct ListRow {
        ClientListKind kind;
        const char *value;
} ListRow;
static const SqlColumn list_columns[] = {
        COLUMN_ENUM(ListRow, kind, &list_kind_enum),
        COLUMN(SQL_TEXT, ListRow, value),
};
static const SqlRow list_row = SQL_ROW(ListRow, list_columns);

static const size_t list_offsets[_CLIENT_LIST_MAX] = {
        [CLIENT_LIST_REDIRECT] = offsetof(Client, redirect_uris),
        [CLIENT_LIST_POST_LOGOUT] = offsetof(Client, post_logout_uris),
        [CLIENT_LIST_AUDIENCE] = offsetof(Client, audiences),
        [CLIENT_LIST_WEB_ORIGIN] = offsetof(Client, web_origins),
};

static StrList *list_of(Client *client, ClientListKind kind) {
        return (StrList *) (void *) ((char *) client + list_offsets[kind]);
}

static int lists_insert(Txn *txn, const Client *client) {
        Client copy = *client;
        int r = 0;

        for (ClientListKind kind = 0; kind < _CLIENT_LIST_MAX; kind++) {
                const StrList *list = list_of(&copy, kind);

                for (size_t i = 0; r == 0 && i < list->n; i++)
                        r = sql_run(txn, Q_CLIENT_LIST_INSERT, sql_realm(&client->realm),
                                    sql_id(&client->id), sql_text(client_list_kind_name(kind)),
                                    sql_int((int64_t) i), sql_text(list->items[i]));
        }
        return r;
}

/* All lists by one query: the rows of a kind are together, in their order. */
static int lists_read(Txn *txn, Client *client, Arena *arena) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_CLIENT_LISTS);
        const char **values;
        ListRow *rows;
        void *read = NULL;
        size_t n;
        int r;

        r = sql_bind(q, sql_realm(&client->realm), sql_id(&client->id));
        if (r == 0)
                r = sql_read_all(q, &list_row, arena, &read, &n);
        if (r != 0)
                return r;
        rows = read;
        values = arena_new_n(arena, const char *, n + 1);
        if (values == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                StrList *list = list_of(client, rows[i].kind);

                values[i] = rows[i].value;
                if (list->n == 0)
                        list->items = &values[i];
                list->n++;
        }
        return 0;
}

static int client_insert(Txn *txn, const Client *client) {
        int r = sql_write_row(txn, Q_CLIENT_INSERT, &client_row, client);

        return r != 0 ? r : lists_insert(txn, client);
}

static int client_read(Txn *txn, SqlQuery *q, Arena *arena, Client *ret) {
        Client client = {};
        int r = sql_read_one(q, &client_row, arena, &client);

        if (r == 0)
                r = lists_read(txn, &client, arena);
        if (r != 0)
                return r;
        *ret = client;
        return 0;
}

static int client_by_id(Txn *txn, const RealmId *realm, const Id *id, Arena *arena, Client *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_CLIENT_BY_ID);
        int r = sql_bind(q, sql_realm(realm), sql_id(id));

        return r != 0 ? r : client_read(txn, q, arena, ret);
}

static int
client_by_name(Txn *txn, const RealmId *realm, const char *name, Arena *arena, Client *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_CLIENT_BY_NAME);
        int r = sql_bind(q, sql_realm(realm), sql_text(name));

        return r != 0 ? r : client_read(txn, q, arena, ret);
}

static int client_update(Txn *txn, const Client *client) {
        int r =
                        sql_update_row(txn, Q_CLIENT_UPDATE, &client_row, client, Q_CLIENT_BY_ID,
                                       &client->realm, &client->id);

        if (r == 0)
                r = sql_run(txn, Q_CLIENT_LIST_DELETE, sql_realm(&client->realm),
                            sql_id(&client->id));
        return r != 0 ? r : lists_insert(txn, client);
}

/* Its roles go too, with what hangs on them. */
static int client_remove_roles(Txn *txn, const RealmId *realm, const Id *id, Usec now) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4 << 20);
        RoleList roles;
        int r = sql_role_ops.list_all(txn, realm, &arena, &roles);

        for (size_t i = 0; r == 0 && i < roles.n; i++)
                if (id_equal(&roles.items[i].client, id))
                        r = sql_role_ops.remove(txn, realm, &roles.items[i].id, now);
        return r;
}

static int client_remove(Txn *txn, const RealmId *realm, const Id *id, Usec now) {
        int r = sql_run_some(txn, Q_CLIENT_REMOVE, sql_realm(realm), sql_id(id), sql_int(now));

        if (r == 0)
                r = sql_run(txn, Q_GRANT_END_CLIENT, sql_realm(realm), sql_id(id), sql_int(now));
        return r != 0 ? r : client_remove_roles(txn, realm, id, now);
}

static int
client_list(Txn *txn, const RealmId *realm, Arena *arena, const Page *page, ClientList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_CLIENT_LIST_ALL);
        ClientList list;
        int r = sql_page_check(page);

        if (r == 0)
                r = sql_bind(q, sql_realm(realm), sql_text(str_or(page->after, "")),
                             sql_int((int64_t) page->limit));
        if (r == 0)
                r = sql_read_list(q, &client_row, arena, &list);
        for (size_t i = 0; r == 0 && i < list.n; i++)
                r = lists_read(txn, &list.items[i], arena);
        if (r != 0)
                return r;
        *ret = list;
        return 0;
}

static int client_origin(Txn *txn, const RealmId *realm, const char *origin) {
        return sql_run_exists(txn, Q_CLIENT_ORIGIN, sql_realm(realm), sql_text(origin));
}

const ClientOps sql_client_ops = {
        .insert = client_insert,
        .by_id = client_by_id,
        .by_name = client_by_name,
        .update = client_update,
        .remove = client_remove,
        .list = client_list,
        .origin = client_origin,
};
