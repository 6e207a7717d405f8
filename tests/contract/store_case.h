/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A case of the store's contract: CASE(sentence) { ... } runs inside one write transaction of a
 * fresh store with two realms, a and b.  A failing assertion jumps, and only within its thread:
 * so the transaction's thread parks and lends its Txn to the test's.
 */
#pragma once

#include <pthread.h>
#include <semaphore.h>

#include "base/reason.h"
#include "tests/support/test.h"
#include "tests/support/world.h"

typedef struct Case {
        World *world;
        const StorePort *store;
        Arena arena;
        Realm a, b;
        Txn *txn;
        int result; /* of the transaction */
        pthread_t thread;
        sem_t lent, returned;
} Case;

static inline int case_lend(Txn *txn, void *context) {
        Case *c = context;

        c->txn = txn;
        (void) sem_post(&c->lent);
        (void) sem_wait(&c->returned);
        return 0;
}

static inline void *case_transact(void *context) {
        Case *c = context;

        c->result = c->store->txn(c->store->self, case_lend, c);
        return NULL;
}

static inline void case_begin(Case *c) {
        *c = (Case){ .world = world_new(), .arena = ARENA_INIT(64 << 20) };
        c->store = world_store(c->world);
        c->a = world_realm(c->world, "a");
        c->b = world_realm(c->world, "b");
        ASSERT_OK(sem_init(&c->lent, 0, 0));
        ASSERT_OK(sem_init(&c->returned, 0, 0));
        ASSERT_OK(pthread_create(&c->thread, NULL, case_transact, c));
        ASSERT_OK(sem_wait(&c->lent));
}

static inline void case_end(Case *c) {
        (void) sem_post(&c->returned);
        ASSERT_OK(pthread_join(c->thread, NULL));
        ASSERT_OK(c->result);
        arena_done(&c->arena);
        (void) world_free(c->world);
}

/* Static: the parked thread may still look at it after a jump out of the test. */
#define CASE(sentence)                                                                             \
        static void body_of_##sentence(Case *c, Txn *txn);                                         \
        TEST(sentence) {                                                                           \
                static Case c;                                                                     \
                case_begin(&c);                                                                    \
                body_of_##sentence(&c, c.txn);                                                     \
                case_end(&c);                                                                      \
        }                                                                                          \
        static void body_of_##sentence(Case *c, Txn *txn)
