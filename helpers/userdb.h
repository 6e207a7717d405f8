/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io.systemd.UserDatabase over the published snapshot: varlink calls in, answers out.  It says of a
 * user or a group what nss_iam says, of nobody whom nsswitch.conf does not have nss_iam asked for,
 * and of nobody of the host's own files.  It asks no NSS, no daemon and no socket, so it cannot
 * wait for whoever asks it.  Knows no connections.
 */
#pragma once

#include <sys/stat.h>

#include "base/buf.h"
#include "client_lib/directory_map.h"
#include "local/accounts.h"

#define USERDB_SERVICE "org.iamd"

typedef struct UserdbPlace {
        const char *public_directory;
        const char *passwd, *group; /* the host's own */
        const char *names_switch;
} UserdbPlace;

/* A local file as it was when it was read. */
typedef struct UserdbLocal {
        LocalAccounts accounts;
        struct stat info;
} UserdbLocal;

typedef struct Userdb {
        UserdbPlace place;
        DirectoryMap map;
        UserdbLocal users, groups;
} Userdb;

/* place lends its texts.  The map within is never destroyed: static storage. */
void userdb_init(Userdb *db, const UserdbPlace *place);
void userdb_done(Userdb *db);

/* One message without its NUL; puts the answer, or nothing for a call that wants none.  -errno:
 * hang up. */
int userdb_call(Userdb *db, const char *message, size_t len, Buf *out);
