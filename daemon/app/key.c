/* SPDX-License-Identifier: Apache-2.0 */
/* Signing keys of a realm.  The newest active key of an algorithm signs; the others still verify.
 */
#include "daemon/app/call.h"

int app_key_create_prepare(AppCall *call) {
        const CryptoPort *crypto = &call->app->crypto;
        const KeyCreateIn *in = call->in;
        SigningKey *key = arena_new(call->arena, SigningKey);

        if (key == NULL)
                return -ENOMEM;
        call->prepared = key;
        return crypto->key_make(
                        crypto->self, call->arena, &call->realm.id, key_alg_from_name(in->alg),
                        key);
}

int app_key_create(AppCall *call, Txn *txn) {
        const SigningKey *key = call->prepared;
        KeyRow *out = call->out;
        int r;

        r = call->app->store.keys->insert(txn, key, "active", call->now);
        if (r != 0)
                return r;
        out->kid = key->kid;
        out->alg = key_alg_name(key->alg);
        call_target(call, "key", &(Id){}, NULL);
        return call_detail(call, "kid", key->kid, "alg", key_alg_name(key->alg));
}

int app_key_list(AppCall *call, Txn *txn) {
        KeyListOut *out = call->out;
        SigningKey *keys;
        KeyRow *rows;
        size_t n;
        int r;

        r = call->app->store.keys->published(txn, &call->realm.id, call->arena, &keys, &n);
        if (r != 0)
                return r;
        rows = CALL_ROWS(call, KeyRow, n, &out->keys);
        if (rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                rows[i] = (KeyRow){ .kid = keys[i].kid, .alg = key_alg_name(keys[i].alg) };
        return 0;
}
