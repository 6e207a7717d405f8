/* SPDX-License-Identifier: Apache-2.0 */
/* Moves signing keys through their life, in the transaction that the caller opened. */
#pragma once

#include "daemon/app/app.h"
#include "daemon/core/key_life.h"

typedef struct KeyLife {
        App *app;
        const Caller *caller;
        Arena *arena;
        const Realm *realm;
        Usec now;
        SigningKey *keys; /* as published; of key_life_read() */
        size_t n;
} KeyLife;

int key_life_read(KeyLife *life, Txn *txn);
/* A next key, or IAM_E_LIMIT when as many are published as may be. */
int key_life_add(KeyLife *life, Txn *txn, const SigningKey *made);
/* From now on this one signs; those that did retire and lose their private halves. */
int key_life_activate(KeyLife *life, Txn *txn, const SigningKey *next);
int key_life_destroy(KeyLife *life, Txn *txn, const SigningKey *key);
/* After the transaction: what signs no more, as read last, leaves the memory too. */
void key_life_forget(const KeyLife *life);

/* The periodic job: does what is due in every realm. */
int app_keys_tend(App *app);
