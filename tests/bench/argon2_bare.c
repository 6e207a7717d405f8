/* SPDX-License-Identifier: Apache-2.0 */
/* Password hashes by bare libargon2 at iamd's cost, one after the other: `argon2_bare SECONDS`
 * prints how many a second.  What servers.py holds logins against. */
#include <argon2.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "daemon/crypto/crypto.h"

static double now(void) {
        struct timespec at;

        (void) clock_gettime(CLOCK_MONOTONIC, &at);
        return (double) at.tv_sec + (double) at.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
        static const char password[] = "correct horse battery";
        const PasswordCost cost = PASSWORD_COST_DEFAULT;
        double seconds = argc == 2 ? strtod(argv[1], NULL) : 0, began = now();
        uint8_t hash[32];
        unsigned n = 0;

        if (seconds <= 0) {
                (void) fprintf(stderr, "usage: argon2_bare SECONDS\n");
                return 2;
        }
        for (; now() - began < seconds; n++)
                if (argon2id_hash_raw(
                                    cost.passes, cost.memory_kib, cost.lanes, password,
                                    sizeof password - 1, "somesaltsomesalt", 16, hash,
                                    sizeof hash) != ARGON2_OK)
                        return 1;
        (void) printf("%.3f\n", n / (now() - began));
        return 0;
}
