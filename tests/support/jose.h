/* SPDX-License-Identifier: Apache-2.0 */
/* The jose tool as a verifier whose code is not ours.  Without it a test fails; it never skips. */
#pragma once

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/test.h"

#define JOSE_CLAIMS_MAX 4096

static void jose_put(const char *path, const char *text) {
        FILE *file = fopen(path, "we");

        ASSERT_TRUE(file != NULL);
        ASSERT_TRUE(fputs(text, file) >= 0);
        ASSERT_OK(fclose(file));
}

static void jose_take(const char *path, char ret[JOSE_CLAIMS_MAX]) {
        FILE *file = fopen(path, "re");
        size_t n = 0;

        if (file != NULL) {
                n = fread(ret, 1, JOSE_CLAIMS_MAX - 1, file);
                ASSERT_OK(fclose(file));
        }
        ret[n] = '\0';
        (void) unlink(path);
}

/* jose jws ver; keys: a JWK or a set of them.  What it accepts, it writes the claims of. */
static bool jose_accepts(const char *keys, const char *jws, char ret_claims[JOSE_CLAIMS_MAX]) {
        char folder[] = "/tmp/iamd-jose-XXXXXX";
        char token_path[64];
        char keys_path[64];
        char out_path[64];
        int status = -1;
        pid_t pid;

        ASSERT_TRUE(mkdtemp(folder) != NULL);
        (void) snprintf(token_path, sizeof(token_path), "%s/token", folder);
        (void) snprintf(keys_path, sizeof(keys_path), "%s/keys", folder);
        (void) snprintf(out_path, sizeof(out_path), "%s/out", folder);
        jose_put(token_path, jws);
        jose_put(keys_path, keys);

        char *const argv[] = { (char[]){ "jose" }, (char[]){ "jws" },
                               (char[]){ "ver" },  (char[]){ "-i" },
                               token_path,         (char[]){ "-k" },
                               keys_path,          (char[]){ "-O" },
                               out_path,           NULL };
        ASSERT_OK(posix_spawnp(&pid, "jose", NULL, NULL, argv, environ));
        ASSERT_EQ(waitpid(pid, &status, 0), pid);

        jose_take(out_path, ret_claims);
        (void) unlink(token_path);
        (void) unlink(keys_path);
        ASSERT_OK(rmdir(folder));
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
