/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"
#include "tests/support/test.h"

/* RFC 9562 appendix A.6 */
static const char example[] = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
static const Usec example_time = INT64_C(1645557742000) * USEC_PER_MSEC;

TEST(the_example_of_rfc_9562_is_made_from_its_parts) {
        static const uint8_t random[10] = { 0x0c, 0xc3, 0x18, 0xc4, 0xdc,
                                            0x0c, 0x0c, 0x07, 0x39, 0x8f };
        char text[ID_TEXT_SIZE];
        Id id;

        id_make_v7(example_time, random, &id);
        id_format(&id, text);
        ASSERT_STREQ(text, example);
}

TEST(version_and_variant_hold_whatever_the_random_bytes) {
        static const uint8_t ones[10] = {
                0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
        };
        char text[ID_TEXT_SIZE];
        Id id;

        id_make_v7(0, ones, &id);
        id_format(&id, text);
        ASSERT_STREQ(text, "00000000-0000-7fff-bfff-ffffffffffff");
        id_make_v7(-1, ones, &id); /* a clock before 1970 */
        id_format(&id, text);
        ASSERT_STREQ(text, "00000000-0000-7fff-bfff-ffffffffffff");
}

TEST(ids_sort_by_the_millisecond_they_were_made_in) {
        static const uint8_t high[10] = { 0xff, 0xff, 0xff };
        static const uint8_t low[10] = {};
        Id earlier;
        Id later;

        id_make_v7(example_time, high, &earlier);
        id_make_v7(example_time + USEC_PER_MSEC, low, &later);
        ASSERT_TRUE(memcmp(earlier.bytes, later.bytes, sizeof(later.bytes)) < 0);
}

TEST(text_survives_parsing) {
        char text[ID_TEXT_SIZE];
        Id id;

        ASSERT_OK(id_parse(example, &id));
        ASSERT_EQ(id.bytes[0], 0x01);
        ASSERT_EQ(id.bytes[15], 0x8f);
        id_format(&id, text);
        ASSERT_STREQ(text, example);
}

TEST(only_the_canonical_text_is_accepted) {
        static const char *const wrong[] = {
                NULL,
                "",
                "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
                "017f22e279b07cc398c4dc0c0c07398f",
                "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
                "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
                "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
                "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",
                "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
                " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        };
        Id id = { .bytes = { 42 } };

        for (size_t i = 0; i < ELEMENTSOF(wrong); i++)
                ASSERT_CODE(id_parse(wrong[i], &id), -EINVAL);
        ASSERT_EQ(id.bytes[0], 42);
}

TEST(the_null_id_is_known_and_equality_sees_every_byte) {
        Id a = {};

        ASSERT_TRUE(id_is_null(&a));
        for (size_t i = 0; i < sizeof(a.bytes); i++) {
                Id b = {};

                b.bytes[i] = 1;
                ASSERT_FALSE(id_is_null(&b));
                ASSERT_FALSE(id_equal(&a, &b));
                ASSERT_TRUE(id_equal(&b, &b));
        }
}
