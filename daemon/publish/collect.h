/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the store to the values that are published, in one read transaction.
 *
 * Groups: a user is in the groups he was put into and in all above them, as with roles.  Both his
 * supplementary gids and the groups' member lists are made from that one set, so initgroups(3),
 * getgrnam(3) and id(1) tell the same.  Groups that are not POSIX pass membership on unseen.
 *
 * A disabled user stays, because his files keep their owner; he has no sudo rule.  Whether a user
 * is enabled or may log in is not published: the file shows what getent(1) would.
 */
#pragma once

#include "daemon/core/ports/store.h"
#include "daemon/publish/report.h"
#include "directory/build.h"

#define COLLECT_REALMS_MAX 17 /* the host's and its `also` */

/* One right to run one command, of one user; texts are acceptable (base/sudo_rule.h). */
typedef struct SudoRow {
        uint32_t uid;
        const char *user;
        const char *run_as;
        const char *command;
} SudoRow;

typedef struct Collected {
        DirectoryEntries entries;
        SudoRow *sudo; /* ordered and without repetition */
        size_t sudo_count;
        int64_t up_to; /* the newest outbox row that this holds; 0: none was pending */
} Collected;

typedef struct CollectRequest {
        const StorePort *store;
        const char *realm; /* plain names, and the only one whose roles reach sudo; or NULL */
        const StrList *also; /* name@realm */
        Arena *arena;
        Reports *reports;
} CollectRequest;

/* The outbox topic that announces what is collected here. */
#define DIRECTORY_TOPIC "directory"

int collect(const CollectRequest *request, Collected *ret);
