/* SPDX-License-Identifier: Apache-2.0 */
/* Realms: made with their keys, listed, shown, set, deleted. */
#include <string.h>

#include "base/names.h"
#include "base/reason.h"
#include "daemon/app/call.h"

#define HISTORY_MAX 8192

int realm_seed_make(AppCall *call, const char *name, const char *display_name, RealmSeed *ret) {
        const CryptoPort *crypto = &call->app->crypto;
        RealmSeed seed = {};
        int r;

        if (!name_is_realm(name))
                return call_blame(call, IAM_E_INVALID, "name");
        display_name = call_optional(display_name);
        if (display_name != NULL && !text_is_passwd_field(display_name, GECOS_MAX))
                return call_blame(call, IAM_E_INVALID, "displayName");

        seed.realm = (Realm){
                .name = name,
                .display_name = display_name,
                .enabled = true,
                .epoch = 1,
                .created_at = call->now,
                .updated_at = call->now,
                .version = 1,
        };
        realm_settings_init(&seed.realm.settings);
        r = app_id_make(call->app, call->now, &seed.realm.id.id);
        if (r != 0)
                return r;
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++) {
                r = crypto->key_make(
                                crypto->self, call->arena, &seed.realm.id, alg, &seed.keys[alg]);
                if (r != 0)
                        return r;
        }
        *ret = seed;
        return 0;
}

static const char *setting_text(AppCall *call, int64_t value) {
        return arena_printf(call->arena, "%lld", (long long) value);
}

/* Everything about a realm that may be set, by name: the one list for showing and for history. */
static int settings_list(AppCall *call, const Realm *realm, WireRows *ret) {
        const RealmSettings *s = &realm->settings;
        const SettingRow rows[] = {
                { "display_name", str_or(realm->display_name, ""), "what people read" },
                { "enabled", realm->enabled ? "true" : "false", "false: nobody of it gets in" },
#define X(name, initial, min, max, doc) { #name, setting_text(call, s->name), doc },
                REALM_INT_SETTINGS(X)
#undef X
#define X(name, initial, doc) { #name, s->name ? "true" : "false", doc },
                                REALM_BOOL_SETTINGS(X)
#undef X
                                                { "default_signing_algorithm",
                                                  key_alg_name(s->default_signing_algorithm),
                                                  "signs ID tokens: RS256 or ES256" },
                { "default_shell", s->default_shell, "login shell of new users" },
                { "home_prefix", s->home_prefix, "new users' homes: the name follows" },
        };
        SettingRow *items = CALL_ROWS(call, SettingRow, ELEMENTSOF(rows), ret);

        if (items == NULL)
                return -ENOMEM;
        memcpy(items, rows, sizeof(rows));
        for (size_t i = 0; i < ELEMENTSOF(rows); i++)
                if (items[i].value == NULL)
                        return -ENOMEM;
        return 0;
}

static int realm_history(AppCall *call, Txn *txn, const Realm *realm, int64_t version) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(HISTORY_MAX);
        JsonWriter w = JSON_WRITER(&buf);
        const SettingRow *settings;
        WireRows rows;
        int r;

        r = settings_list(call, realm, &rows);
        if (r != 0)
                return r;
        settings = rows.items;
        json_begin_object(&w);
        json_put_str(&w, "name", realm->name);
        json_put_int(&w, "epoch", realm->epoch);
        for (size_t i = 0; i < rows.n; i++)
                json_put_str(&w, settings[i].name, settings[i].value);
        json_end_object(&w);
        return call_history(call, txn, "realm", &realm->id.id, version, &buf, NULL);
}

/* Leaves call->realm at the new realm, so that history and audit are its own. */
int realm_seed_insert(AppCall *call, Txn *txn, const RealmSeed *seed) {
        const StorePort *store = &call->app->store;
        int r;

        r = store->realms->insert(txn, &seed->realm);
        if (r != 0)
                return r == IAM_E_EXISTS ? call_blame(call, r, "name") : r;
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++) {
                r = store->keys->insert(txn, &seed->keys[alg], "active", call->now);
                if (r != 0)
                        return r;
        }
        call->realm = seed->realm;
        return realm_history(call, txn, &seed->realm, seed->realm.version);
}

static int realm_view(AppCall *call, const Realm *realm, RealmView *out) {
        out->id = call_id_text(call, &realm->id.id);
        if (out->id == NULL)
                return -ENOMEM;
        out->name = realm->name;
        out->display_name = realm->display_name;
        out->enabled = realm->enabled;
        out->created_at = realm->created_at;
        return settings_list(call, realm, &out->settings);
}

int app_realm_create_prepare(AppCall *call) {
        const RealmCreateIn *in = call->in;
        RealmSeed *seed = arena_new(call->arena, RealmSeed);

        if (seed == NULL)
                return -ENOMEM;
        call->prepared = seed;
        return realm_seed_make(call, in->name, in->display_name, seed);
}

