/* SPDX-License-Identifier: Apache-2.0 */
/* The shared object itself: what it needs, what it offers, and that dlclose() does no harm. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "nss_module/module.h"
#include "tests/support/test.h"

static const char *module_path(void) {
        const char *path = getenv("IAM_NSS_MODULE"); /* set by tests/meson.build */

        ASSERT_TRUE(path != NULL);
        return path;
}

static bool is_mapped(const char *part) {
        FILE *file = fopen("/proc/self/maps", "re");
        char line[512];
        bool found = false;

        ASSERT_TRUE(file != NULL);
        while (fgets(line, sizeof(line), file) != NULL)
                found |= strstr(line, part) != NULL;
        fclose(file);
        return found;
}

TEST(the_module_brings_no_other_library_and_stays_after_dlclose) {
        typeof(_nss_iam_getpwnam_r) *by_name;
        struct passwd pwd;
        char buffer[512];
        int error = 0;
        bool had_unwinder = is_mapped("libgcc_s");

        for (int i = 0; i < 50; i++) {
                void *library = dlopen(module_path(), RTLD_NOW | RTLD_LOCAL);

                if (library == NULL)
                        fail_msg("%s", dlerror());
                *(void **) &by_name = dlsym(library, "_nss_iam_getpwnam_r");
                ASSERT_TRUE(by_name != NULL);
                ASSERT_OK(dlclose(library));
                /* As a thread that is inside while another calls dlclose(). */
                ASSERT_EQ(by_name("root", &pwd, buffer, sizeof(buffer), &error),
                          NSS_STATUS_NOTFOUND);
                ASSERT_EQ(error, ENOENT);
        }
        ASSERT_TRUE(is_mapped("libnss_iam.so.2"));
        ASSERT_EQ(is_mapped("libgcc_s"), had_unwinder);
}

TEST(the_module_offers_what_glibc_looks_for_and_nothing_of_ours) {
        static const char *const offered[] = {
                "getpwnam_r", "getpwuid_r", "setpwent",       "getpwent_r",
                "endpwent",   "getgrnam_r", "getgrgid_r",     "setgrent",
                "getgrent_r", "endgrent",   "initgroups_dyn",
        };
        void *library = dlopen(module_path(), RTLD_NOW | RTLD_LOCAL);
        char name[64];

        ASSERT_TRUE(library != NULL);
        for (size_t i = 0; i < ELEMENTSOF(offered); i++) {
                snprintf(name, sizeof(name), "_nss_iam_%s", offered[i]);
                ASSERT_TRUE(dlsym(library, name) != NULL);
        }
        ASSERT_TRUE(dlsym(library, "directory_open") == NULL);
        ASSERT_TRUE(dlsym(library, "arena_alloc") == NULL);
        ASSERT_OK(dlclose(library));
}
