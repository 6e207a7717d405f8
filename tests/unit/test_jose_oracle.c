/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What we sign, two implementations that are not ours accept with the JWK that we publish: the jose
 * tool and cjose.  Without them this test fails; it never skips.
 */
#include <cjose/cjose.h>

#include "base/buf.h"
#include "tests/support/crypto_fixture.h"
#include "tests/support/jose.h"

static const RealmId realm = { .id = { { 1 } } };
static const char claims[] = "{\"iss\":\"https://id.example/realms/demo\",\"exp\":4102444800}";

/* True when the jose tool accepts it and prints our claims. */
static bool jose_accepts_claims(const char *jwk, const char *jws) {
        char out[JOSE_CLAIMS_MAX];

        return jose_accepts(jwk, jws, out) && strcmp(out, claims) == 0;
}

static bool cjose_accepts(const char *jwk_text, const char *jws_text) {
        cjose_err error;
        cjose_jwk_t *jwk = cjose_jwk_import(jwk_text, strlen(jwk_text), &error);
        cjose_jws_t *jws = cjose_jws_import(jws_text, strlen(jws_text), &error);
        uint8_t *payload = NULL;
        size_t len = 0;

        bool accepted = jwk != NULL && jws != NULL && cjose_jws_verify(jws, jwk, &error) &&
                        cjose_jws_get_plaintext(jws, &payload, &len, &error) &&
                        bytes_equal(payload, len, claims, strlen(claims));
        cjose_jws_release(jws);
        cjose_jwk_release(jwk);
        return accepted;
}

static void check_alg(KeyAlg alg) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        const char *jws;
        SigningKey key;
        CryptoPort port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

        ASSERT_OK(port.key_make(crypto, &arena, &realm, alg, &key));
        for (int i = 0; i < 8; i++) { /* signatures with leading zeros come by chance */
                ASSERT_OK(port.sign(crypto, &arena, &key, "JWT", claims, &jws));
                ASSERT_TRUE(cjose_accepts(key.public_jwk, jws));
        }
        ASSERT_TRUE(jose_accepts_claims(key.public_jwk, jws));

        char *altered = arena_strdup(&arena, jws);
        ASSERT_TRUE(altered != NULL);
        char *first = strrchr(altered, '.') + 1;
        *first = *first == 'A' ? 'B' : 'A';
        ASSERT_FALSE(cjose_accepts(key.public_jwk, altered));
        ASSERT_FALSE(jose_accepts_claims(key.public_jwk, altered));
}

TEST(the_jose_tool_and_cjose_accept_our_tokens_and_no_altered_ones) {
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++)
                check_alg(alg);
}
