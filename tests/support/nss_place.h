/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gives nss_module's code a public directory and a socket of this test program's own.  Include
 * once: it defines what nss_module/paths.c defines in the module.
 */
#pragma once

#include <stdlib.h>
#include <sys/random.h>

#include "nss_module/source.h"
#include "tests/support/publish.h"
#include "tests/support/test.h"

static char place_root[] = "/tmp/iam-nss-XXXXXX";
static char place_public[64];
static char place_socket[64];

const char *const nss_public_dir = place_public;
const char *const nss_lookup_socket = place_socket;

static void place_remove(void) {
        char path[128];

        for (size_t i = 0; i < 2; i++) {
                snprintf(path, sizeof(path), "%s/%s", place_public,
                         i == 0 ? DIRECTORY_FILE : GENERATION_FILE);
                unlink(path);
        }
        unlink(place_socket);
        rmdir(place_public);
        rmdir(place_root);
}

static void place_make(void) {
        if (place_public[0] != '\0')
                return;
        ASSERT_TRUE(mkdtemp(place_root) != NULL);
        snprintf(place_public, sizeof(place_public), "%s/public", place_root);
        snprintf(place_socket, sizeof(place_socket), "%s/lookup.socket", place_root);
        ASSERT_OK(mkdir(place_public, 0755));
        atexit(place_remove);
}

static void place_publish(DirectoryInput *input) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(directory_build_bound(input));
        DirectoryImage image;

        place_make();
        ASSERT_OK(directory_build(&arena, input, &image));
        ASSERT_OK(publish_bytes(place_public, image.bytes, image.len));
}

/* Takes directory.v1 away, as seen by who looks anew. */
[[maybe_unused]] static void place_unpublish(void) {
        char path[128];

        place_make();
        ASSERT_OK(publish_bytes(place_public, "nothing", 7));
        snprintf(path, sizeof(path), "%s/%s", place_public, DIRECTORY_FILE);
        ASSERT_OK(unlink(path));
}
