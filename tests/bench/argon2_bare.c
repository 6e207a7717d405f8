/* SPDX-License-Identifier: Apache-2.0 */
/* Password hashes by bare libargon2 at iamd's cost, one after the other: `argon2_bare SECONDS`
 * prints how many a second.  What servers.py holds logins against. */
#include <argon2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/crypto/crypto.h"

static double now(void) {
        struct timespec at;

        (void) clock_gettime(CLOCK_MONOTONIC, &at);
        return (double) at.tv_sec + (double) at.tv_nsec / 1e9;
}

/* iamd's threads keep the memory of their hashes, so this does too. */
static uint8_t *kept;

static int keep(uint8_t **ret, size_t len) {
        if (kept == NULL)
                kept = malloc(len);
        *ret = kept;
        return kept == NULL ? ARGON2_MEMORY_ALLOCATION_ERROR : ARGON2_OK;
}

static void let_go(uint8_t *, size_t) {
}

static int hash_once(void) {
        static const char password[] = "correct horse battery", salt[] = "somesaltsomesalt";
        const PasswordCost cost = PASSWORD_COST_DEFAULT;
        uint8_t hash[32], secret[sizeof password], grain[sizeof salt];
        argon2_context context = {
                .out = hash,
                .outlen = sizeof hash,
                .pwd = memcpy(secret, password, sizeof password),
                .pwdlen = sizeof password - 1,
                .salt = memcpy(grain, salt, sizeof salt),
                .saltlen = sizeof salt - 1,
                .t_cost = cost.passes,
                .m_cost = cost.memory_kib,
                .lanes = cost.lanes,
                .threads = cost.lanes,
                .version = ARGON2_VERSION_NUMBER,
                .allocate_cbk = keep,
                .free_cbk = let_go,
        };

        return argon2id_ctx(&context);
}

int main(int argc, char **argv) {
        double seconds = argc == 2 ? strtod(argv[1], NULL) : 0, began = now();
        unsigned n = 0;

        if (seconds <= 0) {
                (void) fprintf(stderr, "usage: argon2_bare SECONDS\n");
                return 2;
        }
        for (; now() - began < seconds; n++)
                if (hash_once() != ARGON2_OK)
                        return 1;
        (void) printf("%.3f\n", n / (now() - began));
        free(kept);
        return 0;
}
