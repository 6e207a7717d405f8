/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/reason.h"
#include "base/str.h"
#include "daemon/crypto/jws.h"
#include "tests/support/crypto_fixture.h"
#include "tests/support/rfc7515.h"

static const RealmId realm = { .id = { { 1 } } }, other_realm = { .id = { { 2 } } };
static const char claims[] = "{\"iss\":\"https://id.example/realms/demo\",\"sub\":\"alice\"}";

static int verify_vector(KeyAlg alg, const char *jwk, const char *jws, const char **ret) {
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL;
        static Arena arena = ARENA_INIT(1 << 16);

        arena_reset(&arena);
        ASSERT_OK(jwk_import(jwk, strlen(jwk), alg, &pkey));
        return jws_verify(&arena, &(JwsKey){ .alg = alg, .pkey = pkey }, NULL, jws, ret);
}

TEST(the_examples_of_rfc_7515_verify) {
        const char *payload = NULL;

        /* Appendix A.2 and A.3; neither has a kid or a typ. */
        ASSERT_OK(verify_vector(KEY_ALG_RS256, rfc7515_a2_jwk, rfc7515_a2_jws, &payload));
        ASSERT_TRUE(str_starts_with(payload, "{\"iss\":\"joe\","));
        ASSERT_OK(verify_vector(KEY_ALG_ES256, rfc7515_a3_jwk, rfc7515_a3_jws, &payload));
        ASSERT_TRUE(str_starts_with(payload, "{\"iss\":\"joe\","));
}

TEST(a_token_of_ours_verifies_with_its_own_record_type_and_realm) {
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++) {
                CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 17);
                const char *jws, *out, *kid;
                SigningKey key, twin, moved;
                CryptoPort port;
                CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

                ASSERT_OK(port.key_make(crypto, &arena, &realm, alg, &key));
                ASSERT_OK(port.key_make(crypto, &arena, &realm, alg, &twin));
                ASSERT_OK(port.sign(crypto, &arena, &key, "at+jwt", claims, &jws));
                ASSERT_OK(port.jws_kid(crypto, &arena, jws, &kid));
                ASSERT_STREQ(kid, key.kid);
                ASSERT_OK(port.verify(crypto, &arena, &key, "at+jwt", jws, &out));
                ASSERT_STREQ(out, claims);

                /* Token types do not mix, and keys neither. */
                ASSERT_CODE(port.verify(crypto, &arena, &key, "JWT", jws, &out),
                            IAM_E_TOKEN_INVALID);
                ASSERT_CODE(port.verify(crypto, &arena, &twin, "at+jwt", jws, &out),
                            IAM_E_TOKEN_INVALID);

                /* A private key moved to another realm does not open. */
                moved = key;
                moved.realm = other_realm;
                ASSERT_CODE(port.sign(crypto, &arena, &moved, "JWT", claims, &jws), -EBADMSG);
                /* Nor does a record whose parts were exchanged, in the cache or not. */
                moved = key;
                moved.private_key = twin.private_key;
                port.key_forget(crypto, &realm, key.kid);
                ASSERT_CODE(port.sign(crypto, &arena, &moved, "JWT", claims, &jws), -EBADMSG);
                moved = key;
                moved.public_jwk = twin.public_jwk;
                port.key_forget(crypto, &realm, key.kid);
                ASSERT_CODE(port.verify(crypto, &arena, &moved, "at+jwt", jws, &out), -EBADMSG);
        }
}

/* The second time the key is one that would refuse: so nothing was computed. */
TEST(a_signature_found_good_is_not_computed_again_but_only_for_the_same_key_and_token) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 17);
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL, *wrong = NULL;
        const char *jws, *other, *out;
        Verified *verified = NULL;

        ASSERT_OK(verified_new(&verified));
        ASSERT_OK(jwk_generate(KEY_ALG_ES256, &pkey));
        ASSERT_OK(jwk_generate(KEY_ALG_ES256, &wrong));
        JwsKey key = { .alg = KEY_ALG_ES256, .kid = "k", .pkey = pkey, .verified = verified };
        JwsKey blind = key, moved = key;
        blind.pkey = moved.pkey = wrong;
        moved.kid = "l";
        ASSERT_OK(jws_sign(&arena, &key, "JWT", claims, &jws));
        ASSERT_OK(jws_sign(&arena, &key, "JWT", "{\"sub\":\"bob\"}", &other));

        ASSERT_CODE(jws_verify(&arena, &blind, "JWT", jws, &out), IAM_E_TOKEN_INVALID);
        ASSERT_OK(jws_verify(&arena, &key, "JWT", jws, &out));
        ASSERT_OK(jws_verify(&arena, &blind, "JWT", jws, &out));
        ASSERT_STREQ(out, claims);
        ASSERT_CODE(jws_verify(&arena, &blind, "at+jwt", jws, &out), IAM_E_TOKEN_INVALID);
        ASSERT_CODE(jws_verify(&arena, &moved, "JWT", jws, &out), IAM_E_TOKEN_INVALID);
        ASSERT_CODE(jws_verify(&arena, &blind, "JWT", other, &out), IAM_E_TOKEN_INVALID);

        /* The signed part of one token with the signature of another. */
        size_t len = (size_t) (strrchr(jws, '.') - jws);
        const char *mixed = arena_printf(&arena, "%.*s%s", (int) len, jws, strrchr(other, '.'));
        ASSERT_CODE(jws_verify(&arena, &key, "JWT", mixed, &out), IAM_E_TOKEN_INVALID);
        ASSERT_CODE(jws_verify(&arena, &blind, "JWT", mixed, &out), IAM_E_TOKEN_INVALID);
        (void) verified_free(verified);
}

