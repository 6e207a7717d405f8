/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmocka with tests that register themselves: TEST(a_sentence) { ... }.  One test program is one
 * .c file that includes this; it runs all its tests, or those that match the pattern given as its
 * argument, and speaks TAP under Meson.  A failing assertion jumps past CLEANUP(), so leaks
 * reported after a red test are noise.
 */
#pragma once

/* cmocka.h needs these first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"

/* It jumps; cmocka does not tell, and analysers would go on with what was just refused. */
__attribute__((noreturn)) void _fail(const char *file, int line);

/* Pointers, because a compiler may pad structs in a section apart. */
#define TEST(sentence)                                                                             \
        static void sentence(void **);                                                             \
        static const struct CMUnitTest test_of_##sentence = { #sentence, sentence, NULL, NULL,     \
                                                              NULL };                              \
        static const struct CMUnitTest *const entry_of_##sentence                                  \
                        __attribute__((section("iam_tests"), used)) = &test_of_##sentence;         \
        static void sentence(__attribute__((unused)) void **state)

/* How often, how many: the long form is that of ./dev test --full. */
static inline unsigned test_scale(unsigned brief, unsigned full) {
        const char *wish = getenv("IAM_TEST_FULL");

        return wish != NULL && strcmp(wish, "1") == 0 ? full : brief;
}

#define ASSERT_TRUE(condition)                                                                     \
        do {                                                                                       \
                if (!(condition))                                                                  \
                        fail_msg("%s:%d: not true: %s", __FILE__, __LINE__, #condition);           \
        } while (0)
#define ASSERT_FALSE(condition) ASSERT_TRUE(!(condition))

#define ASSERT_CODE(expression, code) ASSERT_EQ(expression, code)
#define ASSERT_OK(expression) ASSERT_EQ(expression, 0)

/* Integers of any type. */
#define ASSERT_EQ(a, b)                                                                            \
        do {                                                                                       \
                intmax_t got_ = (intmax_t) (a);                                                    \
                intmax_t want_ = (intmax_t) (b);                                                   \
                if (got_ != want_)                                                                 \
                        fail_msg("%s:%d: %s is %" PRIdMAX ", not %" PRIdMAX " (%s)", __FILE__,     \
                                 __LINE__, #a, got_, want_, #b);                                   \
        } while (0)

/* NULL equals only NULL. */
#define ASSERT_STREQ(a, b)                                                                         \
        do {                                                                                       \
                const char *got_ = (a);                                                            \
                const char *want_ = (b);                                                           \
                if (got_ == NULL || want_ == NULL ? got_ != want_ : strcmp(got_, want_) != 0)      \
                        fail_msg("%s:%d: %s is \"%s\", not \"%s\"", __FILE__, __LINE__, #a,        \
                                 got_ != NULL ? got_ : "(null)",                                   \
                                 want_ != NULL ? want_ : "(null)");                                \
        } while (0)

#define ASSERT_MEMEQ(a, b, len)                                                                    \
        do {                                                                                       \
                if (memcmp((a), (b), (len)) != 0)                                                  \
                        fail_msg("%s:%d: %s differs from %s", __FILE__, __LINE__, #a, #b);         \
        } while (0)

extern const struct CMUnitTest *const __start_iam_tests[]; /* the linker's names */
extern const struct CMUnitTest *const __stop_iam_tests[];

int main(int argc, char **argv) {
        static struct CMUnitTest tests[512];
        size_t n = (size_t) (__stop_iam_tests - __start_iam_tests);

        assert(n <= ELEMENTSOF(tests));
        for (size_t i = 0; i < n; i++)
                tests[i] = *__start_iam_tests[i];
        if (argc > 1)
                cmocka_set_test_filter(argv[1]);
        return _cmocka_run_group_tests(argv[0], tests, n, NULL, NULL);
}
