/* SPDX-License-Identifier: Apache-2.0 */
/* Signing keys of a realm: listed, and rotated by hand.  By itself that happens in key_life.c. */
#include "daemon/app/call.h"
#include "daemon/app/key_life.h"

#include "base/reason.h"

typedef struct MadeKeys {
        SigningKey keys[_KEY_ALG_MAX];
        bool is_asked[_KEY_ALG_MAX];
        KeyLife life; /* as the transaction left it */
} MadeKeys;

int app_key_rotate_prepare(AppCall *call) {
        const CryptoPort *crypto = &call->app->crypto;
        const KeyRotateIn *in = call->in;
        MadeKeys *made = arena_new(call->arena, MadeKeys);

        if (made == NULL)
                return -ENOMEM;
        *made = (MadeKeys){};
        call->prepared = made;
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++) {
                int r;

                if (in->alg != NULL && key_alg_from_name(in->alg) != alg)
                        continue;
                made->is_asked[alg] = true;
                r = crypto->key_make(
                                crypto->self, call->arena, &call->realm.id, alg, &made->keys[alg]);
                if (r != 0)
                        return r;
        }
        return 0;
}

/* A key that waits is not waited for again; with --now it is the one that comes. */
static int rotate(AppCall *call, Txn *txn, KeyLife *life, const SigningKey *made) {
        const KeyRotateIn *in = call->in;
        const SigningKey *next = key_in_state(life->keys, life->n, made->alg, KEY_NEXT);
        int r;

        if (next != NULL && in->now != MAYBE_YES)
                return call_blame(call, IAM_E_EXISTS, "now");
        if (next == NULL) {
                r = key_life_add(life, txn, made);
                if (r != 0)
                        return r;
                next = made;
        }
        return in->now == MAYBE_YES ? key_life_activate(life, txn, next) : 0;
}

static int keys_view(AppCall *call, const KeyLife *life, KeyListOut *out) {
        KeyRow *rows = CALL_ROWS(call, KeyRow, life->n, &out->keys);

        if (rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < life->n; i++)
                rows[i] = (KeyRow){
                        .kid = life->keys[i].kid,
                        .alg = key_alg_name(life->keys[i].alg),
                        .state = key_state_name(life->keys[i].state),
                        .since = life->keys[i].since,
                };
        return 0;
}

static KeyLife life_of(AppCall *call) {
        return (KeyLife){
                .app = call->app,
                .caller = call->caller,
                .arena = call->arena,
                .realm = &call->realm,
                .now = call->now,
        };
}

int app_key_rotate(AppCall *call, Txn *txn) {
        const KeyRotateIn *in = call->in;
        MadeKeys *made = call->prepared;
        KeyLife life = life_of(call);
        int r;

        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++) {
                if (!made->is_asked[alg])
                        continue;
                r = key_life_read(&life, txn);
                if (r == 0)
                        r = rotate(call, txn, &life, &made->keys[alg]);
                if (r != 0)
                        return r;
        }
        r = key_life_read(&life, txn);
        if (r != 0)
                return r;
        call_target(call, "key", &(Id){}, NULL);
        r = call_detail(call, "alg", str_or(in->alg, "each"), "now",
                        in->now == MAYBE_YES ? "true" : "false");
        made->life = life;
        return r != 0 ? r : keys_view(call, &life, call->out);
}

void app_key_rotate_settle(AppCall *call) {
        const MadeKeys *made = call->prepared;

        key_life_forget(&made->life);
}

int app_key_list(AppCall *call, Txn *txn) {
        KeyLife life = life_of(call);
        int r = key_life_read(&life, txn);

        return r != 0 ? r : keys_view(call, &life, call->out);
}
