/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"
#include "tests/support/test.h"

typedef struct Vector {
        const char *bytes;
        const char *base64;
        const char *base32;
        const char *hex;
} Vector;

/* RFC 4648 section 10; base32 without its padding. */
static const Vector vectors[] = {
        { "", "", "", "" },
        { "f", "Zg==", "MY", "66" },
        { "fo", "Zm8=", "MZXQ", "666f" },
        { "foo", "Zm9v", "MZXW6", "666f6f" },
        { "foob", "Zm9vYg==", "MZXW6YQ", "666f6f62" },
        { "fooba", "Zm9vYmE=", "MZXW6YTB", "666f6f6261" },
        { "foobar", "Zm9vYmFy", "MZXW6YTBOI", "666f6f626172" },
};

typedef int (*Decoder)(const char *text, size_t len, void *ret, size_t capacity, size_t *ret_len);

static int decode(Decoder decoder, const char *text) {
        uint8_t bytes[64];
        size_t len;

        return decoder(text, strlen(text), bytes, sizeof(bytes), &len);
}

static void assert_decodes(Decoder decoder, const char *text, const char *bytes) {
        char got[64];
        size_t len;

        ASSERT_OK(decoder(text, strlen(text), got, sizeof(got), &len));
        ASSERT_EQ(len, strlen(bytes));
        ASSERT_MEMEQ(got, bytes, len);
}

TEST(the_vectors_of_rfc_4648_hold_both_ways) {
        for (size_t i = 0; i < ELEMENTSOF(vectors); i++) {
                const Vector *v = &vectors[i];
                size_t len = strlen(v->bytes);
                char text[64];

                ASSERT_EQ(base64_encode(v->bytes, len, text), strlen(v->base64));
                ASSERT_STREQ(text, v->base64);
                ASSERT_EQ(base32_encode(v->bytes, len, text), strlen(v->base32));
                ASSERT_STREQ(text, v->base32);
                ASSERT_EQ(hex_encode(v->bytes, len, text), strlen(v->hex));
                ASSERT_STREQ(text, v->hex);
                assert_decodes(base64_decode, v->base64, v->bytes);
                assert_decodes(base32_decode, v->base32, v->bytes);
                assert_decodes(hex_decode, v->hex, v->bytes);
        }
}

TEST(base64url_has_its_own_two_characters_and_no_padding) {
        char text[BASE64_SIZE(2)];

        ASSERT_EQ(base64url_encode("\xfb\xff", 2, text), 3);
        ASSERT_STREQ(text, "-_8");
        assert_decodes(base64url_decode, "-_8", "\xfb\xff");
        ASSERT_CODE(decode(base64url_decode, "+/8"), -EINVAL);
        ASSERT_CODE(decode(base64url_decode, "-_8="), -EINVAL);
        ASSERT_CODE(decode(base64_decode, "-_8="), -EINVAL);
}

TEST(trailing_bits_that_are_not_zero_are_refused) {
        ASSERT_CODE(decode(base64url_decode, "Zh"), -EINVAL);
        ASSERT_CODE(decode(base64_decode, "Zh=="), -EINVAL);
        ASSERT_CODE(decode(base64_decode, "Zm9="), -EINVAL);
        ASSERT_CODE(decode(base32_decode, "MZ"), -EINVAL);
}

TEST(impossible_lengths_are_refused) {
        ASSERT_CODE(decode(base64url_decode, "A"), -EINVAL);
        ASSERT_CODE(decode(base64url_decode, "AAAAA"), -EINVAL);
        ASSERT_CODE(decode(base64_decode, "Zg="), -EINVAL);
        ASSERT_CODE(decode(base64_decode, "A==="), -EINVAL);
        ASSERT_CODE(decode(base64_decode, "===="), -EINVAL);
        ASSERT_CODE(decode(base32_decode, "A"), -EINVAL);
        ASSERT_CODE(decode(base32_decode, "AAA"), -EINVAL);
        ASSERT_CODE(decode(base32_decode, "AAAAAA"), -EINVAL);
        ASSERT_CODE(decode(hex_decode, "0"), -EINVAL);
}

TEST(foreign_characters_are_refused) {
        ASSERT_CODE(decode(base64_decode, "Zg==Zg=="), -EINVAL);
        ASSERT_CODE(decode(base64_decode, "Zm9\n"), -EINVAL);
        ASSERT_CODE(decode(base64url_decode, "Zm 9"), -EINVAL);
        ASSERT_CODE(decode(base32_decode, "my"), -EINVAL);
        ASSERT_CODE(decode(base32_decode, "M1"), -EINVAL);
        ASSERT_CODE(decode(hex_decode, "6F"), -EINVAL);
        ASSERT_CODE(decode(hex_decode, "6g"), -EINVAL);
        ASSERT_CODE(decode(hex_decode, "\xe4\xe4"), -EINVAL);
}

TEST(what_does_not_fit_is_refused_and_nothing_written) {
        uint8_t bytes[2] = { 7, 7 };
        size_t len = 99;

        ASSERT_CODE(hex_decode("010203", 6, bytes, sizeof(bytes), &len), -EMSGSIZE);
        ASSERT_CODE(hex_decode("01zz", 4, bytes, sizeof(bytes), &len), -EINVAL);
        ASSERT_EQ(bytes[0], 7);
        ASSERT_EQ(len, 99);
        ASSERT_OK(hex_decode("0102", 4, bytes, sizeof(bytes), &len));
        ASSERT_EQ(len, 2);
}

TEST(the_size_macros_hold_the_text_and_its_nul) {
        uint8_t bytes[32] = {};

        for (size_t len = 0; len <= sizeof(bytes); len++) {
                char text[256];

                ASSERT_TRUE(base64_encode(bytes, len, text) + 1 <= BASE64_SIZE(len));
                ASSERT_TRUE(base64url_encode(bytes, len, text) + 1 <= BASE64_SIZE(len));
                ASSERT_TRUE(base32_encode(bytes, len, text) + 1 <= BASE32_SIZE(len));
                ASSERT_EQ(hex_encode(bytes, len, text) + 1, HEX_SIZE(len));
        }
}

/* RFC 3986 sections 2.1 and 2.3. */
TEST(a_uri_component_keeps_only_what_is_unreserved) {
        static const char plain[] = "AZaz09-._~";
        char text[PERCENT_SIZE(sizeof(plain))];

        ASSERT_EQ(percent_encode(plain, strlen(plain), text), strlen(plain));
        ASSERT_STREQ(text, plain);
        ASSERT_EQ(percent_encode(" /%\0\xff", 5, text), 15);
        ASSERT_STREQ(text, "%20%2F%25%00%FF");
        ASSERT_EQ(percent_encode("", 0, text), 0);
        ASSERT_STREQ(text, "");
}
