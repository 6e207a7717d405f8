/* SPDX-License-Identifier: Apache-2.0 */
#include "nss_module/source.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "client_lib/channel.h"

/* A login asks a dozen times: it must not wait a dozen times for who was silent just now. */
#define SILENCE_MS 2000

static DirectoryMap snapshot = {};
static int64_t silent_until; /* by the monotonic clock; a race costs one more question */

static DirectoryMap *snapshot_map(void) {
        /* Always the same value: a race writes it twice. */
        if (__atomic_load_n(&snapshot.path, __ATOMIC_RELAXED) == NULL)
                __atomic_store_n(&snapshot.path, nss_public_dir, __ATOMIC_RELAXED);
        return &snapshot;
}

/* Refused without asking anyone: root, system names and numbers are never ours. */
static bool key_can_be_ours(const LookupKey *key) {
        if (key->name == NULL)
                return posix_id_is_acceptable(key->id);
        return directory_name_is_acceptable(key->name, strnlen(key->name, DIRECTORY_NAME_MAX + 1));
}

/*
 * Root's own log-in asks for these, and it must not even touch the map: a hostile iamd can cut the
 * file while it is mapped, and who reads it then dies of SIGBUS.  Cheap, so asked each time.
 */
static bool is_roots(const LookupKey *key) {
        return key->name != NULL ? str_eq(key->name, "root") : !posix_id_is_acceptable(key->id);
}

/*
 * Who runs as the owner of the public directory is iamd: it must not wait for itself.  -EDEADLK
 * then.
 */
static int server_init(LookupServer *ret) {
        uid_t owner = directory_owner(nss_public_dir);

        if (owner != UID_NONE && owner != 0 && owner == geteuid())
                return -EDEADLK;
        *ret = (LookupServer){
                .socket_path = nss_lookup_socket,
                .owner = owner,
                .deadline_ms = LOOKUP_DEADLINE_MS,
        };
        return 0;
}

static int
ask_server(const LookupKey *key, NssHold *hold, DirectoryUserView *ret_user,
           DirectoryGroupView *ret_group) {
        LookupServer server;
        int cancel, r;

        if (channel_now_ms() < __atomic_load_n(&silent_until, __ATOMIC_RELAXED))
                return -ETIMEDOUT;
        /* A cancelled thread would leave a descriptor in a foreign process. */
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
        hold->arena = (Arena) ARENA_INIT(LOOKUP_ARENA_MAX);
        r = server_init(&server);
        if (r == 0)
                r = ret_user != NULL ? lookup_user(&server, &hold->arena, key, ret_user)
                                     : lookup_group(&server, &hold->arena, key, ret_group);
        if (r == -ETIMEDOUT)
                __atomic_store_n(&silent_until, channel_now_ms() + SILENCE_MS, __ATOMIC_RELAXED);
        if (r != 0)
                arena_done(&hold->arena);
        hold->has_arena = r == 0;
        pthread_setcancelstate(cancel, &cancel);
        return r;
}

/* A hit of an incomplete snapshot is a hit; only its misses are not final. */
static bool is_final(const DirectoryLease *lease, int r) {
        return r == 0 ||
               (r == IAM_E_NOT_FOUND && directory_is_complete(&lease->mapping->directory));
}

int nss_find_user(const LookupKey *key, NssHold *hold, DirectoryUserView *ret) {
        DirectoryMap *map = snapshot_map();
        int r;

        hold->lease.mapping = NULL;
        hold->has_arena = false;
        if (is_roots(key))
                return IAM_E_NOT_FOUND;
        r = directory_map_acquire(map, &hold->lease);
        if (r == 0) {
                const Directory *directory = &hold->lease.mapping->directory;

                r = key->name != NULL ? directory_user_find_by_name(directory, key->name, ret)
                                      : directory_user_find_by_uid(directory, key->id, ret);
                if (r == 0)
                        return 0;
                bool done = is_final(&hold->lease, r);
                directory_map_release(map, &hold->lease);
                if (done)
                        return r;
        }
        if (!key_can_be_ours(key))
                return IAM_E_NOT_FOUND;
        return ask_server(key, hold, ret, NULL);
}

int nss_find_group(const LookupKey *key, NssHold *hold, DirectoryGroupView *ret) {
        DirectoryMap *map = snapshot_map();
        int r;

        hold->lease.mapping = NULL;
        hold->has_arena = false;
        if (is_roots(key))
                return IAM_E_NOT_FOUND;
        r = directory_map_acquire(map, &hold->lease);
        if (r == 0) {
                const Directory *directory = &hold->lease.mapping->directory;

                r = key->name != NULL ? directory_group_by_name(directory, key->name, ret)
                                      : directory_group_by_gid(directory, key->id, ret);
                if (r == 0)
                        return 0;
                bool done = is_final(&hold->lease, r);
                directory_map_release(map, &hold->lease);
                if (done)
                        return r;
        }
        if (!key_can_be_ours(key))
                return IAM_E_NOT_FOUND;
        return ask_server(key, hold, NULL, ret);
}

void nss_release(NssHold *hold) {
        if (hold->lease.mapping != NULL)
                directory_map_release(snapshot_map(), &hold->lease);
        if (hold->has_arena)
                arena_done(&hold->arena);
}

int nss_walk_lock(NssWalk *walk) {
        return directory_map_trylock(snapshot_map(), walk->lock) ? 0 : -EAGAIN;
}

void nss_walk_unlock(NssWalk *walk) {
        directory_map_unlock(snapshot_map(), walk->lock);
}

int nss_walk_begin(NssWalk *walk) {
        DirectoryMapping mapping;
        int cancel, r;

        nss_walk_end(walk);
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
        r = directory_mapping_open(nss_public_dir, &mapping);
        if (r == 0 && !directory_is_complete(&mapping.directory)) {
                directory_mapping_close(&mapping);
                r = -ENODATA;
        }
        pthread_setcancelstate(cancel, &cancel);
        if (r < 0)
                return r;
        walk->mapping = mapping;
        walk->cursor = 0;
        return 0;
}

void nss_walk_end(NssWalk *walk) {
        directory_mapping_close(&walk->mapping);
        walk->cursor = 0;
}
