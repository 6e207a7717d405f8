/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "tests/support/test.h"

TEST(memory_is_zeroed_and_aligned) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);

        for (size_t size = 0; size < 5000; size += 37) {
                uint8_t *bytes = arena_alloc(&arena, size);

                ASSERT_TRUE(bytes != NULL);
                ASSERT_EQ((uintptr_t) bytes % _Alignof(max_align_t), 0);
                for (size_t i = 0; i < size; i++)
                        ASSERT_EQ(bytes[i], 0);
                memset(bytes, 0xff, size);
        }
}

TEST(the_limit_is_hard) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1024);

        ASSERT_TRUE(arena_alloc(&arena, 1024) != NULL);
        ASSERT_TRUE(arena_alloc(&arena, 1) == NULL);
        arena_reset(&arena);
        ASSERT_TRUE(arena_alloc(&arena, 1025) == NULL);
        ASSERT_TRUE(arena_alloc(&arena, SIZE_MAX) == NULL);
        ASSERT_TRUE(arena_alloc(&arena, 1) != NULL);
}

TEST(an_arena_without_a_limit_gives_nothing) {
        CLEANUP(arena_done) Arena arena = {};

        ASSERT_TRUE(arena_alloc(&arena, 1) == NULL);
}

TEST(a_product_that_overflows_is_refused) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(SIZE_MAX);

        ASSERT_TRUE(arena_calloc(&arena, SIZE_MAX / 2, 3) == NULL);
        ASSERT_TRUE(arena_strndup(&arena, "x", SIZE_MAX) == NULL);
}

TEST(a_reset_arena_hands_out_zeroed_memory_again) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4096);
        uint8_t *first = arena_alloc(&arena, 100);
        uint8_t *second;

        memset(first, 0xff, 100);
        arena_reset(&arena);
        second = arena_alloc(&arena, 100);
        ASSERT_TRUE(first == second); /* the block was kept */
        for (size_t i = 0; i < 100; i++)
                ASSERT_EQ(second[i], 0);
}

TEST(a_huge_block_is_not_kept_over_a_reset) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);

        ASSERT_TRUE(arena_alloc(&arena, 1 << 20) != NULL);
        arena_reset(&arena);
        ASSERT_TRUE(arena.blocks == NULL);
}

TEST(copies_are_copies) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4096);

        ASSERT_STREQ(arena_strdup(&arena, "alice"), "alice");
        ASSERT_STREQ(arena_strndup(&arena, "alice", 3), "ali");
        ASSERT_STREQ(arena_strndup(&arena, NULL, 0), "");
        ASSERT_MEMEQ(arena_memdup(&arena, "a\0b", 3), "a\0b", 3);
        ASSERT_STREQ(arena_printf(&arena, "%s-%d", "bob", 42), "bob-42");
}

TEST(text_beyond_the_limit_is_refused_whole) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(16);

        ASSERT_TRUE(arena_strdup(&arena, "sixteen bytes ...") == NULL);
        ASSERT_TRUE(arena_printf(&arena, "%0100d", 1) == NULL);
        ASSERT_STREQ(arena_strdup(&arena, "fifteen bytes.."), "fifteen bytes..");
}
