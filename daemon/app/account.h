/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A realm user on this host, apart from proving who it is: may the account be used now, and the
 * host sessions that come of it.  This is the only question that key logins and sudo always ask,
 * so every lock bites here.  Runs in the store lane.
 */
#pragma once

#include "daemon/app/app.h"
#include "daemon/core/session.h"

typedef struct AccountIn {
        const char *name; /* plain for the host's realm, or name@realm */
        const char *service;
        const char *tty;
} AccountIn;

typedef struct AccountOut {
        RealmId realm;
        Id user;
        const char *name;
        uint32_t uid;
} AccountOut;

/*
 * 0, IAM_E_UNKNOWN_USER, IAM_E_NOT_POSIX, IAM_E_USER_DISABLED, IAM_E_REALM_DISABLED,
 * IAM_E_HOST_DENIED, or IAM_E_PASSWORD_EXPIRED when nothing else is in the way.  The answer is
 * audited; a name that is nobody's is not.
 */
int app_account_check(
                App *app, Arena *arena, const Caller *caller, const AccountIn *in, AccountOut *ret);

typedef struct HostName {
        RealmId realm;
        const char *name; /* within the realm; the arena's */
} HostName;

/* The realm a name belongs to on this host, whether or not the user exists.  IAM_E_UNKNOWN_USER:
 * of no realm that this host serves. */
int app_host_name(App *app, Arena *arena, const char *name, HostName *ret);
/* The realm user with this number in one of the host's realms, and the name it has here. */
int app_host_user_by_uid(App *app, Arena *arena, uint32_t uid, HostName *ret);
/* The id of a realm by its name.  IAM_E_UNKNOWN_USER: there is none. */
int app_host_realm(App *app, Arena *arena, const char *name, RealmId *ret);
/* A realm user's name as this host shows it: plain, or name@realm.  NULL: out of memory. */
const char *app_host_shown_name(App *app, Arena *arena, const RealmId *realm, const char *name);
/* True when the host serves the realm. */
bool app_host_serves(App *app, Arena *arena, const RealmId *realm);

typedef struct HostLoginIn {
        AccountIn account;
        const char *boot_id; /* 32 hex digits */
        int64_t leader_pid;
        uint64_t leader_start;
        const char *key; /* "TYPE BASE64": the SSH key that opened the door, or NULL */
        const AuthContext *auth; /* NULL: proven elsewhere (a child of the leader, a key) */
} HostLoginIn;

/* Checks the account again and opens the session; the same leader twice is one session. */
int app_host_login_open(App *app, Arena *arena, const Caller *caller, const HostLoginIn *in);
/* 0 also when there is none: closing must not fail a logout. */
int app_host_login_close(App *app, Arena *arena, const Caller *caller, const HostLoginIn *in);
