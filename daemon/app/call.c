/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/call.h"

#include "base/reason.h"

#define DETAILS_MAX 4096

int call_blame(AppCall *call, int reason, const char *field) {
        *call->where = field;
        return reason;
}

int call_expect(AppCall *call, bool fine, const char *field) {
        return fine ? 0 : call_blame(call, IAM_E_INVALID, field);
}

void call_target(AppCall *call, const char *kind, const Id *id, const char *name) {
        call->event.target_kind = kind;
        call->event.target = *id;
        call->event.target_name = name;
}

int call_detail(AppCall *call, const char *name, const char *value, const char *name2,
                const char *value2) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(DETAILS_MAX);
        JsonWriter w = JSON_WRITER(&buf);

        json_begin_object(&w);
        json_put_str(&w, name, value);
        if (name2 != NULL)
                json_put_str(&w, name2, value2);
        json_end_object(&w);
        return buf_copy(&buf, call->arena, &call->event.details);
}

int call_history(
                AppCall *call, Txn *txn, const char *kind, const Id *id, int64_t version,
                const Buf *data, const Buf *personal) {
        if (buf_error(data) != 0)
                return buf_error(data);
        if (personal != NULL && buf_error(personal) != 0)
                return buf_error(personal);
        return call->app->store.audit->history_put(
                        txn, &call->realm.id, kind, id, version,
                        str_or(call->caller->actor_name, call->caller->actor_kind), call->now,
                        data->bytes, personal != NULL ? personal->bytes : NULL);
}

static int blamed(AppCall *call, int r, const char *field) {
        return r == IAM_E_NOT_FOUND ? call_blame(call, r, field) : r;
}

int call_user(AppCall *call, Txn *txn, const char *name, const char *field, User *ret) {
        return blamed(call,
                      call->app->store.users->by_name(txn, &call->realm.id, name, call->arena, ret),
                      field);
}

int call_group(AppCall *call, Txn *txn, const char *name, const char *field, Group *ret) {
        return blamed(call,
                      call->app->store.groups->by_name(
                                      txn, &call->realm.id, name, call->arena, ret),
                      field);
}

int call_client(AppCall *call, Txn *txn, const char *name, const char *field, Client *ret) {
        return blamed(call,
                      call->app->store.clients->by_name(
                                      txn, &call->realm.id, name, call->arena, ret),
                      field);
}

int call_service(AppCall *call, Txn *txn, const Client *client, const char *field, User *ret) {
        return blamed(call,
                      call->app->store.users->by_client(
                                      txn, &client->realm, &client->id, call->arena, ret),
                      field);
}

int call_role(AppCall *call, Txn *txn, const char *client, const char *name, const char *field,
              Role *ret) {
        Client owner = {};
        int r;

        if (client != NULL) {
                r = call_client(call, txn, client, "client", &owner);
                if (r != 0)
                        return r;
        }
        return blamed(call,
                      call->app->store.roles->by_name(
                                      txn, &call->realm.id, client != NULL ? &owner.id : NULL, name,
                                      call->arena, ret),
                      field);
}

const char *call_id_text(AppCall *call, const Id *id) {
        char text[ID_TEXT_SIZE];

        id_format(id, text);
        return arena_strdup(call->arena, text);
}

const char *call_optional(const char *text) {
        return str_is_empty(text) ? NULL : text;
}

int call_names_init(AppCall *call, size_t n, CallNames *ret) {
        size_t limit = n < WIRE_NAMES_MAX ? n : WIRE_NAMES_MAX;
        const char **items = arena_new_n(call->arena, const char *, limit + 1);

        if (items == NULL)
                return -ENOMEM;
        *ret = (CallNames){ .list = { .items = items }, .limit = limit };
        return 0;
}

void call_names_add(CallNames *names, const char *name) {
        if (names->list.n < names->limit)
                names->list.items[names->list.n++] = name;
        else
                names->more++;
}

void *call_rows(AppCall *call, size_t n, size_t size, WireRows *ret) {
        void *rows = arena_calloc(call->arena, n + 1, size);

        *ret = (WireRows){ .items = rows, .n = rows != NULL ? n : 0 };
        return rows;
}
