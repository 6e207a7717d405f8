/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a completed login leaves behind: a Session (a user in a browser), a HostLogin (a user on a
 * host), a Grant (what a client may have in the user's name).  Each remembers the epochs of its
 * birth; session_check() and its sisters compare them with the present ones in one place.
 */
#pragma once

#include "base/id.h"
#include "daemon/core/client.h"
#include "daemon/core/ports/crypto.h"
#include "daemon/core/realm.h"
#include "daemon/core/user.h"

/* How a user was authenticated: RFC 8176 words, space-separated: "pwd", "pwd otp mfa". */
typedef struct AuthContext {
        Usec at;
        const char *amr;
        const char *acr; /* "1": one factor, "2": two factors */
} AuthContext;

/* How long proven factors allow a change to one of them. */
#define AUTH_FRESH (300 * USEC_PER_SEC)
/* True while they do; who has a second factor must have proven it too. */
bool auth_is_fresh(const AuthContext *auth, bool has_second_factor, Usec now);

typedef struct Session {
        RealmId realm;
        Id id; /* the `sid` claim */
        Id user;
        Sha256 cookie_hash;
        AuthContext auth;
        const char *address; /* of the browser, or NULL */
        const char *agent;
        int64_t realm_epoch;
        int64_t credential_epoch;
        Usec created_at;
        Usec last_seen_at; /* written at most once a minute */
        Usec ended_at; /* 0: not ended */
} Session;

typedef struct SessionList {
        Session *items;
        size_t n;
} SessionList;

typedef struct HostLogin {
        RealmId realm;
        Id id;
        Id user;
        const char *boot_id; /* 32 hex digits */
        int64_t leader_pid;
        uint64_t leader_start; /* clock ticks since boot, /proc/PID/stat field 22 */
        const char *service; /* PAM service: "sshd", "login" */
        const char *tty;
        const char *address; /* PAM_RHOST, or NULL */
        AuthContext auth; /* amr "unknown" for key logins */
        int64_t realm_epoch;
        int64_t credential_epoch;
        Usec opened_at;
        Usec closed_at; /* 0: open */
        Usec confirmed_at; /* when the proof was given that sudo took here last; 0: never */
} HostLogin;

typedef struct HostLoginList {
        HostLogin *items;
        size_t n;
} HostLoginList;

typedef struct Grant {
        RealmId realm;
        Id id;
        Id user;
        Id client;
        Id session; /* null id: offline access */
        const char *scope;
        const char *nonce; /* of the authorization request, repeated in every ID token; or NULL */
        AuthContext auth;
        int64_t realm_epoch;
        int64_t client_epoch;
        int64_t credential_epoch;
        Usec created_at;
        Usec ended_at; /* 0: live */
} Grant;

/* What a token of a service account was born with; there is no grant that would hold it. */
typedef struct ServiceEpochs {
        int64_t realm;
        int64_t client;
        int64_t credential;
} ServiceEpochs;

/*
 * The one issuance gate's questions (DECISIONS "Sessions, epochs").  0, or the reason why not:
 * IAM_E_REALM_DISABLED, IAM_E_USER_DISABLED, IAM_E_CLIENT_DISABLED, IAM_E_SESSION_GONE,
 * IAM_E_GRANT_INVALID.
 */
int session_check(const Session *session, const Realm *realm, const User *user, Usec now);
int host_login_check(const HostLogin *login, const Realm *realm, const User *user, Usec now);
/* One person's at one place.  Not so what `systemd --user` leads: any process of the user, from any
 * of his logins, can have it start a command. */
bool host_login_is_one_place(const HostLogin *login);
int grant_check(const Grant *grant, const Realm *realm, const Client *client, const User *user,
                const Session *session /* NULL: offline */, Usec now);
/* The client acting for itself, by its service account.  born: of a token that is shown, or NULL
 * when one is asked for. */
int service_check(
                const Realm *realm, const Client *client, const User *account,
                const ServiceEpochs *born);
