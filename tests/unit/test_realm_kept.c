/* SPDX-License-Identifier: Apache-2.0 */
/* Realms kept in memory: found while their generation lasts, and never after. */
#include "daemon/store/realm_kept.h"

#include <stdio.h>

#include "base/arena.h"
#include "tests/support/test.h"

static Realm realm_of(uint8_t number, const char *name) {
        Realm realm = { .id = { .id = { { number } } }, .name = name, .epoch = number };

        realm_settings_init(&realm.settings);
        return realm;
}

TEST(a_realm_is_found_by_id_and_name_in_its_generation_and_as_a_copy) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        char name[] = "demo";
        const Realm demo = realm_of(1, name);
        const RealmId other = { .id = { { 2 } } };
        RealmsKept *kept;
        Realm got;

        ASSERT_OK(realms_kept_new(&kept));
        ASSERT_EQ(realms_kept_find(kept, 7, &demo.id, NULL, &arena, &got), 0);
        realms_kept_put(kept, 7, &demo);
        name[0] = 'x'; /* whoever put it may forget it */
        ASSERT_EQ(realms_kept_find(kept, 7, &demo.id, NULL, &arena, &got), 1);
        ASSERT_STREQ(got.name, "demo");
        ASSERT_STREQ(got.settings.default_shell, demo.settings.default_shell);
        ASSERT_EQ(realms_kept_find(kept, 7, NULL, "demo", &arena, &got), 1);
        ASSERT_EQ(got.epoch, 1);
        ASSERT_EQ(realms_kept_find(kept, 8, &demo.id, NULL, &arena, &got), 0);
        ASSERT_EQ(realms_kept_find(kept, 7, &other, NULL, &arena, &got), 0);
        ASSERT_EQ(realms_kept_find(kept, 7, NULL, "xemo", &arena, &got), 0);
        (void) realms_kept_free(kept);
}

TEST(a_realm_that_was_read_again_is_the_one_that_is_found) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        Realm demo = realm_of(1, "demo");
        RealmsKept *kept;
        Realm got;

        ASSERT_OK(realms_kept_new(&kept));
        realms_kept_put(kept, 1, &demo);
        demo.name = "renamed";
        realms_kept_put(kept, 2, &demo);
        ASSERT_EQ(realms_kept_find(kept, 2, NULL, "demo", &arena, &got), 0);
        ASSERT_EQ(realms_kept_find(kept, 1, &demo.id, NULL, &arena, &got), 0);
        ASSERT_EQ(realms_kept_find(kept, 2, NULL, "renamed", &arena, &got), 1);
        (void) realms_kept_free(kept);
}

TEST(however_many_realms_come_each_is_found_as_itself_or_not_at_all) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        RealmsKept *kept;
        size_t found = 0;
        char name[16];
        Realm got;

        ASSERT_OK(realms_kept_new(&kept));
        for (uint8_t i = 1; i <= 2 * REALMS_KEPT_MAX; i++) {
                (void) snprintf(name, sizeof(name), "r%u", i);
                const Realm realm = realm_of(i, name);
                realms_kept_put(kept, 1, &realm);
        }
        for (uint8_t i = 1; i <= 2 * REALMS_KEPT_MAX; i++) {
                (void) snprintf(name, sizeof(name), "r%u", i);
                if (realms_kept_find(kept, 1, NULL, name, &arena, &got) == 0)
                        continue;
                ASSERT_EQ(got.epoch, i);
                found++;
        }
        ASSERT_EQ(found, REALMS_KEPT_MAX);
        (void) realms_kept_free(kept);
}

TEST(a_realm_with_too_much_text_is_not_kept) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        static char text[REALM_KEPT_BYTES + 1];
        Realm demo = realm_of(1, "demo");
        RealmsKept *kept;
        Realm got;

        memset(text, 'x', sizeof(text) - 1);
        demo.display_name = text;
        ASSERT_OK(realms_kept_new(&kept));
        realms_kept_put(kept, 1, &demo);
        ASSERT_EQ(realms_kept_find(kept, 1, &demo.id, NULL, &arena, &got), 0);
        (void) realms_kept_free(kept);
}
