/* SPDX-License-Identifier: Apache-2.0 */
/* The session behind an SSO cookie: found, and made anew at every authentication. */
#pragma once

#include "daemon/app/login.h"

typedef struct SessionOwner {
        Session session;
        Realm realm; /* as it is now */
        User user;
} SessionOwner;

/* The live session of the cookie and its user.  IAM_E_SESSION_GONE: there is none. */
int browser_session_find(
                App *app, Txn *txn, Arena *arena, const RealmId *realm, const Sha256 *cookie,
                Usec now, SessionOwner *ret);

/* A login that is about to become a session. */
typedef struct SessionEntry {
        App *app;
        Arena *arena;
        const Caller *caller;
        const Realm *realm;
        const LoginStep *login; /* user, user_name, auth and credential_epoch of what was proven */
        Usec now;
        bool has_former;
        Sha256 former_cookie;
        Sha256 cookie_hash;
        Id fresh;
} SessionEntry;

/* Makes the new cookie, outside of a transaction.  former: the cookie that was presented. */
int session_entry_prepare(SessionEntry *entry, const Secret *former, Secret *ret_cookie);
/* The same person's live session goes on under the new cookie; any other former one ends. */
int session_enter(SessionEntry *entry, Txn *txn, Session *ret);
