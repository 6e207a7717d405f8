/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/crypto/rsa_pool.h"

#include <pthread.h>
#include <stdlib.h>

struct RsaPool {
        pthread_mutex_t lock;
        EVP_PKEY *keys[RSA_POOL_SIZE];
        size_t n;
};

int rsa_pool_new(RsaPool **ret) {
        RsaPool *pool = calloc(1, sizeof *pool);

        if (pool == NULL)
                return -ENOMEM;
        int r = pthread_mutex_init(&pool->lock, NULL);
        if (r != 0) {
                free(pool);
                return -r;
        }
        *ret = pool;
        return 0;
}

RsaPool *rsa_pool_free(RsaPool *pool) {
        if (pool == NULL)
                return NULL;
        for (size_t i = 0; i < pool->n; i++)
                EVP_PKEY_free(pool->keys[i]);
        pthread_mutex_destroy(&pool->lock);
        free(pool);
        return NULL;
}

EVP_PKEY *rsa_pool_take(RsaPool *pool) {
        EVP_PKEY *pkey = NULL;

        pthread_mutex_lock(&pool->lock);
        if (pool->n > 0) {
                pool->n--;
                pkey = TAKE(pool->keys[pool->n]);
        }
        pthread_mutex_unlock(&pool->lock);
        return pkey;
}

/* True when the pool has taken it. */
static bool pool_put(RsaPool *pool, EVP_PKEY *pkey) {
        pthread_mutex_lock(&pool->lock);
        bool has_room = pool->n < RSA_POOL_SIZE;
        if (has_room)
                pool->keys[pool->n++] = pkey;
        pthread_mutex_unlock(&pool->lock);
        return has_room;
}

static bool pool_is_full(RsaPool *pool) {
        pthread_mutex_lock(&pool->lock);
        bool is_full = pool->n == RSA_POOL_SIZE;
        pthread_mutex_unlock(&pool->lock);
        return is_full;
}

int rsa_pool_fill(RsaPool *pool) {
        int r;

        while (!pool_is_full(pool)) {
                EVP_PKEY *pkey = NULL;
                r = jwk_generate(KEY_ALG_RS256, &pkey); /* without the lock: it is slow */
                if (r < 0)
                        return r;
                if (!pool_put(pool, pkey))
                        EVP_PKEY_free(pkey);
        }
        return 0;
}