int app_realm_create(AppCall *call, Txn *txn) {
        const RealmSeed *seed = call->prepared;
        Realm master;
        int r;

        r = call->app->store.realms->by_name(txn, MASTER_REALM, call->arena, &master);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_SETUP_REQUIRED : r;
        r = realm_seed_insert(call, txn, seed);
        if (r != 0)
                return r;
        call_target(call, "realm", &seed->realm.id.id, seed->realm.name);
        return realm_view(call, &seed->realm, call->out);
}

int app_realm_list(AppCall *call, Txn *txn) {
        const RealmListIn *in = call->in;
        RealmListOut *out = call->out;
        Page page = { .after = in->after, .limit = (size_t) in->limit };
        RealmList realms;
        RealmRow *rows;
        int r;

        r = call->app->store.realms->list(txn, call->arena, &page, &realms);
        if (r != 0)
                return r;
        rows = CALL_ROWS(call, RealmRow, realms.n, &out->realms);
        if (rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < realms.n; i++)
                rows[i] = (RealmRow){
                        .name = realms.items[i].name,
                        .display_name = realms.items[i].display_name,
                        .enabled = realms.items[i].enabled,
                        .created_at = realms.items[i].created_at,
                };
        out->next = realms.n == page.limit ? rows[realms.n - 1].name : NULL;
        return 0;
}

int app_realm_show(AppCall *call, Txn *txn) {
        return realm_view(call, &call->realm, call->out);
}

static int parse_int(const char *text, int64_t min, int64_t max, int64_t *ret) {
        uint64_t number;

        if (str_to_u64(text, &number) < 0 || number > INT64_MAX)
                return IAM_E_INVALID;
        if ((int64_t) number < min || (int64_t) number > max)
                return IAM_E_INVALID;
        *ret = (int64_t) number;
        return 0;
}

static int parse_bool(const char *text, bool *ret) {
        if (!str_eq(text, "true") && !str_eq(text, "false"))
                return IAM_E_INVALID;
        *ret = str_eq(text, "true");
        return 0;
}

/* 0, IAM_E_INVALID for the value, IAM_E_NOT_FOUND for the name. */
static int setting_parse(RealmSettings *s, const char *name, const char *value) {
#define X(setting, initial, min, max, doc)                                                         \
        if (str_eq(name, #setting))                                                                \
                return parse_int(value, min, max, &s->setting);
        REALM_INT_SETTINGS(X)
#undef X
#define X(setting, initial, doc)                                                                   \
        if (str_eq(name, #setting))                                                                \
                return parse_bool(value, &s->setting);
        REALM_BOOL_SETTINGS(X)
#undef X
        if (str_eq(name, "default_signing_algorithm")) {
                s->default_signing_algorithm = key_alg_from_name(value);
                return s->default_signing_algorithm >= 0 ? 0 : IAM_E_INVALID;
        }
        if (str_eq(name, "default_shell"))
                s->default_shell = value;
        else if (str_eq(name, "home_prefix"))
                s->home_prefix = value;
        else
                return IAM_E_NOT_FOUND;
        return 0;
}

static int realm_change(AppCall *call, Realm *realm, const char *name, const char *value) {
        bool was_enabled = realm->enabled;
        const char *what;
        int r;

        if (str_eq(name, "display_name")) {
                realm->display_name = call_optional(value);
                return call_expect(
                                call, str_is_empty(value) || text_is_passwd_field(value, GECOS_MAX),
                                "value");
        }
        if (str_eq(name, "enabled")) {
                r = parse_bool(value, &realm->enabled);
                /* A realm switched off kills its sessions; switching it on revives none. */
                if (r == 0 && was_enabled && !realm->enabled)
                        realm->epoch++;
                return r == 0 ? 0 : call_blame(call, r, "value");
        }
        r = setting_parse(&realm->settings, name, value);
        if (r == IAM_E_NOT_FOUND)
                return call_blame(call, r, "setting");
        if (r == 0)
                r = realm_settings_check(&realm->settings, &what);
        return r == 0 ? 0 : call_blame(call, r, "value");
}

int app_realm_set(AppCall *call, Txn *txn) {
        const RealmSetIn *in = call->in;
        Realm *realm = &call->realm;
        int r;

        r = realm_change(call, realm, in->setting, in->value);
        if (r != 0)
                return r;
        realm->updated_at = call->now;
        r = call->app->store.realms->update(txn, realm);
        if (r == 0)
                r = realm_history(call, txn, realm, realm->version + 1);
        if (r == 0)
                r = call_detail(call, "setting", in->setting, "value", in->value);
        if (r != 0)
                return r;
        call_target(call, "realm", &realm->id.id, realm->name);
        return realm_view(call, realm, call->out);
}

int app_realm_delete(AppCall *call, Txn *txn) {
        int r;

        r = call_expect(call, !str_eq(call->realm.name, MASTER_REALM), "realm");
        if (r != 0)
                return r;
        r = call->app->store.realms->remove(txn, &call->realm.id, call->now);
        if (r == 0)
                call_target(call, "realm", &call->realm.id.id, call->realm.name);
        return r;
}
