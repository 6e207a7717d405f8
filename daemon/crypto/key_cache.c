/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/crypto/key_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

typedef struct Slot {
        RealmId realm;
        char kid[KID_SIZE];
        KeyAlg alg;
        bool is_private;
        EVP_PKEY *pkey; /* NULL: free */
        uint64_t used;
} Slot;

struct KeyCache {
        pthread_mutex_t lock;
        uint64_t clock;
        Slot slots[KEY_CACHE_MAX];
};

int key_cache_new(KeyCache **ret) {
        KeyCache *cache = calloc(1, sizeof *cache);

        if (cache == NULL)
                return -ENOMEM;
        int r = pthread_mutex_init(&cache->lock, NULL);
        if (r != 0) {
                free(cache);
                return -r;
        }
        *ret = cache;
        return 0;
}

static void slot_clear(Slot *slot) {
        EVP_PKEY_free(slot->pkey); /* wipes a private key with its last reference */
        *slot = (Slot){};
}

KeyCache *key_cache_free(KeyCache *cache) {
        if (cache == NULL)
                return NULL;
        for (size_t i = 0; i < KEY_CACHE_MAX; i++)
                slot_clear(&cache->slots[i]);
        pthread_mutex_destroy(&cache->lock);
        free(cache);
        return NULL;
}

static bool slot_is(const Slot *slot, const RealmId *realm, const char *kid) {
        return slot->pkey != NULL && id_equal(&slot->realm.id, &realm->id) &&
               str_eq(slot->kid, kid);
}

static Slot *cache_find(KeyCache *cache, const KeyCacheName *name) {
        for (size_t i = 0; i < KEY_CACHE_MAX; i++) {
                Slot *slot = &cache->slots[i];
                if (slot_is(slot, name->realm, name->kid) && slot->alg == name->alg &&
                    slot->is_private == name->is_private)
                        return slot;
        }
        return NULL;
}

EVP_PKEY *key_cache_get(KeyCache *cache, const KeyCacheName *name) {
        EVP_PKEY *pkey = NULL;

        pthread_mutex_lock(&cache->lock);
        Slot *slot = cache_find(cache, name);
        if (slot != NULL && EVP_PKEY_up_ref(slot->pkey) == 1) {
                slot->used = ++cache->clock;
                pkey = slot->pkey;
        }
        pthread_mutex_unlock(&cache->lock);
        return pkey;
}

void key_cache_put(KeyCache *cache, const KeyCacheName *name, EVP_PKEY *pkey) {
        if (strlen(name->kid) >= KID_SIZE || EVP_PKEY_up_ref(pkey) != 1)
                return;

        pthread_mutex_lock(&cache->lock);
        Slot *slot = cache_find(cache, name); /* another thread was faster */
        for (size_t i = 0; slot == NULL && i < KEY_CACHE_MAX; i++)
                if (cache->slots[i].pkey == NULL)
                        slot = &cache->slots[i];
        if (slot == NULL) {
                slot = &cache->slots[0];
                for (size_t i = 1; i < KEY_CACHE_MAX; i++)
                        if (cache->slots[i].used < slot->used)
                                slot = &cache->slots[i];
        }
        slot_clear(slot);
        slot->realm = *name->realm;
        memcpy(slot->kid, name->kid, strlen(name->kid));
        slot->alg = name->alg;
        slot->is_private = name->is_private;
        slot->pkey = pkey;
        slot->used = ++cache->clock;
        pthread_mutex_unlock(&cache->lock);
}

void key_cache_forget(KeyCache *cache, const RealmId *realm, const char *kid) {
        pthread_mutex_lock(&cache->lock);
        for (size_t i = 0; i < KEY_CACHE_MAX; i++)
                if (slot_is(&cache->slots[i], realm, kid))
                        slot_clear(&cache->slots[i]);
        pthread_mutex_unlock(&cache->lock);
}
