/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/realm_kept.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"

typedef struct KeptRealm {
        Arena arena; /* of its texts */
        uint64_t generation;
        bool is_taken;
        Realm realm;
} KeptRealm;

struct RealmsKept {
        pthread_mutex_t lock;
        size_t next; /* to be given up for a new one */
        KeptRealm places[REALMS_KEPT_MAX];
};

int realms_kept_new(RealmsKept **ret) {
        RealmsKept *kept = calloc(1, sizeof(*kept));

        if (kept == NULL)
                return -ENOMEM;
        (void) pthread_mutex_init(&kept->lock, NULL);
        for (size_t i = 0; i < REALMS_KEPT_MAX; i++)
                kept->places[i].arena.limit = REALM_KEPT_BYTES;
        *ret = kept;
        return 0;
}

RealmsKept *realms_kept_free(RealmsKept *kept) {
        if (kept == NULL)
                return NULL;
        for (size_t i = 0; i < REALMS_KEPT_MAX; i++)
                arena_done(&kept->places[i].arena);
        (void) pthread_mutex_destroy(&kept->lock);
        free(kept);
        return NULL;
}

static int text_copy(Arena *arena, const char **text) {
        if (*text == NULL)
                return 0;
        *text = arena_strdup(arena, *text);
        return *text != NULL ? 0 : -ENOMEM;
}

static int realm_copy(const Realm *realm, Arena *arena, Realm *ret) {
        Realm copy = *realm;
        const char **const texts[] = { &copy.name, &copy.display_name, &copy.settings.default_shell,
                                       &copy.settings.home_prefix };

        for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
                int r = text_copy(arena, texts[i]);

                if (r < 0)
                        return r;
        }
        *ret = copy;
        return 0;
}

/* With the lock held. */
static KeptRealm *place_of(RealmsKept *kept, const RealmId *id, const char *name) {
        for (size_t i = 0; i < REALMS_KEPT_MAX; i++) {
                KeptRealm *place = &kept->places[i];

                if (place->is_taken && (id != NULL ? id_equal(&place->realm.id.id, &id->id)
                                                   : str_eq(place->realm.name, name)))
                        return place;
        }
        return NULL;
}

int realms_kept_find(
                RealmsKept *kept, uint64_t generation, const RealmId *id, const char *name,
                Arena *arena, Realm *ret) {
        const KeptRealm *place;
        int r = 0;

        (void) pthread_mutex_lock(&kept->lock);
        place = place_of(kept, id, name);
        if (place != NULL && place->generation == generation) {
                r = realm_copy(&place->realm, arena, ret);
                r = r < 0 ? r : 1;
        }
        (void) pthread_mutex_unlock(&kept->lock);
        return r;
}

void realms_kept_put(RealmsKept *kept, uint64_t generation, const Realm *realm) {
        KeptRealm *place;

        (void) pthread_mutex_lock(&kept->lock);
        place = place_of(kept, &realm->id, /* name= */ NULL);
        if (place == NULL) {
                place = &kept->places[kept->next];
                kept->next = (kept->next + 1) % REALMS_KEPT_MAX;
        }
        arena_reset(&place->arena);
        place->generation = generation;
        place->is_taken = realm_copy(realm, &place->arena, &place->realm) == 0;
        (void) pthread_mutex_unlock(&kept->lock);
}
