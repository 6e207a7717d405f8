/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/world.h"

#include <dirent.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/metric.h"
#include "base/secret_bytes.h"
#include "daemon/crypto/crypto.h"
#include "daemon/factor/factor.h"

#define MUST(expression)                                                                           \
        do {                                                                                       \
                int must_ = (expression);                                                          \
                if (must_ != 0) {                                                                  \
                        (void) fprintf(stderr, "%s:%d: %s: %d\n", __FILE__, __LINE__, #expression, \
                                       must_);                                                     \
                        abort();                                                                   \
                }                                                                                  \
        } while (0)

struct World {
        App app;
        Store *store;
        Crypto *crypto;
        Factor factor;
        char directory[64];
        char path[96];
        _Atomic Usec now;
        _Atomic uint64_t entropy;
};

static Usec clock_now(void *self) {
        World *world = self;

        return world->now;
}

/* SplitMix64 over a counter: distinct, well spread, the same in every run. */
static int clock_random(void *self, void *ret_bytes, size_t len) {
        World *world = self;
        uint8_t *out = ret_bytes;

        for (size_t i = 0; i < len; i++) {
                uint64_t z = atomic_fetch_add(&world->entropy, UINT64_C(0x9e3779b97f4a7c15));

                z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
                z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
                out[i] = (uint8_t) (z >> 56);
        }
        return 0;
}

/* A daemon at rest. */
static void health_read(void *self, Health *ret) {
        *ret = (Health){
                .version = "0",
                .started_at = WORLD_NOW,
                .lanes = { { .name = "store", .threads = 4, .queue = 64 } },
                .n_lanes = 1,
                .sockets = { { .name = "http", .listening = 1 } },
                .n_sockets = 1,
        };
}

static void health_metrics(void *self, Buf *out) {
        metric_one(out, "iamd_world", "gauge", "The health of a world.", 1);
}

static void store_start(World *world) {
        char problem[512] = "";
        StoreConfig config = {
                .path = world->path,
                .readers = 4,
                .now = world->now,
                .problem = problem,
                .problem_size = sizeof(problem),
        };
        int r = store_open(&config, &world->store);

        if (r != 0) {
                (void) fprintf(stderr, "store_open: %d: %s\n", r, problem);
                abort();
        }
        store_port(world->store, &world->app.store);
}

World *world_new(void) {
        World *world = calloc(1, sizeof(*world));
        const char *parent = getenv("TMPDIR");
        Secret kek = { .len = KEK_SIZE };

        if (world == NULL)
                abort();
        world->now = WORLD_NOW;
        (void) snprintf(world->directory, sizeof(world->directory), "%s/iam-world-XXXXXX",
                        parent != NULL ? parent : "/tmp");
        if (mkdtemp(world->directory) == NULL)
                abort();
        (void) snprintf(world->path, sizeof(world->path), "%s/iam.db", world->directory);

        world->app.clock = (ClockPort){ .now = clock_now,
                                        .steady = clock_now,
                                        .accept = clock_now,
                                        .random = clock_random,
                                        .self = world };
        memset(secret_buffer(&kek), 7, KEK_SIZE);
        MUST(crypto_new(&(CryptoConfig){ .kek = &kek,
                                         .password_cost = { .memory_kib = 64,
                                                            .passes = 1,
                                                            .lanes = 1 } },
                        &world->crypto));
        crypto_port(world->crypto, &world->app.crypto);
        MUST(factor_init(&world->factor, &world->app.clock));
        factor_port(&world->factor, &world->app.factor);
        world->app.config.base_url = "https://id.example.org";
        world->app.health = (HealthPort){
                .read = health_read,
                .metrics = health_metrics,
                .self = world,
        };
        store_start(world);
        return world;
}

static void directory_remove(const char *path) {
        DIR *directory = opendir(path);
        const struct dirent *entry;

        if (directory == NULL)
                return;
        while ((entry = readdir(directory)) != NULL)
                (void) unlinkat(dirfd(directory), entry->d_name, 0);
        (void) closedir(directory);
        (void) rmdir(path);
}

World *world_free(World *world) {
        if (world == NULL)
                return NULL;
        store_close(world->store);
        factor_done(&world->factor);
        (void) crypto_free(world->crypto);
        directory_remove(world->directory);
        free(world);
        return NULL;
}

void world_freep(World **world) {
        *world = world_free(*world);
}

App *world_app(World *world) {
        return &world->app;
}

const StorePort *world_store(World *world) {
        return &world->app.store;
}

const char *world_path(const World *world) {
        return world->path;
}

Usec world_now(const World *world) {
        return world->now;
}