TEST(however_many_signatures_are_found_good_the_last_is_remembered) {
        Sha256 fact = {}, first = { .bytes = { 1 } };
        Verified *verified = NULL;

        ASSERT_OK(verified_new(&verified));
        verified_put(verified, &first);
        for (uint32_t i = 0; i < 2 * VERIFIED_MAX; i++) {
                memcpy(fact.bytes, &i, sizeof(i));
                fact.bytes[31] = 1;
                ASSERT_TRUE(!verified_has(verified, &fact));
                verified_put(verified, &fact);
                ASSERT_TRUE(verified_has(verified, &fact));
        }
        ASSERT_TRUE(!verified_has(verified, &first));
        (void) verified_free(verified);
}

/* header.payload signed for real with the record's own key, so that only the header is at fault. */
static const char *forge(Arena *arena, const JwsKey *key, const char *header, const char *payload) {
        CLEANUP(evp_md_ctx_freep) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
        size_t header_len = strlen(header), payload_len = strlen(payload), der_len = 128;
        char *text =
                        arena_alloc(arena, BASE64_SIZE(header_len) + BASE64_SIZE(payload_len) +
                                                           BASE64_SIZE(64));
        uint8_t der[128], raw[64];
        const uint8_t *at = der;

        ASSERT_TRUE(text != NULL);
        size_t len = base64url_encode(header, header_len, text);
        text[len++] = '.';
        len += base64url_encode(payload, payload_len, text + len);
        ASSERT_EQ(EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, key->pkey, NULL), 1);
        ASSERT_EQ(EVP_DigestSign(ctx, der, &der_len, (uint8_t *) text, len), 1);
        CLEANUP(ecdsa_sig_freep) ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long) der_len);
        ASSERT_TRUE(sig != NULL);
        BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + 32, 32);
        text[len++] = '.';
        base64url_encode(raw, sizeof raw, text + len);
        return text;
}

TEST(a_header_must_be_exactly_what_the_record_says) {
        static const char *const bad[] = {
                "{\"alg\":\"none\",\"kid\":\"k\",\"typ\":\"JWT\"}",
                "{\"alg\":\"HS256\",\"kid\":\"k\",\"typ\":\"JWT\"}",
                "{\"alg\":\"RS256\",\"kid\":\"k\",\"typ\":\"JWT\"}",
                "{\"alg\":\"es256\",\"kid\":\"k\",\"typ\":\"JWT\"}",
                "{\"alg\":\"ES256\",\"kid\":\"other\",\"typ\":\"JWT\"}",
                "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"at+jwt\"}",
                "{\"alg\":\"ES256\",\"kid\":\"k\"}",
                "{\"alg\":\"ES256\",\"typ\":\"JWT\"}",
                "{\"kid\":\"k\",\"typ\":\"JWT\"}",
                "{\"alg\":[\"ES256\"],\"kid\":\"k\",\"typ\":\"JWT\"}",
                "{\"alg\":\"ES256\",\"kid\":1,\"typ\":\"JWT\"}",
                "{\"alg\":\"ES256\",\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\"}",
                "{\"alg\":\"ES256\",\"kid\":\"k\",\"kid\":\"k\",\"typ\":\"JWT\"}",
                "{\"alg\":\"ES256\",\"\\u0061lg\":\"none\",\"kid\":\"k\",\"typ\":\"JWT\"}",
                "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\",\"crit\":[\"exp\"]}",
                "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\",\"crit\":[]}",
                "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\",\"jwk\":{\"kty\":\"EC\"}}",
                "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\",\"jku\":\"https://x.example\"}",
                "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\",\"x5u\":\"https://x.example\"}",
                "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\",\"x5c\":[\"AA==\"]}",
                "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\",\"zip\":\"DEF\"}",
                "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\",\"b64\":false}",
                "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\"}x",
                "[\"ES256\"]",
                "\"ES256\"",
        };
        static const char *const bad_payloads[] = {
                "[]",
                "1",
                "\"x\"",
                "{",
                "{}{}",
                "{\"exp\":1.5}",
                "{\"exp\":1,\"exp\":2}",
                "{\"a\":\"\\ud800\"}",
                "not json",
        };
        static const char good[] = "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\"}";
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 18);
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL;
        const char *out;

        ASSERT_OK(jwk_generate(KEY_ALG_ES256, &pkey));
        JwsKey key = { .alg = KEY_ALG_ES256, .kid = "k", .pkey = pkey };
        ASSERT_OK(jws_verify(&arena, &key, "JWT", forge(&arena, &key, good, claims), &out));
        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                const char *jws = forge(&arena, &key, bad[i], claims);
                if (jws_verify(&arena, &key, "JWT", jws, &out) != IAM_E_TOKEN_INVALID)
                        fail_msg("accepted: %s", bad[i]);
        }
        for (size_t i = 0; i < ELEMENTSOF(bad_payloads); i++) {
                const char *jws = forge(&arena, &key, good, bad_payloads[i]);
                if (jws_verify(&arena, &key, "JWT", jws, &out) != IAM_E_TOKEN_INVALID)
                        fail_msg("accepted: %s", bad_payloads[i]);
        }
        ASSERT_TRUE(strstr(forge(&arena, &key, good, claims), "..") == NULL);
}

