/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sshd's AuthorizedKeysCommand: prints the SSH keys that open a realm user's account on this host.
 *
 *   AuthorizedKeysCommand /usr/libexec/iam/iam-ssh-keys %u %f
 *   AuthorizedKeysCommandUser iam-keys
 *
 * Prints nothing for names that are not the realm's: a local account must not be opened by the keys
 * of a realm user who has its name.  The snapshot holds no keys, so while iamd is away there are
 * none, which is said soon.  What iamd answers is read as keys and printed anew, so that no option
 * of sshd's file comes along.  Exit status 0: that is all there is; 1: nobody can say.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/reason.h"
#include "base/ssh_key.h"
#include "base/str.h"
#include "client_lib/directory_map.h"
#include "client_lib/lookup.h"
#include "client_lib/owner.h"

#define LOCAL_PASSWD "/etc/passwd"
#define SOCKET IAM_RUNTIME_DIR "/lookup.socket"
#define DEADLINE_MS 1000 /* sshd waits for us, and a person for sshd */
#define AGAIN_MS 50
#define ARENA_MAX ((size_t) 1 << 20)

static int complain(const char *what) {
        (void) fprintf(stderr, "iam-ssh-keys: %s\n", what);
        return 1;
}

static bool is_realm_name(const char *name) {
        const OwnerPlaces places = { IAM_PUBLIC_DIR, LOCAL_PASSWD };

        return owner_may_be_iam(name_owner(&places, name));
}

static int64_t now_ms(void) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* All of sshd's children ask as one uid, whose share of iamd's work a crowd of logins uses up for a
 * moment. */
static int ask(Arena *arena, const char *name, const char *fingerprint, LookupSshKey *ret,
               size_t *ret_n) {
        const struct timespec moment = { .tv_nsec = AGAIN_MS * 1000000L };
        LookupServer server = { SOCKET, directory_owner(IAM_PUBLIC_DIR), DEADLINE_MS };
        const int64_t end = now_ms() + DEADLINE_MS - AGAIN_MS;
        int r;

        while ((r = lookup_ssh_keys(&server, arena, name, fingerprint, ret, ret_n)) == IAM_E_BUSY &&
               now_ms() < end) {
                (void) nanosleep(&moment, NULL);
                server.deadline_ms = (int) (end + AGAIN_MS - now_ms());
        }
        return r;
}

static int print_keys(const char *name, const char *fingerprint) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(ARENA_MAX);
        LookupSshKey keys[LOOKUP_SSH_KEYS_MAX];
        size_t n = 0;
        int r;

        r = ask(&arena, name, fingerprint, keys, &n);
        if (r == IAM_E_NOT_FOUND)
                return 0;
        if (r != 0)
                return complain(r > 0 ? reason_message(r) : strerrordesc_np(-r));
        for (size_t i = 0; i < n; i++)
                (void) printf("%s%s\n", keys[i].verify_required ? "verify-required " : "",
                              keys[i].text);
        return fflush(stdout) == 0 ? 0 : complain("cannot write");
}

int main(int argc, char **argv) {
        const char *fingerprint = argc == 3 ? argv[2] : NULL;

        if (argc != 2 && argc != 3)
                return complain("usage: iam-ssh-keys USER [FINGERPRINT]");
        if (!is_realm_name(argv[1]))
                return 0;
        if (fingerprint != NULL && !ssh_fingerprint_is_sound(fingerprint))
                return 0; /* of a kind that iamd does not know, MD5: no key of ours */
        return print_keys(argv[1], fingerprint);
}
