/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a signing key: next (published, so that everybody knows it before it signs), active,
 * retiring (published while anything it signed is of use; its private half is gone), destroyed.
 * Says what is due; pure.
 */
#pragma once

#include "daemon/core/realm.h"

#define KEYS_PUBLISHED_MAX 16
#define KEY_NEXT_PERIOD (86400 * USEC_PER_SEC) /* published before it signs */

typedef struct KeyPlan {
        bool make[_KEY_ALG_MAX]; /* a next one */
        const SigningKey *activate[_KEY_ALG_MAX]; /* in place of all active ones, or NULL */
        const SigningKey *destroy[KEYS_PUBLISHED_MAX];
        size_t n_destroy;
        bool is_empty;
} KeyPlan;

/* keys: of the realm, at most KEYS_PUBLISHED_MAX; the plan lends from them. */
void key_plan(const SigningKey *keys, size_t n, const RealmSettings *settings, Usec now,
              KeyPlan *ret);
/* The key of that algorithm in that state, the one of the latest since, or NULL. */
const SigningKey *key_in_state(const SigningKey *keys, size_t n, KeyAlg alg, KeyState state);