#define SIXTY_SIX_BYTES                                                                            \
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"                                             \
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

TEST(a_signature_in_another_shape_is_refused) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 17);
        char text[2048];
        const char *jws, *out, *dot;
        SigningKey key;
        CryptoPort port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);
        static const char *const tails[] = {
                "", "AA", SIXTY_SIX_BYTES, "MEUCIQDx", "AAAA.AAAA",
        };

        ASSERT_OK(port.key_make(crypto, &arena, &realm, KEY_ALG_ES256, &key));
        ASSERT_OK(port.sign(crypto, &arena, &key, "JWT", claims, &jws));
        dot = strrchr(jws, '.');
        for (size_t i = 0; i < ELEMENTSOF(tails); i++) {
                snprintf(text, sizeof text, "%.*s.%s", (int) (dot - jws), jws, tails[i]);
                ASSERT_CODE(port.verify(crypto, &arena, &key, "JWT", text, &out),
                            IAM_E_TOKEN_INVALID);
        }
        snprintf(text, sizeof text, "%s=", jws);
        ASSERT_CODE(port.verify(crypto, &arena, &key, "JWT", text, &out), IAM_E_TOKEN_INVALID);
        snprintf(text, sizeof text, "%s ", jws);
        ASSERT_CODE(port.verify(crypto, &arena, &key, "JWT", text, &out), IAM_E_TOKEN_INVALID);
        ASSERT_CODE(port.verify(crypto, &arena, &key, "JWT", "", &out), IAM_E_TOKEN_INVALID);
        ASSERT_CODE(port.jws_kid(crypto, &arena, "a.b", &out), IAM_E_TOKEN_INVALID);

        /* Every character counts: no other token has this one's meaning. */
        size_t len = strlen(jws);
        memcpy(text, jws, len + 1);
        for (size_t i = 0; i < len; i++) {
                text[i] = jws[i] == 'A' ? 'B' : 'A';
                ASSERT_CODE(port.verify(crypto, &arena, &key, "JWT", text, &out),
                            IAM_E_TOKEN_INVALID);
                text[i] = jws[i];
        }
        ASSERT_OK(port.verify(crypto, &arena, &key, "JWT", text, &out));
}

TEST(a_right_signature_with_a_byte_more_is_refused) {
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++) {
                CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
                uint8_t signature[300] = {};
                char text[2048];
                const char *jws, *out;
                size_t len = 0;
                SigningKey key;
                CryptoPort port;
                CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

                ASSERT_OK(port.key_make(crypto, &arena, &realm, alg, &key));
                ASSERT_OK(port.sign(crypto, &arena, &key, "JWT", claims, &jws));
                const char *tail = strrchr(jws, '.') + 1;
                ASSERT_OK(base64url_decode(tail, strlen(tail), signature, sizeof signature, &len));
                ASSERT_EQ(len, alg == KEY_ALG_ES256 ? 64 : 256);
                memcpy(text, jws, (size_t) (tail - jws));
                base64url_encode(signature, len + 1, text + (tail - jws));
                ASSERT_CODE(port.verify(crypto, &arena, &key, "JWT", text, &out),
                            IAM_E_TOKEN_INVALID);
                base64url_encode(signature, len, text + (tail - jws));
                ASSERT_OK(port.verify(crypto, &arena, &key, "JWT", text, &out));
        }
}

