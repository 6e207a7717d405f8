/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/kept.h"

#include <stdlib.h>
#include <string.h>

typedef struct KeptReply {
        char *path; /* NULL: this place is free */
        KeptMark mark;
        struct MHD_Response *response;
} KeptReply;

struct Kept {
        KeptReply places[KEPT_MAX];
};

int kept_new(Kept **ret) {
        Kept *kept = calloc(1, sizeof *kept);

        if (kept == NULL)
                return -ENOMEM;
        *ret = kept;
        return 0;
}

static void place_clear(KeptReply *place) {
        if (place->response != NULL)
                MHD_destroy_response(place->response);
        free(place->path);
        *place = (KeptReply){};
}

Kept *kept_free(Kept *kept) {
        if (kept == NULL)
                return NULL;
        for (size_t i = 0; i < KEPT_MAX; i++)
                place_clear(&kept->places[i]);
        free(kept);
        return NULL;
}

/* FNV-1a.  Only paths that were answered well are kept, so no stranger chooses them. */
static size_t place_of(const char *path) {
        uint32_t hash = 0x811c9dc5;

        for (; *path != '\0'; path++)
                hash = (hash ^ (uint8_t) *path) * 0x01000193u;
        return hash % KEPT_MAX;
}

struct MHD_Response *kept_find(const Kept *kept, const char *path, const KeptMark *now) {
        const KeptReply *place = &kept->places[place_of(path)];

        if (place->path == NULL || strcmp(place->path, path) != 0 ||
            place->mark.generation != now->generation || now->at >= place->mark.at + KEPT_AGE)
                return NULL;
        return place->response;
}

void kept_put(Kept *kept, const char *path, const KeptMark *mark, struct MHD_Response *response) {
        KeptReply *place = &kept->places[place_of(path)];

        place_clear(place);
        place->path = strdup(path);
        if (place->path == NULL) {
                MHD_destroy_response(response);
                return;
        }
        place->mark = *mark;
        place->response = response;
}
