/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store as the domain sees it.  Work is a function with its context, run inside a transaction;
 * it may run more than once and builds its result only from what it read in that run.  Inside it
 * only store calls: no hash, no network, no signature.  Every call carries the realm (law 9): rows
 * of another realm do not exist.  Results are the arena's.  IAM_E_NOT_FOUND means no such live row;
 * IAM_E_CONFLICT a version that is not the stored one; IAM_E_EXISTS a taken name.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "daemon/core/attempt.h"
#include "daemon/core/audit.h"
#include "daemon/core/client.h"
#include "daemon/core/credential.h"
#include "daemon/core/group.h"
#include "daemon/core/guess.h"
#include "daemon/core/realm.h"
#include "daemon/core/role.h"
#include "daemon/core/session.h"
#include "daemon/core/single_use.h"
#include "daemon/core/user.h"
#include "daemon/core/user_key.h"

typedef struct Store Store;
typedef struct Txn Txn;
typedef int (*TxnFn)(Txn *txn, void *context);

#define STORE_PAGE_MAX 1000 /* rows of one list call */

/*
 * Keyset paging: rows after this name, at most limit of them.  Roles (whose names repeat from
 * client to client), sessions and host logins are paged after the last row's id in text form.
 */
typedef struct Page {
        const char *after; /* NULL: from the start */
        size_t limit; /* 1..STORE_PAGE_MAX */
} Page;

typedef struct RealmOps {
        int (*insert)(Txn *, const Realm *);
        int (*by_id)(Txn *, const RealmId *, Arena *, Realm *ret);
        int (*by_name)(Txn *, const char *name, Arena *, Realm *ret);
        int (*update)(Txn *, const Realm *); /* where version matches; raises it by one */
        int (*remove)(Txn *, const RealmId *, Usec now);
        int (*list)(Txn *, Arena *, const Page *, RealmList *ret); /* by name */
} RealmOps;

typedef struct UserOps {
        int (*insert)(Txn *, const User *);
        int (*by_id)(Txn *, const RealmId *, const Id *, Arena *, User *ret);
        /* By name, address or number, and in lists, there are people only; a service account is
         * found by its id and by its client. */
        int (*by_name)(Txn *, const RealmId *, const char *name, Arena *, User *ret);
        int (*by_email)(Txn *, const RealmId *, const char *email_fold, Arena *, User *ret);
        int (*by_uid)(Txn *, const RealmId *, uint32_t uid, Arena *, User *ret);
        int (*by_client)(Txn *, const RealmId *, const Id *client, Arena *, User *ret);
        int (*update)(Txn *, const User *);
        /* Soft: the row stays for the history.  Credentials, keys, memberships, assignments and
         * known devices go; sessions and grants end.  Numbers are retired apart (PosixOps). */
        int (*remove)(Txn *, const RealmId *, const Id *, Usec now);
        /* by name; search: a prefix of the name, or NULL */
        int (*list)(Txn *, const RealmId *, const char *search, Arena *, const Page *,
                    UserList *ret);
        int (*list_posix)(
                        Txn *, const RealmId *, Arena *, UserList *ret); /* all, for the snapshot */
        /* Raises authz_epoch of the user, or of all members below a group or holders of a role. */
        int (*raise_authz_epoch)(Txn *, const RealmId *, SubjectKind, const Id *subject);
} UserOps;

typedef struct PosixOps {
        /*
         * Takes the next free number of our ranges for the owner (kind "user" or "group"); never
         * one used before.  IAM_E_LIMIT: none is left.  A user or group can only be written with
         * a number that was allocated to its id: anything else is IAM_E_NOT_FOUND.
         */
        int (*allocate)(Txn *, const RealmId *, const char *kind, const Id *owner, Usec now,
                        uint32_t *ret);
        int (*retire)(Txn *, const RealmId *, const Id *owner, Usec now);
} PosixOps;

typedef struct CredentialOps {
        int (*insert)(Txn *, const Credential *);
        int (*update)(Txn *, const Credential *);
        int (*by_user)(Txn *, const RealmId *, const Id *user, Arena *, CredentialList *ret);
        int (*remove)(Txn *, const RealmId *, const Id *credential, Usec now);
        int (*touch)(Txn *, const RealmId *, const Id *credential, Usec now);
} CredentialOps;

typedef struct UserKeyOps {
        int (*insert)(Txn *, const UserKey *); /* IAM_E_EXISTS: somebody of the realm has it */
        int (*by_user)(Txn *, const RealmId *, const Id *user, Arena *, UserKeyList *ret);
        int (*by_fingerprint)(
                        Txn *, const RealmId *, const char *fingerprint, Arena *, UserKey *ret);
        int (*remove)(Txn *, const RealmId *, const Id *);
        int (*touch)(Txn *, const RealmId *, const Id *, Usec now);
} UserKeyOps;