typedef struct Worker {
        CryptoPort *port;
        const SigningKey *keys;
        int failures;
} Worker;

static void *sign_and_forget(void *arg) {
        Worker *worker = arg;
        CryptoPort *port = worker->port;

        for (int i = 0; i < 60; i++) {
                CLEANUP(arena_done) Arena arena = ARENA_INIT(8192);
                const SigningKey *key = &worker->keys[i % 3];
                const char *jws, *out;

                if (port->sign(port->self, &arena, key, "JWT", claims, &jws) != 0 ||
                    port->verify(port->self, &arena, key, "JWT", jws, &out) != 0)
                        worker->failures++;
                if (i % 7 == 0)
                        port->key_forget(port->self, &key->realm, key->kid);
        }
        return NULL;
}

TEST(threads_share_keys_that_are_forgotten_meanwhile) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        SigningKey keys[3];
        Worker workers[4];
        pthread_t threads[4];
        CryptoPort port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

        for (size_t i = 0; i < ELEMENTSOF(keys); i++)
                ASSERT_OK(port.key_make(crypto, &arena, &realm, KEY_ALG_ES256, &keys[i]));
        for (size_t i = 0; i < ELEMENTSOF(threads); i++) {
                workers[i] = (Worker){ .port = &port, .keys = keys };
                ASSERT_OK(pthread_create(&threads[i], NULL, sign_and_forget, &workers[i]));
        }
        for (size_t i = 0; i < ELEMENTSOF(threads); i++) {
                ASSERT_OK(pthread_join(threads[i], NULL));
                ASSERT_EQ(workers[i].failures, 0);
        }
}

TEST(sixteen_kibibytes_are_the_end) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 17);
        char *big = calloc(1, JWS_MAX + 2);
        const char *jws, *out;
        SigningKey key;
        CryptoPort port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

        ASSERT_TRUE(big != NULL);
        ASSERT_OK(port.key_make(crypto, &arena, &realm, KEY_ALG_ES256, &key));
        memset(big, 'A', JWS_MAX + 1);
        ASSERT_CODE(port.jws_kid(crypto, &arena, big, &out), IAM_E_TOKEN_INVALID);

        /* base64 makes four of three. */
        memset(big, ' ', JWS_MAX / 4 * 3);
        big[0] = '{';
        memcpy(big + JWS_MAX / 4 * 3 - 1, "}", 2);
        ASSERT_CODE(port.sign(crypto, &arena, &key, "JWT", big, &jws), -EMSGSIZE);
        memcpy(big + JWS_MAX / 2, "}", 2);
        ASSERT_OK(port.sign(crypto, &arena, &key, "JWT", big, &jws));
        ASSERT_OK(port.verify(crypto, &arena, &key, "JWT", jws, &out));
        free(big);
}

TEST(only_a_json_object_is_signed) {
        static const char *const bad[] = { "", "[]", "null", "{", "{\"a\":1,\"a\":2}", "{}x" };
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        const char *jws;
        SigningKey key;
        CryptoPort port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

        ASSERT_OK(port.key_make(crypto, &arena, &realm, KEY_ALG_ES256, &key));
        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ASSERT_CODE(port.sign(crypto, &arena, &key, "JWT", bad[i], &jws), -EINVAL);
}

TEST(more_keys_than_the_cache_holds_still_sign) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4 << 20);
        enum { N = 300 };
        static SigningKey keys[N];
        const char *jws, *out;
        CryptoPort port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

        for (int i = 0; i < N; i++)
                ASSERT_OK(port.key_make(crypto, &arena, &realm, KEY_ALG_ES256, &keys[i]));
        for (int round = 0; round < 2; round++)
                for (int i = 0; i < N; i++) {
                        ASSERT_OK(port.sign(crypto, &arena, &keys[i], "JWT", claims, &jws));
                        ASSERT_OK(port.verify(crypto, &arena, &keys[i], "JWT", jws, &out));
                }
}

TEST(rsa_keys_made_ahead_are_used_once_each) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 17);
        SigningKey one, two;
        CryptoPort port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

        ASSERT_OK(crypto_rsa_pool_fill(crypto));
        ASSERT_OK(crypto_rsa_pool_fill(crypto)); /* full: nothing to do */
        ASSERT_OK(port.key_make(crypto, &arena, &realm, KEY_ALG_RS256, &one));
        ASSERT_OK(port.key_make(crypto, &arena, &realm, KEY_ALG_RS256, &two));
        ASSERT_FALSE(str_eq(one.kid, two.kid));
}