void world_set_now(World *world, Usec now) {
        world->now = now;
}

void world_sleep(World *world, int64_t seconds) {
        world->now += seconds * USEC_PER_SEC;
}

void world_stop_store(World *world) {
        store_close(world->store);
        world->store = NULL;
}

void world_restart(World *world) {
        world_stop_store(world);
        store_start(world);
}

Id world_id(World *world) {
        uint8_t random[10];
        Id id;

        MUST(clock_random(world, random, sizeof(random)));
        id_make_v7(world->now, random, &id);
        return id;
}

Sha256 world_hash(World *world) {
        Sha256 hash;

        MUST(clock_random(world, hash.bytes, sizeof(hash.bytes)));
        return hash;
}

Realm world_realm_value(World *world, const char *name) {
        Realm realm = {
                .id = { world_id(world) },
                .name = name,
                .display_name = "A realm",
                .enabled = true,
                .created_at = world->now,
                .updated_at = world->now,
                .version = 1,
        };

        realm_settings_init(&realm.settings);
        return realm;
}

User world_user_value(World *world, const RealmId *realm, const char *name) {
        return (User){
                .realm = *realm,
                .id = world_id(world),
                .name = name,
                .enabled = true,
                .created_at = world->now,
                .updated_at = world->now,
                .version = 1,
        };
}

Group world_group_value(World *world, const RealmId *realm, const char *name) {
        return (Group){
                .realm = *realm,
                .id = world_id(world),
                .name = name,
                .created_at = world->now,
                .updated_at = world->now,
                .version = 1,
        };
}

Role world_role_value(World *world, const RealmId *realm, const char *name) {
        return (Role){
                .realm = *realm,
                .id = world_id(world),
                .name = name,
                .created_at = world->now,
                .updated_at = world->now,
                .version = 1,
        };
}

Client world_client_value(World *world, const RealmId *realm, const char *name) {
        return (Client){
                .realm = *realm,
                .id = world_id(world),
                .name = name,
                .kind = CLIENT_PUBLIC,
                .enabled = true,
                .require_pkce = true,
                .id_token_alg = _KEY_ALG_INVALID,
                .access_token_alg = _KEY_ALG_INVALID,
                .created_at = world->now,
                .updated_at = world->now,
                .version = 1,
        };
}

/* One insert in a transaction of its own. */
typedef struct Insert {
        World *world;
        Realm *realm;
        User *user;
        Group *group;
        Role *role;
        Client *client;
} Insert;

static int insert(Txn *txn, void *context) {
        Insert *in = context;
        const StorePort *store = &in->world->app.store;
        int r;

        if (in->realm != NULL)
                return store->realms->insert(txn, in->realm);
        if (in->group != NULL)
                return store->groups->insert(txn, in->group);
        if (in->role != NULL)
                return store->roles->insert(txn, in->role);
        if (in->client != NULL)
                return store->clients->insert(txn, in->client);
        if (in->user->posix) {
                r = store->posix->allocate(
                                txn, &in->user->realm, "user", &in->user->id, in->world->now,
                                &in->user->uid);
                if (r != 0)
                        return r;
        }
        return store->users->insert(txn, in->user);
}

static void insert_now(Insert in) {
        MUST(in.world->app.store.txn(in.world->store, insert, &in));
}

Realm world_realm(World *world, const char *name) {
        Realm realm = world_realm_value(world, name);

        insert_now((Insert){ .world = world, .realm = &realm });
        return realm;
}

User world_user(World *world, const Realm *realm, const char *name) {
        User user = world_user_value(world, &realm->id, name);

        insert_now((Insert){ .world = world, .user = &user });
        return user;
}

User world_posix_user(World *world, const Realm *realm, const char *name) {
        User user = world_user_value(world, &realm->id, name);

        user.posix = true;
        user.home = "/home/somebody";
        user.shell = "/bin/sh";
        insert_now((Insert){ .world = world, .user = &user });
        return user;
}

Group world_group(World *world, const Realm *realm, const char *name, const Id *parent) {
        Group group = world_group_value(world, &realm->id, name);

        if (parent != NULL)
                group.parent = *parent;
        insert_now((Insert){ .world = world, .group = &group });
        return group;
}

Role world_role(World *world, const Realm *realm, const char *name) {
        Role role = world_role_value(world, &realm->id, name);

        insert_now((Insert){ .world = world, .role = &role });
        return role;
}

Client world_client(World *world, const Realm *realm, const char *name) {
        Client client = world_client_value(world, &realm->id, name);

        insert_now((Insert){ .world = world, .client = &client });
        return client;
}
