/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/pkce.h"

#include "tests/support/test.h"

/* RFC 7636 section 4.1. */
TEST(a_verifier_has_43_to_128_unreserved_characters) {
        char verifier[140];

        memset(verifier, 'a', sizeof(verifier));
        for (size_t len = 0; len < sizeof(verifier); len++) {
                verifier[len] = '\0';
                ASSERT_EQ(pkce_verifier_is_wellformed(verifier), len >= 43 && len <= 128);
                verifier[len] = 'a';
        }
}

TEST(each_character_of_a_verifier_is_unreserved) {
        static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789-._~";

        for (int c = 1; c < 256; c++) {
                char verifier[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

                verifier[20] = (char) c;
                ASSERT_EQ(pkce_verifier_is_wellformed(verifier), strchr(unreserved, c) != NULL);
        }
}

/* RFC 7636 section 4.2: base64url of a SHA-256 without padding. */
TEST(a_challenge_is_43_characters_of_base64url) {
        ASSERT_TRUE(pkce_challenge_is_wellformed("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        ASSERT_FALSE(pkce_challenge_is_wellformed(""));
        ASSERT_FALSE(pkce_challenge_is_wellformed("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c"));
        ASSERT_FALSE(pkce_challenge_is_wellformed("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="));
        ASSERT_FALSE(pkce_challenge_is_wellformed("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"));
        ASSERT_FALSE(pkce_challenge_is_wellformed("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw.cM"));
        ASSERT_FALSE(pkce_challenge_is_wellformed("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw cM"));
}
