/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks iamd's lookup socket for one user or group: varlink, one call, one connection, one deadline,
 * no state.  Users and groups only for the time without a valid snapshot, which holds no SSH
 * keys.  The answer is held to law 13 like a
 * record of the snapshot.  Safe in foreign processes: no signal, no descriptor below 3, nothing
 * inherited.
 */
#pragma once

#include "base/arena.h"
#include "directory/read.h"

#define LOOKUP_DEADLINE_MS 500
#define LOOKUP_ANSWER_MAX (1 << 20) /* bytes of one reply */
#define LOOKUP_ARENA_MAX (8 << 20) /* what an answer may take in the arena */

typedef struct LookupServer {
        const char *socket_path; /* its directory must be root's, or the effective user's */
        uid_t owner; /* believed as a peer besides root; UID_NONE: nobody */
        int deadline_ms;
} LookupServer;

/* Either a name or, with name NULL, a number. */
typedef struct LookupKey {
        const char *name;
        uint32_t id;
} LookupKey;

/*
 * 0, IAM_E_NOT_FOUND, or -errno: -ECONNREFUSED and -ENOENT when nobody serves, -EPERM when who
 * serves is not to be believed, -ETIMEDOUT, -EBADMSG for an answer that is not.  Strings lie in the
 * arena.
 */
int lookup_user(const LookupServer *server, Arena *arena, const LookupKey *key,
                DirectoryUserView *ret);
int lookup_group(
                const LookupServer *server, Arena *arena, const LookupKey *key,
                DirectoryGroupView *ret);

/*
 * The SSH keys that open a user's account, each as the text "TYPE BASE64" of a key that
 * ssh_key_parse() takes; with a fingerprint only that one.
 */
typedef struct LookupSshKey {
        const char *text;
        bool verify_required;
} LookupSshKey;

#define LOOKUP_SSH_KEYS_MAX 32

int lookup_ssh_keys(
                const LookupServer *server, Arena *arena, const char *name,
                const char *fingerprint /* or NULL */, LookupSshKey ret[LOOKUP_SSH_KEYS_MAX],
                size_t *ret_n);
