/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/names.h"
#include "base/reason.h"
#include "base/str.h"
#include "daemon/store/ops.h"
#include "daemon/store/rows.h"

#define SETTINGS_MAX 8192 /* bytes of a realm's settings as JSON */

/* The realm with its settings as the column keeps them. */
typedef struct RealmRow {
        Realm realm;
        const char *settings;
} RealmRow;

static const SqlColumn realm_columns[] = {
        COLUMN(SQL_ID, RealmRow, realm.id),
        COLUMN(SQL_TEXT, RealmRow, realm.name),
        COLUMN(SQL_TEXT, RealmRow, realm.display_name),
        COLUMN(SQL_BOOL, RealmRow, realm.enabled),
        COLUMN(SQL_INT, RealmRow, realm.epoch),
        COLUMN(SQL_TEXT, RealmRow, settings),
        COLUMN(SQL_INT, RealmRow, realm.created_at),
        COLUMN(SQL_INT, RealmRow, realm.updated_at),
        COLUMN(SQL_INT, RealmRow, realm.version),
};
static const SqlRow realm_row = SQL_ROW(RealmRow, realm_columns);

static int settings_write(const RealmSettings *s, Buf *buf) {
        JsonWriter w = JSON_WRITER(buf);

        json_begin_object(&w);
#define X(name, initial, min, max, doc) json_put_int(&w, #name, s->name);
        REALM_INT_SETTINGS(X)
#undef X
#define X(name, initial, doc) json_put_bool(&w, #name, s->name);
        REALM_BOOL_SETTINGS(X)
#undef X
        json_put_str(&w, "default_signing_algorithm", key_alg_name(s->default_signing_algorithm));
        json_put_str(&w, "default_shell", s->default_shell);
        json_put_str(&w, "home_prefix", s->home_prefix);
        json_end_object(&w);
        return buf_error(buf);
}

static int setting_text(const JsonValue *object, const char *name, Arena *arena, const char **ret) {
        char text[HOST_PATH_MAX + 1];
        JsonValue value;
        size_t len;

        if (json_member(object, name, &value) == 0)
                return 0;
        if (json_get_str(&value, text, sizeof(text), &len) < 0)
                return -EBADMSG;
        *ret = arena_strndup(arena, text, len);
        return *ret != NULL ? 0 : -ENOMEM;
}

/* A setting that the text does not have yet keeps its default. */
static int settings_read(const char *text, Arena *arena, RealmSettings *ret) {
        RealmSettings s;
        const char *alg = NULL;
        JsonValue object;
        JsonValue value;
        int r;

        realm_settings_init(&s);
        if (text == NULL || json_check(text, strlen(text), &object, NULL) < 0 ||
            object.type != JSON_OBJECT)
                return -EBADMSG;
#define X(name, initial, min, max, doc)                                                            \
        if (json_member(&object, #name, &value) != 0 && json_get_int(&value, &s.name) < 0)         \
                return -EBADMSG;
        REALM_INT_SETTINGS(X)
#undef X
#define X(name, initial, doc)                                                                      \
        if (json_member(&object, #name, &value) != 0 && json_get_bool(&value, &s.name) < 0)        \
                return -EBADMSG;
        REALM_BOOL_SETTINGS(X)
#undef X
        r = setting_text(&object, "default_shell", arena, &s.default_shell);
        if (r == 0)
                r = setting_text(&object, "home_prefix", arena, &s.home_prefix);
        if (r == 0)
                r = setting_text(&object, "default_signing_algorithm", arena, &alg);
        if (r < 0)
                return r;
        if (alg != NULL) {
                s.default_signing_algorithm = key_alg_from_name(alg);
                if (s.default_signing_algorithm < 0)
                        return -EBADMSG;
        }
        *ret = s;
        return 0;
}

static int realm_insert(Txn *txn, const Realm *realm) {
        CLEANUP(buf_done) Buf settings = BUF_INIT(SETTINGS_MAX);
        RealmRow row = { .realm = *realm };
        int r;

        r = settings_write(&realm->settings, &settings);
        if (r < 0)
                return r;
        row.settings = settings.bytes;
        return sql_write_row(txn, Q_REALM_INSERT, &realm_row, &row);
}

static int realm_read(SqlQuery *q, Arena *arena, Realm *ret) {
        RealmRow row = {};
        int r;

        r = sql_read_one(q, &realm_row, arena, &row);
        if (r == 0)
                r = settings_read(row.settings, arena, &row.realm.settings);
        if (r != 0)
                return r;
        *ret = row.realm;
        return 0;
}

static int realm_by_id(Txn *txn, const RealmId *realm, Arena *arena, Realm *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_REALM_BY_ID);
        int r = sql_bind(q, sql_realm(realm));

        return r != 0 ? r : realm_read(q, arena, ret);
}

static int realm_by_name(Txn *txn, const char *name, Arena *arena, Realm *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_REALM_BY_NAME);
        int r = sql_bind(q, sql_text(name));

        return r != 0 ? r : realm_read(q, arena, ret);
}

static int realm_update(Txn *txn, const Realm *realm) {
        CLEANUP(buf_done) Buf settings = BUF_INIT(SETTINGS_MAX);
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_REALM_UPDATE);
        RealmRow row = { .realm = *realm };
        int64_t changes;
        int r;

        r = settings_write(&realm->settings, &settings);
        if (r < 0)
                return r;
        row.settings = settings.bytes;
        r = sql_bind_row(q, &realm_row, &row);
        if (r == 0)
                r = sql_exec(q, &changes);
        if (r != 0 || changes > 0)
                return r;
        r = sql_run_exists(txn, Q_REALM_BY_ID, sql_realm(&realm->id));
        return r == 0 ? IAM_E_CONFLICT : r;
}

static int realm_remove(Txn *txn, const RealmId *realm, Usec now) {
        return sql_run_some(txn, Q_REALM_REMOVE, sql_realm(realm), sql_int(now));
}

static int realm_list(Txn *txn, Arena *arena, const Page *page, RealmList *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, Q_REALM_LIST);
        RealmRow *rows;
        Realm *items;
        void *read;
        size_t n;
        int r;

        r = sql_page_check(page);
        if (r == 0)
                r = sql_bind(q, sql_text(str_or(page->after, "")), sql_int((int64_t) page->limit));
        if (r == 0)
                r = sql_read_all(q, &realm_row, arena, &read, &n);
        if (r != 0)
                return r;
        rows = read;
        items = arena_new_n(arena, Realm, n > 0 ? n : 1);
        if (items == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                r = settings_read(rows[i].settings, arena, &rows[i].realm.settings);
                if (r < 0)
                        return r;
                items[i] = rows[i].realm;
        }
        *ret = (RealmList){ .items = items, .n = n };
        return 0;
}

const RealmOps sql_realm_ops = {
        .insert = realm_insert,
        .by_id = realm_by_id,
        .by_name = realm_by_name,
        .update = realm_update,
        .remove = realm_remove,
        .list = realm_list,
};
