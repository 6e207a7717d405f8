/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/key_life.h"

#include <stdio.h>

#include "base/reason.h"

#define REALMS_PAGE 100

static int audit(KeyLife *life, Txn *txn, AuditEventKind kind, const SigningKey *key) {
        AuditEvent event = { .kind = kind, .success = true, .target_kind = "key" };

        event.details =
                        arena_printf(life->arena, "{\"kid\":\"%s\",\"alg\":\"%s\"}", key->kid,
                                     key_alg_name(key->alg));
        if (event.details == NULL)
                return -ENOMEM;
        return app_audit(life->app, txn, life->caller, &life->realm->id, life->now, &event);
}

int key_life_read(KeyLife *life, Txn *txn) {
        return life->app->store.keys->published(
                        txn, &life->realm->id, life->arena, &life->keys, &life->n);
}

int key_life_add(KeyLife *life, Txn *txn, const SigningKey *made) {
        int r;

        if (life->n >= KEYS_PUBLISHED_MAX)
                return IAM_E_LIMIT;
        life->n++;
        r = life->app->store.keys->insert(txn, made, key_state_name(KEY_NEXT), life->now);
        return r != 0 ? r : audit(life, txn, EVENT_KEY_CREATED, made);
}

int key_life_activate(KeyLife *life, Txn *txn, const SigningKey *next) {
        const KeyOps *keys = life->app->store.keys;
        const RealmId *realm = &life->realm->id;
        int r = 0;

        for (size_t i = 0; r == 0 && i < life->n; i++)
                if (life->keys[i].alg == next->alg && life->keys[i].state == KEY_ACTIVE)
                        r = keys->move(txn, realm, life->keys[i].kid, KEY_RETIRING, life->now);
        if (r == 0)
                r = keys->move(txn, realm, next->kid, KEY_ACTIVE, life->now);
        return r != 0 ? r : audit(life, txn, EVENT_KEY_ACTIVATED, next);
}

int key_life_destroy(KeyLife *life, Txn *txn, const SigningKey *key) {
        int r = life->app->store.keys->move(
                        txn, &life->realm->id, key->kid, KEY_DESTROYED, life->now);

        return r != 0 ? r : audit(life, txn, EVENT_KEY_DESTROYED, key);
}

void key_life_forget(const KeyLife *life) {
        const CryptoPort *crypto = &life->app->crypto;

        for (size_t i = 0; i < life->n; i++)
                if (life->keys[i].state == KEY_RETIRING)
                        crypto->key_forget(crypto->self, &life->realm->id, life->keys[i].kid);
}

typedef struct TendCall {
        KeyLife life;
        KeyPlan plan;
        SigningKey made[_KEY_ALG_MAX];
        bool is_made[_KEY_ALG_MAX];
} TendCall;

static int look_run(Txn *txn, void *context) {
        TendCall *call = context;
        int r = key_life_read(&call->life, txn);

        if (r == 0)
                key_plan(call->life.keys, call->life.n, &call->life.realm->settings, call->life.now,
                         &call->plan);
        return r;
}

/* Plans again: an administrator may have been faster. */
static int tend_run(Txn *txn, void *context) {
        TendCall *call = context;
        KeyPlan *plan = &call->plan;
        int r = look_run(txn, context);

        for (KeyAlg alg = 0; r == 0 && alg < _KEY_ALG_MAX; alg++) {
                if (plan->activate[alg] != NULL)
                        r = key_life_activate(&call->life, txn, plan->activate[alg]);
                else if (plan->make[alg] && call->is_made[alg])
                        r = key_life_add(&call->life, txn, &call->made[alg]);
        }
        for (size_t i = 0; r == 0 && i < plan->n_destroy; i++)
                r = key_life_destroy(&call->life, txn, plan->destroy[i]);
        return r;
}

static int tend_realm(App *app, Arena *arena, const Caller *caller, const Realm *realm, Usec now) {
        const CryptoPort *crypto = &app->crypto;
        TendCall call = {
                .life = { .app = app,
                          .caller = caller,
                          .arena = arena,
                          .realm = realm,
                          .now = now },
        };
        int r;

        r = app->store.read(app->store.self, look_run, &call);
        if (r != 0)
                return r;
        key_life_forget(&call.life);
        if (call.plan.is_empty)
                return 0;
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++) {
                if (!call.plan.make[alg])
                        continue;
                r = crypto->key_make(crypto->self, arena, &realm->id, alg, &call.made[alg]);
                if (r != 0)
                        return r;
                call.is_made[alg] = true;
        }
        r = app->store.txn(app->store.self, tend_run, &call);
        if (r == 0)
                r = app->store.read(app->store.self, look_run, &call);
        if (r == 0)
                key_life_forget(&call.life);
        return r;
}

typedef struct RealmsCall {
        App *app;
        Arena *arena;
        Page page;
        RealmList realms;
} RealmsCall;

static int realms_run(Txn *txn, void *context) {
        RealmsCall *call = context;

        return call->app->store.realms->list(txn, call->arena, &call->page, &call->realms);
}

int app_keys_tend(App *app) {
        const Caller caller = { .door = DOOR_SYSTEM, .actor_kind = "system" };
        RealmsCall call = { .app = app, .page = { .limit = REALMS_PAGE } };
        char after[64] = "";
        int failed = 0;

        do {
                CLEANUP(arena_done) Arena page = ARENA_INIT((size_t) 8 << 20);
                int r;

                call.arena = &page;
                call.page.after = after;
                r = app->store.read(app->store.self, realms_run, &call);
                if (r != 0)
                        return r;
                for (size_t i = 0; i < call.realms.n; i++) {
                        const Realm *realm = &call.realms.items[i];

                        r = tend_realm(app, &page, &caller, realm, app->clock.now(app->clock.self));
                        failed = failed != 0 ? failed : r;
                        (void) snprintf(after, sizeof(after), "%s", realm->name);
                }
        } while (call.realms.n == REALMS_PAGE);
        return failed;
}