typedef struct GroupOps {
        int (*insert)(Txn *, const Group *);
        int (*by_id)(Txn *, const RealmId *, const Id *, Arena *, Group *ret);
        int (*by_name)(Txn *, const RealmId *, const char *name, Arena *, Group *ret);
        int (*update)(Txn *, const Group *);
        int (*remove)(Txn *, const RealmId *, const Id *,
                      Usec now); /* IAM_E_NOT_EMPTY with children */
        int (*list)(Txn *, const RealmId *, Arena *, const Page *, GroupList *ret);
        int (*list_all)(Txn *, const RealmId *, Arena *, GroupList *ret);
        int (*add_member)(Txn *, const RealmId *, const Id *group, const Id *user, Usec now);
        int (*remove_member)(Txn *, const RealmId *, const Id *group, const Id *user);
        int (*members)(Txn *, const RealmId *, const Id *group, Arena *, UserList *ret);
        /* Direct groups of a user; the tree above them is the caller's walk over list_all. */
        int (*of_user)(Txn *, const RealmId *, const Id *user, Arena *, GroupList *ret);
        int (*memberships)(Txn *, const RealmId *, Arena *, MembershipList *ret); /* all */
} GroupOps;

typedef struct RoleOps {
        int (*insert)(Txn *, const Role *);
        int (*by_id)(Txn *, const RealmId *, const Id *, Arena *, Role *ret);
        int (*by_name)(Txn *, const RealmId *, const Id *client, const char *name, Arena *,
                       Role *ret);
        int (*update)(Txn *, const Role *);
        int (*remove)(Txn *, const RealmId *, const Id *, Usec now); /* with what hangs on it */
        int (*list)(Txn *, const RealmId *, Arena *, const Page *, RoleList *ret);
        int (*list_all)(Txn *, const RealmId *, Arena *, RoleList *ret);
        int (*assign)(Txn *, const RealmId *, const Assignment *, Usec now); /* IAM_E_EXISTS */
        int (*unassign)(Txn *, const RealmId *, const Assignment *);
        int (*assignments)(Txn *, const RealmId *, Arena *, AssignmentList *ret); /* all */
        int (*include)(Txn *, const RealmId *, const Composite *, Usec now);
        int (*exclude)(Txn *, const RealmId *, const Composite *);
        int (*composites)(Txn *, const RealmId *, Arena *, CompositeList *ret);
        int (*permit)(Txn *, const RealmId *, const Permission *, Usec now);
        int (*forbid)(Txn *, const RealmId *,
                      const Permission *); /* by its four values, not its id */
        int (*permissions)(Txn *, const RealmId *, Arena *, PermissionList *ret);
        int (*sudo_add)(Txn *, const RealmId *, const SudoRule *, Usec now);
        int (*sudo_remove)(
                        Txn *, const RealmId *, const Id *role, const char *run_as,
                        const char *command);
        int (*sudo_rules)(Txn *, const RealmId *, Arena *, SudoRuleList *ret);
} RoleOps;

/*
 * What one user holds, by rows: the groups he is in and those above, the roles assigned to him and
 * to these and those they include, and what hangs on both.  The whole of a realm is in the lists of
 * GroupOps and RoleOps; this costs what the user has, however large the realm is.
 */
typedef struct HeldOps {
        int (*groups)(Txn *, const RealmId *, const Id *user, Arena *, GroupList *ret);
        int (*roles)(Txn *, const RealmId *, const Id *user, Arena *, RoleList *ret);
        int (*assignments)(Txn *, const RealmId *, const Id *user, Arena *, AssignmentList *ret);
        int (*composites)(Txn *, const RealmId *, const Id *user, Arena *, CompositeList *ret);
        int (*permissions)(Txn *, const RealmId *, const Id *user, Arena *, PermissionList *ret);
        int (*sudo_rules)(Txn *, const RealmId *, const Id *user, Arena *, SudoRuleList *ret);
} HeldOps;

typedef struct ClientOps {
        int (*insert)(Txn *, const Client *); /* with its lists */
        int (*by_id)(Txn *, const RealmId *, const Id *, Arena *, Client *ret);
        int (*by_name)(Txn *, const RealmId *, const char *name, Arena *, Client *ret);
        int (*update)(Txn *, const Client *); /* replaces the lists */
        int (*remove)(Txn *, const RealmId *, const Id *, Usec now);
        int (*list)(Txn *, const RealmId *, Arena *, const Page *, ClientList *ret);
        /* 0: an enabled client has this web origin. */
        int (*origin)(Txn *, const RealmId *, const char *origin);
} ClientOps;

