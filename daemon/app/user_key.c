/* SPDX-License-Identifier: Apache-2.0 */
/* Public SSH keys: given to users, taken from them, and handed to sshd. */
#include "daemon/app/user_key.h"

#include <string.h>

#include "base/names.h"
#include "base/reason.h"
#include "base/ssh_key.h"
#include "daemon/app/account.h"
#include "daemon/app/user.h"

const char *
user_key_fingerprint(const App *app, Arena *arena, const uint8_t *blob, size_t blob_len) {
        char *text = arena_alloc(arena, SSH_FINGERPRINT_SIZE);
        Sha256 hash;

        if (text == NULL)
                return NULL;
        app->crypto.sha256(blob, blob_len, &hash);
        ssh_fingerprint_format(hash.bytes, text);
        return text;
}

/* What the administrator calls it, else what the key file says. */
static int label_of(AppCall *call, const UserKeyAddIn *in, const SshKey *key, const char **ret) {
        *ret = call_optional(in->label);
        if (*ret != NULL)
                return call_expect(call, text_is_passwd_field(*ret, SSH_KEY_COMMENT_MAX), "label");
        if (key->comment_len == 0)
                return 0;
        *ret = arena_strndup(call->arena, key->comment, key->comment_len);
        return *ret != NULL ? 0 : -ENOMEM;
}

static int key_read(AppCall *call, const UserKeyAddIn *in, const User *user, UserKey *ret) {
        SshKey key;
        int r = ssh_key_parse(in->key, strlen(in->key), &key);

        if (r != 0)
                return call_blame(call, r, "key");
        /* sshd cannot ask a key that lies in a file for a PIN. */
        r = call_expect(call, in->verify_required != MAYBE_YES || ssh_key_is_hardware(key.type),
                        "verifyRequired");
        if (r != 0)
                return r;
        *ret = (UserKey){
                .realm = user->realm,
                .user = user->id,
                .type = ssh_key_type_name(key.type),
                .base64 = arena_strndup(call->arena, key.base64, key.base64_len),
                .fingerprint = user_key_fingerprint(call->app, call->arena, key.blob, key.len),
                .verify_required = in->verify_required == MAYBE_YES,
                .created_at = call->now,
        };
        if (ret->base64 == NULL || ret->fingerprint == NULL)
                return -ENOMEM;
        r = label_of(call, in, &key, &ret->label);
        return r == 0 ? app_id_make(call->app, call->now, &ret->id) : r;
}

static void key_show(const UserKey *key, UserKeyRow *ret) {
        *ret = (UserKeyRow){
                .fingerprint = key->fingerprint,
                .type = key->type,
                .verify_required = key->verify_required,
                .label = key->label,
                .created_at = key->created_at,
                .last_used_at = key->last_used_at,
        };
}

int app_user_key_add(AppCall *call, Txn *txn) {
        const UserKeyOps *keys = call->app->store.user_keys;
        const UserKeyAddIn *in = call->in;
        UserKeyList there;
        UserKey key;
        User user;
        int r;

        r = call_user(call, txn, in->name, "name", &user);
        if (r == 0)
                r = key_read(call, in, &user, &key);
        if (r == 0)
                r = keys->by_user(txn, &user.realm, &user.id, call->arena, &there);
        if (r != 0)
                return r;
        if (there.n >= USER_KEYS_MAX)
                return call_blame(call, IAM_E_LIMIT, "key");
        r = keys->insert(txn, &key);
        if (r > 0)
                return call_blame(call, r, "key");
        if (r < 0)
                return r;
        key_show(&key, call->out);
        call_target(call, "user", &user.id, user.name);
        return call_detail(call, "fingerprint", key.fingerprint, "type", key.type);
}

int app_user_key_list(AppCall *call, Txn *txn) {
        const WireNameIn *in = call->in;
        UserKeyListOut *out = call->out;
        UserKeyList keys;
        UserKeyRow *rows;
        User user;
        int r;

        r = call_user(call, txn, in->name, "name", &user);
        if (r == 0)
                r = call->app->store.user_keys->by_user(
                                txn, &user.realm, &user.id, call->arena, &keys);
        if (r != 0)
                return r;
        rows = CALL_ROWS(call, UserKeyRow, keys.n, &out->keys);
        if (rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < keys.n; i++)
                key_show(&keys.items[i], &rows[i]);
        return 0;
}

