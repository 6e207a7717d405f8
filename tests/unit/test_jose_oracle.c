/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What we sign, two implementations that are not ours accept with the JWK that we publish: the jose
 * tool and cjose.  Without them this test fails; it never skips.
 */
#include <cjose/cjose.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/support/crypto_fixture.h"

static const RealmId realm = { .id = { { 1 } } };
static const char claims[] = "{\"iss\":\"https://id.example/realms/demo\",\"exp\":4102444800}";

static void write_file(const char *path, const char *text) {
        FILE *file = fopen(path, "we");

        ASSERT_TRUE(file != NULL);
        ASSERT_TRUE(fputs(text, file) >= 0);
        ASSERT_OK(fclose(file));
}

/* jose jws ver -i token -k jwk -O out, in folder; true when it accepts and prints our claims. */
static bool jose_accepts(const char *folder, const char *jwk, const char *jws) {
        char token_path[64], jwk_path[64], out_path[64], out[sizeof claims + 1] = {};
        posix_spawn_file_actions_t actions;
        int status = -1;
        pid_t pid;

        snprintf(token_path, sizeof token_path, "%s/token", folder);
        snprintf(jwk_path, sizeof jwk_path, "%s/jwk", folder);
        snprintf(out_path, sizeof out_path, "%s/out", folder);
        write_file(token_path, jws);
        write_file(jwk_path, jwk);

        char *const argv[] = { (char[]){ "jose" }, (char[]){ "jws" },
                               (char[]){ "ver" },  (char[]){ "-i" },
                               token_path,         (char[]){ "-k" },
                               jwk_path,           (char[]){ "-O" },
                               out_path,           NULL };
        ASSERT_OK(posix_spawn_file_actions_init(&actions));
        ASSERT_OK(posix_spawnp(&pid, "jose", &actions, NULL, argv, environ));
        ASSERT_OK(posix_spawn_file_actions_destroy(&actions));
        ASSERT_EQ(waitpid(pid, &status, 0), pid);

        FILE *file = fopen(out_path, "re");
        if (file != NULL) {
                size_t n = fread(out, 1, sizeof out - 1, file);
                out[n] = '\0';
                fclose(file);
        }
        unlink(token_path);
        unlink(jwk_path);
        unlink(out_path);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0 && strcmp(out, claims) == 0;
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

static void check_alg(const char *folder, KeyAlg alg) {
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
        ASSERT_TRUE(jose_accepts(folder, key.public_jwk, jws));

        char *altered = arena_strdup(&arena, jws);
        ASSERT_TRUE(altered != NULL);
        char *first = strrchr(altered, '.') + 1;
        *first = *first == 'A' ? 'B' : 'A';
        ASSERT_FALSE(cjose_accepts(key.public_jwk, altered));
        ASSERT_FALSE(jose_accepts(folder, key.public_jwk, altered));
}

TEST(the_jose_tool_and_cjose_accept_our_tokens_and_no_altered_ones) {
        char folder[] = "/tmp/iamd-jose-XXXXXX";

        ASSERT_TRUE(mkdtemp(folder) != NULL);
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++)
                check_alg(folder, alg);
        ASSERT_OK(rmdir(folder));
}
