/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/pam.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/reason.h"
#include "cli/host/command.h"

#define UPDATE "/usr/sbin/pam-auth-update"
#define CONFIGS "/usr/share/pam-configs"
/* Two, because passwords are asked for in another order than logins: DECISIONS "Host". */
#define PROFILE "iam"
#define PROFILE_PASSWORD "iam-password"
#define DEBCONF "/debconf.conf"
#define MODULE "pam_iam.so"

const char *const host_pam_paths[] = {
        "/etc/pam.d/common-account",
        "/etc/pam.d/common-password",
        "/etc/pam.d/common-session",
        "/etc/pam.d/common-session-noninteractive",
        "/etc/pam.d/common-auth",
        "/var/lib/pam/account",
        "/var/lib/pam/password",
        "/var/lib/pam/session",
        "/var/lib/pam/session-noninteractive",
        "/var/lib/pam/auth",
        "/var/lib/pam/seen",
};
const size_t host_n_pam_paths = ELEMENTSOF(host_pam_paths);

#define N_COMMON 5 /* the first of them are PAM's, the others pam-auth-update's memory */

typedef struct Tree {
        char root[64];
} Tree;

static int entry_remove(const char *path, const struct stat *info, int type, struct FTW *walk) {
        (void) info;
        (void) type;
        (void) walk;
        return remove(path);
}

static void tree_done(Tree *tree) {
        if (tree->root[0] != '\0') /* NOLINTNEXTLINE(concurrency-mt-unsafe): no threads */
                (void) nftw(tree->root, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static int tree_make(Tree *ret) {
        static const char *const folders[] = { "/etc",      "/etc/pam.d",   "/var",
                                               "/var/lib",  "/var/lib/pam", "/usr",
                                               "/usr/share" };
        char path[MACHINE_PATH_MAX];

        (void) snprintf(ret->root, sizeof(ret->root), "/run/iam-host.XXXXXX");
        if (mkdtemp(ret->root) == NULL) {
                ret->root[0] = '\0';
                return -errno;
        }
        for (size_t i = 0; i < ELEMENTSOF(folders); i++) {
                (void) snprintf(path, sizeof(path), "%s%s", ret->root, folders[i]);
                if (mkdir(path, 0700) < 0)
                        return -errno;
        }
        (void) snprintf(path, sizeof(path), "%s%s", ret->root, CONFIGS);
        return symlink(CONFIGS, path) < 0 ? -errno : 0;
}

/* pam-auth-update asks debconf, which remembers the answer: in the tree too. */
static int debconf_place(const Tree *tree) {
        char text[512];
        int n =
                        snprintf(text, sizeof(text),
                                 "Config: config\nTemplates: templates\n\n"
                                 "Name: config\nDriver: File\nFilename: %s/config.dat\n\n"
                                 "Name: templates\nDriver: File\nFilename: %s/templates.dat\n",
                                 tree->root, tree->root);

        return host_file_replace(
                        tree->root, DEBCONF, HOST_NEW_MODE, (HostText){ text, (size_t) n });
}

static int update_run(const Tree *tree, bool enable) {
        CLEANUP(buf_done) Buf output = BUF_INIT(COMMAND_OUTPUT_MAX);
        char place[128];
        const char *const argv[] = {
                UPDATE,  "--root",         tree->root, enable ? "--enable" : "--remove",
                PROFILE, PROFILE_PASSWORD, NULL,
        };
        int r = debconf_place(tree);

        (void) snprintf(place, sizeof(place), "DEBCONF_SYSTEMRC=%s" DEBCONF, tree->root);
        if (r == 0)
                r = command_run(argv, place, &output);
        return r > 0 ? -EIO : r;
}

static bool has_module(HostText text) {
        return text.bytes != NULL && memmem(text.bytes, text.len, MODULE, strlen(MODULE)) != NULL;
}

/* A line of ours in a file that it did not touch, or none in one that it did. */
static const char *why_not(bool enable, const HostFile *files) {
        for (size_t i = 0; i < N_COMMON; i++)
                if (has_module(files[i].wanted) != enable)
                        return enable ? "/etc/pam.d/common-* were edited by hand, and "
                                        "pam-auth-update leaves them alone; see its manual on "
                                        "--force"
                                      : "/etc/pam.d/common-* were edited by hand: take the lines "
                                        "of " MODULE " out of them first";
        return NULL;
}

int host_pam_plan(Arena *arena, bool enable, HostFile *files, const char **ret_why) {
        CLEANUP(tree_done) Tree tree = {};
        int r;

        r = tree_make(&tree);
        for (size_t i = 0; r == 0 && i < host_n_pam_paths; i++)
                if (files[i].now.bytes != NULL)
                        r = host_file_replace(
                                        tree.root, files[i].path, HOST_NEW_MODE, files[i].now);
        if (r == 0)
                r = update_run(&tree, enable);
        for (size_t i = 0; r == 0 && i < host_n_pam_paths; i++)
                r = host_file_read(
                                tree.root, files[i].path, HOST_FILE_MAX, arena, &files[i].wanted);
        if (r < 0)
                return r;
        *ret_why = why_not(enable, files);
        return *ret_why != NULL ? IAM_E_INVALID : 0;
}