/* What was opened with a key that is taken away, perhaps because it was lost, ends. */
int app_user_key_remove(AppCall *call, Txn *txn) {
        const UserKeyOps *keys = call->app->store.user_keys;
        const UserKeyRemoveIn *in = call->in;
        UserKey key;
        User user;
        int r;

        r = call_user(call, txn, in->name, "name", &user);
        if (r != 0)
                return r;
        r = keys->by_fingerprint(txn, &user.realm, in->fingerprint, call->arena, &key);
        if (r == 0 && !id_equal(&key.user, &user.id))
                r = IAM_E_NOT_FOUND;
        if (r == 0)
                r = keys->remove(txn, &user.realm, &key.id);
        if (r > 0)
                return call_blame(call, r, "fingerprint");
        if (r < 0)
                return r;
        user.credential_epoch++;
        r = user_update(call, txn, &user);
        return r != 0 ? r : call_detail(call, "fingerprint", key.fingerprint, "type", key.type);
}

typedef struct KeysCall {
        App *app;
        Arena *arena;
        HostName host;
        const char *fingerprint;
        UserKeyList keys;
} KeysCall;

static int keys_of(KeysCall *call, Txn *txn, const User *user) {
        const UserKeyOps *keys = call->app->store.user_keys;
        UserKey *one;
        int r;

        if (call->fingerprint == NULL)
                return keys->by_user(txn, &user->realm, &user->id, call->arena, &call->keys);
        one = arena_new(call->arena, UserKey);
        if (one == NULL)
                return -ENOMEM;
        r = keys->by_fingerprint(txn, &user->realm, call->fingerprint, call->arena, one);
        if (r == 0 && id_equal(&one->user, &user->id))
                call->keys = (UserKeyList){ .items = one, .n = 1 };
        return r == IAM_E_NOT_FOUND ? 0 : r;
}

static int keys_run(Txn *txn, void *context) {
        KeysCall *call = context;
        const StorePort *store = &call->app->store;
        Realm realm;
        User user;
        int r;

        call->keys = (UserKeyList){};
        r = store->realms->by_id(txn, &call->host.realm, call->arena, &realm);
        if (r == 0)
                r = store->users->by_name(
                                txn, &call->host.realm, call->host.name, call->arena, &user);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r;
        if (!realm.enabled || !user.enabled || !user.posix)
                return 0;
        return keys_of(call, txn, &user);
}

int app_user_keys(
                App *app, Arena *arena, const char *name, const char *fingerprint,
                UserKeyList *ret) {
        KeysCall call = { .app = app, .arena = arena, .fingerprint = fingerprint };
        int r;

        *ret = (UserKeyList){};
        r = app_host_name(app, arena, name, &call.host);
        if (r == 0)
                r = app->store.read(app->store.self, keys_run, &call);
        if (r == 0)
                *ret = call.keys;
        return r == IAM_E_UNKNOWN_USER ? 0 : r;
}

int user_key_used(App *app, Txn *txn, Arena *arena, const UserKeyUse *use, UserKey *ret) {
        const UserKeyOps *keys = app->store.user_keys;
        const char *fingerprint;
        SshKey key;
        int r;

        if (use->text == NULL || id_is_null(use->user) ||
            ssh_key_parse(use->text, strlen(use->text), &key) != 0)
                return IAM_E_NOT_FOUND;
        fingerprint = user_key_fingerprint(app, arena, key.blob, key.len);
        if (fingerprint == NULL)
                return -ENOMEM;
        r = keys->by_fingerprint(txn, use->realm, fingerprint, arena, ret);
        if (r == 0 && !id_equal(&ret->user, use->user))
                r = IAM_E_NOT_FOUND;
        return r != 0 ? r : keys->touch(txn, use->realm, &ret->id, use->now);
}

bool user_key_is_factor(const UserKey *key) {
        return key->verify_required && str_starts_with(key->type, "sk-");
}

/* sshd takes no signature of a security key that nobody touched. */
AuthContext user_key_auth(const UserKey *key, Usec now) {
        const bool is_hardware = str_starts_with(key->type, "sk-");

        return (AuthContext){ .at = now, .amr = is_hardware ? "hwk user" : "swk", .acr = "1" };
}