typedef struct AttemptOps {
        int (*insert)(Txn *, const Attempt *);
        int (*by_handle)(Txn *, const RealmId *, const Sha256 *handle, Arena *, Attempt *ret);
        /* The newest done one whose session that process may open. */
        int (*done_by_opener)(
                        Txn *, const RealmId *, const char *boot_id, int64_t pid, uint64_t start,
                        Arena *, Attempt *ret);
        int (*update)(Txn *, const Attempt *);
        int (*remove)(Txn *, const RealmId *, const Sha256 *handle);
        int (*request_insert)(Txn *, const AuthRequest *);
        int (*request_by_id)(Txn *, const RealmId *, const Id *, Arena *, AuthRequest *ret);
        int (*request_remove)(Txn *, const RealmId *, const Id *);
} AttemptOps;

typedef struct SessionOps {
        int (*insert)(Txn *, const Session *);
        int (*by_id)(Txn *, const RealmId *, const Id *, Arena *, Session *ret);
        int (*by_cookie)(Txn *, const RealmId *, const Sha256 *, Arena *, Session *ret);
        int (*touch)(Txn *, const RealmId *, const Id *, Usec now); /* at most once a minute */
        /* A live session authenticated again: stores cookie_hash, auth and last_seen_at. */
        int (*renew)(Txn *, const Session *);
        /* And its grants.  IAM_E_NOT_FOUND when it has ended before. */
        int (*end)(Txn *, const RealmId *, const Id *, Usec now);
        /* Those that have not ended, oldest first; whether they are live is session_check()'s. */
        /* Those that were not ended, expired or not, newest first, as the logins below. */
        int (*list)(Txn *, const RealmId *, const Id *user /* or NULL */, Arena *, const Page *,
                    SessionList *ret);
        int (*login_insert)(Txn *, const HostLogin *);
        /* The newest open one of that process. */
        int (*login_by_leader)(
                        Txn *, const RealmId *, const char *boot_id, int64_t pid, uint64_t start,
                        Arena *, HostLogin *ret);
        /* The user's open one proved a factor, then. */
        int (*login_confirm)(Txn *, const RealmId *, const Id *login, const Id *user, Usec at);
        int (*login_close)(Txn *, const RealmId *, const Id *, Usec now);
        int (*login_list)(
                        Txn *, const RealmId *, const Id *user /* or NULL */, Arena *, const Page *,
                        HostLoginList *ret);
        int (*grant_insert)(Txn *, const Grant *);
        int (*grant_by_id)(Txn *, const RealmId *, const Id *, Arena *, Grant *ret);
        int (*grant_end)(Txn *, const RealmId *, const Id *, Usec now);
} SessionOps;

typedef struct SingleUseOps {
        int (*insert)(Txn *, const SingleUse *); /* IAM_E_EXISTS: the hash was there (otp-step) */
        /* One statement: marks an unused, unexpired row used.  IAM_E_GRANT_INVALID otherwise. */
        int (*spend)(Txn *, const RealmId *, SingleUseKind, const Sha256 *, Usec now, Arena *,
                     SingleUse *ret);
        int (*find)(Txn *, const RealmId *, SingleUseKind, const Sha256 *, Arena *, SingleUse *ret);
        int (*set_successor)(Txn *, const SingleUse *);
} SingleUseOps;

/* How many keys there are in all realms together. */
typedef struct KeyCount {
        const char *alg;
        const char *state;
        int64_t n;
} KeyCount;

typedef struct KeyOps {
        int (*insert)(Txn *, const SigningKey *, const char *state, Usec now);
        int (*active)(Txn *, const RealmId *, KeyAlg, Arena *, SigningKey *ret);
        int (*by_kid)(Txn *, const RealmId *, const char *kid, Arena *, SigningKey *ret);
        /* Retiring and destroyed: the private half goes. */
        int (*move)(Txn *, const RealmId *, const char *kid, KeyState, Usec now);
        /* next, active and retiring, newest first: what the JWKS shows.  At most 16. */
        int (*published)(Txn *, const RealmId *, Arena *, SigningKey **ret, size_t *ret_n);
        int (*census)(Txn *, Arena *, KeyCount **ret, size_t *ret_n); /* a row an alg and state */
} KeyOps;

