/* SPDX-License-Identifier: Apache-2.0 */
/* Documents kept ready: found while they hold, and never after. */
#include "daemon/http/kept.h"

#include <stdio.h>

#include "tests/support/test.h"

static struct MHD_Response *response(void) {
        static char text[] = "{}";

        return MHD_create_response_from_buffer(2, text, MHD_RESPMEM_PERSISTENT);
}

TEST(a_kept_reply_is_found_in_its_generation_and_for_a_minute) {
        const KeptMark made = { .generation = 7, .at = 1000 };
        const KeptMark later = { .generation = 7, .at = 1000 + KEPT_AGE - 1 };
        const KeptMark too_late = { .generation = 7, .at = 1000 + KEPT_AGE };
        const KeptMark changed = { .generation = 8, .at = 1000 };
        struct MHD_Response *one = response();
        Kept *kept;

        ASSERT_OK(kept_new(&kept));
        ASSERT_TRUE(kept_find(kept, "/a", &made) == NULL);
        kept_put(kept, "/a", &made, one);
        ASSERT_TRUE(kept_find(kept, "/a", &later) == one);
        ASSERT_TRUE(kept_find(kept, "/a", &too_late) == NULL);
        ASSERT_TRUE(kept_find(kept, "/a", &changed) == NULL);
        ASSERT_TRUE(kept_find(kept, "/b", &made) == NULL);
        kept_free(kept);
}

TEST(however_many_paths_come_each_finds_its_own_reply_or_none) {
        static struct MHD_Response *replies[4 * KEPT_MAX];
        const KeptMark mark = { .generation = 1, .at = 1 };
        char path[32];
        size_t found = 0;
        Kept *kept;

        ASSERT_OK(kept_new(&kept));
        for (size_t i = 0; i < ELEMENTSOF(replies); i++) {
                replies[i] = response();
                (void) snprintf(path, sizeof(path), "/realms/r%zu", i);
                kept_put(kept, path, &mark, replies[i]);
        }
        for (size_t i = 0; i < ELEMENTSOF(replies); i++) {
                (void) snprintf(path, sizeof(path), "/realms/r%zu", i);
                const struct MHD_Response *got = kept_find(kept, path, &mark);

                ASSERT_TRUE(got == NULL || got == replies[i]);
                found += got != NULL;
        }
        ASSERT_TRUE(found > 0 && found <= KEPT_MAX);
        kept_free(kept);
}
