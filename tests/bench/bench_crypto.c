/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What our layers cost over the libraries below them: a token signed and verified by the port
 * beside bare EVP over the same bytes, and a password hash beside bare libargon2 of the same cost.
 * Medians of repeats in one run; only the ratios mean something on another machine.
 */
#include <argon2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/secret_bytes.h"
#include "daemon/crypto/crypto.h"
#include "daemon/crypto/jwk.h"

#define REPEATS 7
#define CLAIMS_SIZE 550

typedef struct Bench {
        CryptoPort port;
        Crypto *crypto;
        SigningKey key;
        EVP_PKEY *bare_key;
        Secret password;
        Arena arena;
        const char *jws;
        const char *phc;
        char claims[CLAIMS_SIZE + 1];
        uint8_t signature[512];
        size_t signature_len;
} Bench;

static void must(bool done, const char *what) {
        if (!done) {
                fprintf(stderr, "bench_crypto: %s failed\n", what);
                exit(1);
        }
}

static double now_us(void) {
        struct timespec t;

        must(clock_gettime(CLOCK_MONOTONIC, &t) == 0, "clock");
        return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b) {
        const double *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

/* Microseconds of one call: the median over repeats of the mean over n calls. */
static double measure(Bench *b, void (*step)(Bench *), int n) {
        double us[REPEATS];

        step(b); /* warms caches */
        for (int i = 0; i < REPEATS; i++) {
                double start = now_us();
                for (int k = 0; k < n; k++)
                        step(b);
                us[i] = (now_us() - start) / n;
        }
        qsort(us, REPEATS, sizeof us[0], by_value);
        return us[REPEATS / 2];
}

static void our_sign(Bench *b) {
        arena_reset(&b->arena);
        must(b->port.sign(b->crypto, &b->arena, &b->key, "at+jwt", b->claims, &b->jws) == 0,
             "sign");
}

static void our_verify(Bench *b) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(8192);
        const char *claims;

        must(b->port.verify(b->crypto, &arena, &b->key, "at+jwt", b->jws, &claims) == 0, "verify");
}

static void bare_sign(Bench *b) {
        CLEANUP(evp_md_ctx_freep) EVP_MD_CTX *ctx = EVP_MD_CTX_new();

        b->signature_len = sizeof b->signature;
        must(EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, b->bare_key, NULL) == 1 &&
                             EVP_DigestSign(ctx, b->signature, &b->signature_len,
                                            (const uint8_t *) b->claims, CLAIMS_SIZE) == 1,
             "EVP_DigestSign");
}

static void bare_verify(Bench *b) {
        CLEANUP(evp_md_ctx_freep) EVP_MD_CTX *ctx = EVP_MD_CTX_new();

        must(EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", NULL, NULL, b->bare_key, NULL) == 1 &&
                             EVP_DigestVerify(
                                             ctx, b->signature, b->signature_len,
                                             (const uint8_t *) b->claims, CLAIMS_SIZE) == 1,
             "EVP_DigestVerify");
}

static void our_password(Bench *b) {
        bool rehash;

        must(b->port.password_verify(b->crypto, b->phc, &b->password, &rehash) == 0, "password");
}

static void bare_password(Bench *b) {
        PasswordCost cost = PASSWORD_COST_DEFAULT;
        uint8_t hash[32];

        must(argon2id_hash_raw(
                             cost.passes, cost.memory_kib, cost.lanes, secret_bytes(&b->password),
                             b->password.len, "somesaltsomesalt", 16, hash,
                             sizeof hash) == ARGON2_OK,
             "argon2id_hash_raw");
}

static void row(const char *name, double ours, double bare) {
        printf("%-18s ours %9.1f us   bare %9.1f us   ratio %.2f\n", name, ours, bare, ours / bare);
}

static void bench_alg(Bench *b, KeyAlg alg, int n) {
        RealmId realm = { .id = { { 1 } } };
        CLEANUP(arena_done) Arena keys = ARENA_INIT(16384);
        char name[32];

        must(b->port.key_make(b->crypto, &keys, &realm, alg, &b->key) == 0, "key_make");
        must(jwk_generate(alg, &b->bare_key) == 0, "jwk_generate");
        double ours = measure(b, our_sign, n), bare = measure(b, bare_sign, n);
        snprintf(name, sizeof name, "%s sign", key_alg_name(alg));
        row(name, ours, bare);
        ours = measure(b, our_verify, n);
        bare = measure(b, bare_verify, n);
        snprintf(name, sizeof name, "%s verify", key_alg_name(alg));
        row(name, ours, bare);
        EVP_PKEY_free(b->bare_key);
}

int main(void) {
        static Bench b = { .arena = ARENA_INIT(1 << 16) };
        Secret kek = { .len = KEK_SIZE };
        CryptoConfig config = { .kek = &kek, .password_cost = PASSWORD_COST_DEFAULT };

        must(crypto_new(&config, &b.crypto) == 0, "crypto_new");
        crypto_port(b.crypto, &b.port);
        memset(b.claims, ' ', CLAIMS_SIZE);
        memcpy(b.claims, "{\"sub\":\"alice\"", 14);
        b.claims[CLAIMS_SIZE - 1] = '}';

        bench_alg(&b, KEY_ALG_ES256, 500);
        bench_alg(&b, KEY_ALG_RS256, 60);

        CLEANUP(arena_done) Arena arena = ARENA_INIT(4096);
        must(secret_set(&b.password, "correct horse", 13) == 0, "secret_set");
        must(b.port.password_hash(b.crypto, &arena, &b.password, &b.phc) == 0, "password_hash");
        double ours = measure(&b, our_password, 4), bare = measure(&b, bare_password, 4);
        row("argon2id verify", ours, bare);

        arena_done(&b.arena);
        b.crypto = crypto_free(b.crypto);
        return 0;
}
