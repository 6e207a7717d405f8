/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target once over each file of the folders given, so that what fuzzing found stays
 * found in every build and with every compiler.  An empty corpus is a failure.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "tests/support/fuzz.h"

#define INPUT_MAX (1u << 20)

static int run_file(const char *path) {
        FILE *file = fopen(path, "rbe");
        uint8_t *scratch;
        uint8_t *exact;
        size_t len;

        if (file == NULL)
                return -errno;
        scratch = malloc(INPUT_MAX);
        assert(scratch != NULL);
        len = fread(scratch, 1, INPUT_MAX, file);
        fclose(file);

        /* A block of the very size lets ASan see the first byte too far. */
        exact = malloc(len > 0 ? len : 1);
        assert(exact != NULL);
        memcpy(exact, scratch, len);
        free(scratch);
        LLVMFuzzerTestOneInput(exact, len);
        free(exact);
        return 0;
}

static int run_folder(const char *folder, size_t *ret_n) {
        DIR *dir = opendir(folder);
        struct dirent *entry;
        size_t n = 0;
        int r = 0;

        if (dir == NULL)
                return -errno;
        while (r == 0 && (entry = readdir(dir)) != NULL) {
                char path[4096];
                int len;

                if (entry->d_name[0] == '.')
                        continue;
                len = snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
                assert(len > 0 && (size_t) len < sizeof(path));
                r = run_file(path);
                n++;
        }
        closedir(dir);
        *ret_n = n;
        return r;
}

int main(int argc, char **argv) {
        for (int i = 1; i < argc; i++) {
                size_t n = 0;
                int r = run_folder(argv[i], &n);

                if (r < 0 || n == 0) {
                        fprintf(stderr, "%s: %s\n", argv[i], r < 0 ? strerror(-r) : "no inputs");
                        return 1;
                }
                printf("%s: %zu inputs\n", argv[i], n);
        }
        return argc > 1 ? 0 : 1;
}