typedef struct GuessOps {
        /*
         * One upsert: counts one more guess under the key, starting anew when the window is over,
         * and answers the count.  The reservation stands even if the process dies.
         */
        int (*reserve)(Txn *, const RealmId *, const GuessKey *, Usec window, Usec now,
                       GuessCounter *ret);
        int (*refund)(Txn *, const RealmId *,
                      const GuessKey *); /* one guess less, not below zero */
        int (*forget)(Txn *, const RealmId *,
                      const GuessKey *); /* a success, or an admin's unlock */
        /* Known devices: seen within the last 30 days. */
        int (*device_put)(Txn *, const RealmId *, const Id *user, const Sha256 *device, Usec now);
        int (*device_known)(
                        Txn *, const RealmId *, const Id *user, const Sha256 *device, Usec since,
                        bool *ret);
} GuessOps;

typedef struct AuditFilter {
        const RealmId *realm; /* NULL: the whole installation */
        const char *after; /* event id: only newer ones, ascending; NULL: newest page, ascending */
        const char *kind; /* event name or prefix ("login."), or NULL */
        const char *user; /* actor_name or target_name, or NULL */
        const char *door;
        Usec since;
        Usec until; /* 0: no bound */
        size_t limit;
} AuditFilter;

typedef struct AuditOps {
        int (*insert)(Txn *, const AuditEvent *);
        int (*list)(Txn *, const AuditFilter *, Arena *, AuditEventList *ret);
        /* A version of an entity for the history: kind "user", its JSON without personal data, and
         * the personal part apart. */
        int (*history_put)(
                        Txn *, const RealmId *, const char *kind, const Id *entity, int64_t version,
                        const char *actor, Usec now, const char *data, const char *personal);
} AuditOps;

typedef struct OutboxOps {
        /* topic "directory": users, groups, roles or access changed; the publisher rebuilds. */
        int (*put)(Txn *, const RealmId *, const char *topic, const char *data, Usec now);
        /* Highest pending row of a topic, 0 when none; done marks all up to it. */
        int (*pending)(Txn *, const char *topic, int64_t *ret_up_to);
        int (*done)(Txn *, const char *topic, int64_t up_to);
} OutboxOps;

typedef struct MetaOps {
        int (*get)(Txn *, const char *key, Arena *,
                   const char **ret); /* installation-wide values */
        int (*put)(Txn *, const char *key, const char *value);
        int (*purge_expired)(
                        Txn *, Usec now, int64_t *ret_rows); /* attempts, single-use, counters */
} MetaOps;

typedef struct StoreStatus {
        const char *path; /* the store's own */
        uint64_t bytes;
        uint64_t log_bytes; /* written and not yet folded into the file */
        int64_t schema; /* number of the newest migration */
        int error; /* of the newest group of writes: 0 or -errno */
} StoreStatus;

typedef struct StorePort {
        Store *self;
        /* Runs fn on a snapshot; it cannot write.  Returns what fn returned. */
        int (*read)(Store *, TxnFn fn, void *context);
        /*
         * Runs fn in a write transaction and returns after it is durable.  fn returning > 0 or < 0
         * undoes its writes and is returned, unless it wrapped the reason by txn_keep().
         */
        int (*txn)(Store *, TxnFn fn, void *context);
        /*
         * Rises before a change of realms or signing keys is answered, whoever made it: what was
         * built from a read that began after this number was taken is current while it stays.
         */
        uint64_t (*generation)(Store *);
        /* Inside a txn: commit although a Reason is returned (a counted wrong guess, a replay that
         * kills the family). */
        int (*keep)(Txn *, int reason);
        void (*status)(Store *, StoreStatus *ret); /* outside of transactions, as the next two */
        void (*metrics)(Store *, Buf *out);
        /* The whole of one moment, in a new file of mode 0600 beside the store, while others read
         * and write.  label: [A-Za-z0-9-].  IAM_E_EXISTS: there is a copy of that label. */
        int (*copy)(Store *, const char *label, Arena *, const char **ret_path,
                    uint64_t *ret_bytes);

        const RealmOps *realms;
        const UserOps *users;
        const PosixOps *posix;
        const CredentialOps *credentials;
        const UserKeyOps *user_keys;
        const GroupOps *groups;
        const RoleOps *roles;
        const HeldOps *held;
        const ClientOps *clients;
        const AttemptOps *attempts;
        const SessionOps *sessions;
        const SingleUseOps *single_use;
        const KeyOps *keys;
        const GuessOps *guesses;
        const AuditOps *audit;
        const OutboxOps *outbox;
        const MetaOps *meta;
} StorePort;
