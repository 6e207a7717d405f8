/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/names.h"
#include "base/reason.h"
#include "base/str.h"
#include "daemon/store/engine.h"
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

static int take_text(const JsonValue *value, Arena *arena, const char **ret) {
        char text[HOST_PATH_MAX + 1];
        size_t len;

        if (json_get_str(value, text, sizeof(text), &len) < 0)
                return -EBADMSG;
        *ret = arena_strndup(arena, text, len);
        return *ret != NULL ? 0 : -ENOMEM;
}

static int take_alg(const JsonValue *value, KeyAlg *ret) {
        char text[16];

        if (json_get_str(value, text, sizeof(text), NULL) < 0)
                return -EBADMSG;
        *ret = key_alg_from_name(text);
        return *ret < 0 ? -EBADMSG : 0;
}

/* What an older or newer iamd wrote and this one does not know is left alone. */
static int
setting_read(const JsonValue *name, const JsonValue *value, Arena *arena, RealmSettings *s) {
#define X(setting, initial, min, max, doc)                                                         \
        if (json_str_eq(name, #setting))                                                           \
                return json_get_int(value, &s->setting) < 0 ? -EBADMSG : 0;
        REALM_INT_SETTINGS(X)
#undef X
#define X(setting, initial, doc)                                                                   \
        if (json_str_eq(name, #setting))                                                           \
                return json_get_bool(value, &s->setting) < 0 ? -EBADMSG : 0;
        REALM_BOOL_SETTINGS(X)
#undef X
        if (json_str_eq(name, "default_shell"))
                return take_text(value, arena, &s->default_shell);
        if (json_str_eq(name, "home_prefix"))
                return take_text(value, arena, &s->home_prefix);
        if (json_str_eq(name, "default_signing_algorithm"))
                return take_alg(value, &s->default_signing_algorithm);
        return 0;
}

/* A setting that the text does not have yet keeps its default. */
static int settings_read(const char *text, Arena *arena, RealmSettings *ret) {
        JsonValue object, name, value;
        RealmSettings s;
        JsonIter iter;
        int r = 0;

        realm_settings_init(&s);
        if (text == NULL || json_check(text, strlen(text), &object, NULL) < 0 ||
            object.type != JSON_OBJECT)
                return -EBADMSG;
        json_iter(&object, &iter);
        while (r == 0 && json_next(&iter, &name, &value) == 1)
                r = setting_read(&name, &value, arena, &s);
        if (r == 0)
                *ret = s;
        return r;
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

/* 1: from memory. */
static int find_kept(Txn *txn, const RealmId *id, const char *name, Arena *arena, Realm *ret) {
        return txn->realms == NULL ? 0
                                   : realms_kept_find(
                                                     txn->realms, txn->generation, id, name, arena,
                                                     ret);
}

static int read_and_keep(Txn *txn, SqlQuery *q, Arena *arena, Realm *ret) {
        int r = realm_read(q, arena, ret);

        if (r == 0 && txn->realms != NULL)
                realms_kept_put(txn->realms, txn->generation, ret);
        return r;
}

static int realm_by_id(Txn *txn, const RealmId *realm, Arena *arena, Realm *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = NULL;
        int r = find_kept(txn, realm, /* name= */ NULL, arena, ret);

        if (r != 0)
                return r < 0 ? r : 0;
        q = sql_query(txn, Q_REALM_BY_ID);
        r = sql_bind(q, sql_realm(realm));
        return r != 0 ? r : read_and_keep(txn, q, arena, ret);
}

static int realm_by_name(Txn *txn, const char *name, Arena *arena, Realm *ret) {
        CLEANUP(sql_resetp) SqlQuery *q = NULL;
        int r = find_kept(txn, /* id= */ NULL, name, arena, ret);

        if (r != 0)
                return r < 0 ? r : 0;
        q = sql_query(txn, Q_REALM_BY_NAME);
        r = sql_bind(q, sql_text(name));
        return r != 0 ? r : read_and_keep(txn, q, arena, ret);
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
