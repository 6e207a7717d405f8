/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/crypto/verified.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct Verified {
        pthread_mutex_t lock;
        Sha256 facts[VERIFIED_MAX]; /* each at the place that its first bytes name; zeros: none */
};

int verified_new(Verified **ret) {
        Verified *verified = calloc(1, sizeof *verified);

        if (verified == NULL)
                return -ENOMEM;
        int r = pthread_mutex_init(&verified->lock, NULL);
        if (r != 0) {
                free(verified);
                return -r;
        }
        *ret = verified;
        return 0;
}

Verified *verified_free(Verified *verified) {
        if (verified == NULL)
                return NULL;
        pthread_mutex_destroy(&verified->lock);
        free(verified);
        return NULL;
}

/* Only good signatures get here, so no stranger chooses the places. */
static Sha256 *place_of(Verified *verified, const Sha256 *fact) {
        uint32_t place;

        memcpy(&place, fact->bytes, sizeof place);
        return &verified->facts[place % VERIFIED_MAX];
}

bool verified_has(Verified *verified, const Sha256 *fact) {
        pthread_mutex_lock(&verified->lock);
        bool has = memcmp(place_of(verified, fact), fact, sizeof *fact) == 0;
        pthread_mutex_unlock(&verified->lock);
        return has;
}

void verified_put(Verified *verified, const Sha256 *fact) {
        pthread_mutex_lock(&verified->lock);
        *place_of(verified, fact) = *fact;
        pthread_mutex_unlock(&verified->lock);
}
