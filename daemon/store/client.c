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
};
static const SqlRow client_row = SQL_ROW(Client, client_columns);

/* In the order of ClientUriKind, as the schema's CHECK has them. */
static const char *const uri_kinds[_CLIENT_URI_MAX] = {
        [CLIENT_URI_REDIRECT] = "redirect",
        [CLIENT_URI_POST_LOGOUT] = "post-logout",
};

static int uris_insert(Txn *txn, const Client *client, ClientUriKind kind, const StrList *uris) {
        int r = 0;

        for (size_t i = 0; r == 0 && i < uris->n; i++)
                r = sql_run(txn, Q_CLIENT_URI_INSERT, sql_realm(&client->realm),
                            sql_id(&client->id), sql_text(uri_kinds[kind]), sql_int((int64_t) i),
                            sql_text(uris->items[i]));
        return r;
}

static int uris_insert_all(Txn *txn, const Client *client) {
        int r = uris_insert(txn, client, CLIENT_URI_REDIRECT, &client->redirect_uris);

        if (r != 0)
                return r;
        return uris_insert(txn, client, CLIENT_URI_POST_LOGOUT, &client->post_logout_uris);
}

typedef struct UriRow {
        const char *uri;
} UriRow;
static const SqlColumn uri_columns[] = { COLUMN(SQL_TEXT, UriRow, uri) };
static const SqlRow uri_row = SQL_ROW(UriRow, uri_columns);

static int
uris_read(Txn *txn, const Client *client, ClientUriKind kind, Arena *arena, StrList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_CLIENT_URIS);
        void *rows = NULL;
        size_t n;
        int r;

        r = sql_bind(q, sql_realm(&client->realm), sql_id(&client->id), sql_text(uri_kinds[kind]));
        if (r == 0)
                r = sql_read_all(q, &uri_row, arena, &rows, &n);
        if (r != 0)
                return r;
        static_assert(sizeof(UriRow) == sizeof(const char *), "a row is one pointer");
        *ret = (StrList){ .items = rows, .n = n };
        return 0;
}

static int uris_read_all(Txn *txn, Client *client, Arena *arena) {
        int r = uris_read(txn, client, CLIENT_URI_REDIRECT, arena, &client->redirect_uris);

        if (r != 0)
                return r;
        return uris_read(txn, client, CLIENT_URI_POST_LOGOUT, arena, &client->post_logout_uris);
}

static int client_insert(Txn *txn, const Client *client) {
        int r = sql_write_row(txn, Q_CLIENT_INSERT, &client_row, client);

        return r != 0 ? r : uris_insert_all(txn, client);
}

static int client_read(Txn *txn, SqlQuery *q, Arena *arena, Client *ret) {
        Client client = {};
        int r = sql_read_one(q, &client_row, arena, &client);

        if (r == 0)
                r = uris_read_all(txn, &client, arena);
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
                r = sql_run(txn, Q_CLIENT_URI_DELETE, sql_realm(&client->realm),
                            sql_id(&client->id));
        return r != 0 ? r : uris_insert_all(txn, client);
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
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_CLIENT_LIST);
        ClientList list;
        int r = sql_page_check(page);

        if (r == 0)
                r = sql_bind(q, sql_realm(realm), sql_text(str_or(page->after, "")),
                             sql_int((int64_t) page->limit));
        if (r == 0)
                r = sql_read_list(q, &client_row, arena, &list);
        for (size_t i = 0; r == 0 && i < list.n; i++)
                r = uris_read_all(txn, &list.items[i], arena);
        if (r != 0)
                return r;
        *ret = list;
        return 0;
}

const ClientOps sql_client_ops = {
        .insert = client_insert,
        .by_id = client_by_id,
        .by_name = client_by_name,
        .update = client_update,
        .remove = client_remove,
        .list = client_list,
};
