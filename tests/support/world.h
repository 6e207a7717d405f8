/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole App for tests: SQLite in a directory of its own, real cryptography at the cheapest
 * password cost, a clock that stands still until it is told otherwise, and randomness that is
 * counted, so that every run is the same.  What goes wrong here ends the test.
 */
#pragma once

#include "daemon/app/app.h"
#include "daemon/store/store.h"

#define WORLD_NOW ((Usec) 1700000000 * USEC_PER_SEC) /* what the clock shows at first */

typedef struct World World;

World *world_new(void);
World *world_free(World *world); /* removes the directory; NULL ok */
void world_freep(World **world); /* for CLEANUP */

App *world_app(World *world);
const StorePort *world_store(World *world);
const char *world_path(const World *world); /* of the database */
Usec world_now(const World *world);
void world_set_now(World *world, Usec now);
void world_sleep(World *world, int64_t seconds);
/* Closes and opens the store, as a restart of the daemon does. */
void world_restart(World *world);
void world_stop_store(World *world); /* world_restart() opens it again */

Id world_id(World *world); /* a fresh UUIDv7 */
Sha256 world_hash(World *world); /* 32 fresh bytes */

/* Values with every required member filled, not stored. */
Realm world_realm_value(World *world, const char *name);
User world_user_value(World *world, const RealmId *realm, const char *name);
Group world_group_value(World *world, const RealmId *realm, const char *name);
Role world_role_value(World *world, const RealmId *realm, const char *name);
Client world_client_value(World *world, const RealmId *realm, const char *name);

/* The same, stored.  Strings are lent: they must outlive the value. */
Realm world_realm(World *world, const char *name);
User world_user(World *world, const Realm *realm, const char *name);
User world_posix_user(World *world, const Realm *realm, const char *name);
Group world_group(World *world, const Realm *realm, const char *name, const Id *parent);
Role world_role(World *world, const Realm *realm, const char *name);
Client world_client(World *world, const Realm *realm, const char *name);
