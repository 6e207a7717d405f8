/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/rsa.h>
#include <stdio.h>

#include "base/json.h"
#include "base/reason.h"
#include "base/str.h"
#include "daemon/crypto/jwk.h"
#include "tests/support/rfc7515.h"
#include "tests/support/test.h"

static int import(KeyAlg alg, const char *text) {
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL;

        return jwk_import(text, strlen(text), alg, &pkey);
}

TEST(the_thumbprint_of_rfc_7638_is_computed) {
        static const char jwk[] = "{\"kty\":\"RSA\",\"n\":\"" RFC7638_N
                                  "\",\"e\":\"AQAB\",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}";
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL;
        char kid[KID_SIZE];

        ASSERT_OK(jwk_import(jwk, strlen(jwk), KEY_ALG_RS256, &pkey));
        ASSERT_OK(jwk_thumbprint(pkey, KEY_ALG_RS256, kid));
        ASSERT_STREQ(kid, RFC7638_KID);
}

TEST(a_key_says_its_public_half_and_nothing_more) {
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++) {
                CLEANUP(arena_done) Arena arena = ARENA_INIT(8192);
                CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL, *back = NULL;
                char kid[KID_SIZE], kid_back[KID_SIZE];
                JsonValue jwk, member;
                const char *text;

                ASSERT_OK(jwk_generate(alg, &pkey));
                ASSERT_OK(jwk_thumbprint(pkey, alg, kid));
                ASSERT_OK(jwk_public_text(&arena, pkey, alg, kid, &text));
                ASSERT_OK(json_check(text, strlen(text), &jwk, NULL));
                ASSERT_EQ(json_count(&jwk), alg == KEY_ALG_ES256 ? 7 : 6);
                ASSERT_EQ(json_member(&jwk, "d", &member), 0);
                ASSERT_EQ(json_member(&jwk, "kid", &member), 1);
                ASSERT_TRUE(json_str_eq(&member, kid));
                ASSERT_EQ(json_member(&jwk, "use", &member), 1);
                ASSERT_TRUE(json_str_eq(&member, "sig"));
                ASSERT_EQ(json_member(&jwk, "alg", &member), 1);
                ASSERT_TRUE(json_str_eq(&member, key_alg_name(alg)));

                ASSERT_OK(jwk_import(text, strlen(text), alg, &back));
                ASSERT_EQ(EVP_PKEY_eq(pkey, back), 1);
                ASSERT_OK(jwk_thumbprint(back, alg, kid_back));
                ASSERT_STREQ(kid, kid_back);
        }
}

TEST(a_private_key_survives_pkcs8_for_its_own_algorithm_only) {
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++) {
                CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL, *back = NULL, *wrong = NULL;
                KeyAlg other = alg == KEY_ALG_ES256 ? KEY_ALG_RS256 : KEY_ALG_ES256;
                uint8_t *der = NULL;
                size_t len = 0;

                ASSERT_OK(jwk_generate(alg, &pkey));
                ASSERT_OK(jwk_private_der(pkey, &der, &len));
                ASSERT_OK(jwk_from_private_der(der, len, alg, &back));
                ASSERT_EQ(EVP_PKEY_eq(pkey, back), 1);
                ASSERT_CODE(jwk_from_private_der(der, len, other, &wrong), -EBADMSG);
                ASSERT_CODE(jwk_from_private_der(der, len - 1, alg, &wrong), -EBADMSG);
                jwk_der_free(der, len);
        }
}

TEST(keys_that_do_not_fit_the_algorithm_are_refused) {
#define EC(members) "{\"kty\":\"EC\",\"crv\":\"P-256\"," members "}"
#define XY "\"x\":\"" RFC7515_A3_X "\",\"y\":\"" RFC7515_A3_Y "\""
#define RSA_KEY(members) "{\"kty\":\"RSA\"," members "}"
#define N "\"n\":\"" RFC7638_N "\""
        static const struct {
                KeyAlg alg;
                const char *jwk;
        } bad[] = {
                { KEY_ALG_ES256, "" },
                { KEY_ALG_ES256, "[]" },
                { KEY_ALG_ES256, "{}" },
                { KEY_ALG_RS256, EC(XY) },
                { KEY_ALG_ES256, RSA_KEY(N ",\"e\":\"AQAB\"") },
                { KEY_ALG_ES256, EC(XY ",\"alg\":\"RS256\"") },
                { KEY_ALG_ES256, EC(XY ",\"alg\":\"HS256\"") },
                { KEY_ALG_ES256, EC(XY ",\"use\":\"enc\"") },
                { KEY_ALG_ES256, EC(XY ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"") },
                { KEY_ALG_ES256, EC(XY ",\"k\":\"AAAA\"") },
                { KEY_ALG_ES256, EC(XY ",\"kty\":\"EC\"") },
                { KEY_ALG_ES256, "{\"kty\":\"EC\",\"crv\":\"P-384\"," XY "}" },
                { KEY_ALG_ES256, "{\"kty\":\"EC\"," XY "}" },
                { KEY_ALG_ES256, "{\"kty\":\"oct\",\"k\":\"AAAA\"}" },
                /* off the curve, at infinity, too short, padded */
                { KEY_ALG_ES256, EC("\"x\":\"" RFC7515_A3_X "\",\"y\":\"" RFC7515_A3_X "\"") },
                { KEY_ALG_ES256, EC("\"x\":\"AA\",\"y\":\"AA\"") },
                { KEY_ALG_ES256, EC("\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
                                    "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"") },
                { KEY_ALG_ES256, EC("\"x\":\"" RFC7515_A3_X "=\",\"y\":\"" RFC7515_A3_Y "\"") },
                { KEY_ALG_ES256, EC("\"x\":\"" RFC7515_A3_X "\"") },
                { KEY_ALG_ES256, EC("\"x\":1,\"y\":2") },
                /* exponents one, two, even, oversized, with a leading zero; a small modulus */
                { KEY_ALG_RS256, RSA_KEY(N ",\"e\":\"AQ\"") },
                { KEY_ALG_RS256, RSA_KEY(N ",\"e\":\"Ag\"") },
                { KEY_ALG_RS256, RSA_KEY(N ",\"e\":\"AQAA\"") },
                { KEY_ALG_RS256, RSA_KEY(N ",\"e\":\"AAEAAQ\"") },
                { KEY_ALG_RS256, RSA_KEY(N ",\"e\":\"////\"") },
                { KEY_ALG_RS256, RSA_KEY(N ",\"e\":\"_______________\"") },
                { KEY_ALG_RS256, RSA_KEY(N ",\"e\":\"\"") },
                { KEY_ALG_RS256, RSA_KEY(N) },
                { KEY_ALG_RS256, RSA_KEY("\"n\":\"AQAB\",\"e\":\"AQAB\"") },
        };

        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                if (import(bad[i].alg, bad[i].jwk) != IAM_E_INVALID)
                        fail_msg("accepted: %s", bad[i].jwk);
        ASSERT_OK(import(KEY_ALG_ES256, EC(XY)));
        ASSERT_OK(import(KEY_ALG_RS256, RSA_KEY(N ",\"e\":\"AQAB\"")));
}

TEST(a_small_rsa_key_fits_no_algorithm) {
        CLEANUP(evp_pkey_freep) EVP_PKEY *small = EVP_RSA_gen(1024);

        ASSERT_TRUE(small != NULL);
        ASSERT_FALSE(jwk_fits(small, KEY_ALG_RS256));
        ASSERT_FALSE(jwk_fits(small, KEY_ALG_ES256));
}
