/* SPDX-License-Identifier: Apache-2.0 */
/* The values that administrative operations take and give; wire/ops.c says how they look on the
 * wire.  Absent texts are NULL; what each member means stands in the tables' doc lines. */
#pragma once

#include "wire/field.h"

#define WIRE_PAGE_DEFAULT 100
#define WIRE_PAGE_MAX 1000
#define WIRE_NAMES_MAX 1000 /* names in one list of a view; the rest is left out and counted */

typedef struct WireNothing {
        bool unused; /* C wants a member */
} WireNothing;

/* What most operations on one object need. */
typedef struct WireNameIn {
        const char *realm;
        const char *name;
} WireNameIn;

typedef struct WireRealmIn {
        const char *realm;
} WireRealmIn;

typedef struct WirePageIn {
        const char *realm;
        int64_t limit;
        const char *after;
} WirePageIn;

/* Setup, status, wait, why */

typedef struct SetupIn {
        const char *realm;
} SetupIn;

typedef struct SetupOut {
        StrList realms;
} SetupOut;

typedef WireNothing StatusIn;

typedef struct StatusOut {
        bool setup_done;
        const char *base_url;
        const char *host_realm;
        int64_t realms;
        bool directory_published;
        const char *version;
        Usec started_at;
        WireRows checks; /* CheckRow */
} StatusOut;

/* "bad" is what somebody must mend; "warn" is what will be bad, or may be meant so. */
typedef struct CheckRow {
        const char *name;
        const char *state; /* "ok" "warn" "bad" */
        const char *detail;
} CheckRow;

typedef WireNothing BackupIn;

typedef struct BackupOut {
        const char *path;
        int64_t bytes;
} BackupOut;

typedef WireNothing ClockAcceptIn;
typedef WireNothing ClockAcceptOut;

typedef WireNothing WaitIn;

typedef struct WaitOut {
        bool published;
} WaitOut;

typedef struct WhyIn {
        const char *realm;
        const char *user;
        const char *action;
        const char *resource;
} WhyIn;

typedef struct WhyOut {
        bool allowed;
        const char *explanation;
        StrList path;
} WhyOut;

/* Realms */

typedef struct SettingRow {
        const char *name;
        const char *value;
        const char *doc;
} SettingRow;

typedef struct RealmView {
        const char *id;
        const char *name;
        const char *display_name;
        bool enabled;
        Usec created_at;
        WireRows settings; /* SettingRow */
} RealmView;

typedef struct RealmCreateIn {
        const char *name;
        const char *display_name;
} RealmCreateIn;

typedef RealmView RealmCreateOut;

typedef struct RealmListIn {
        int64_t limit;
        const char *after;
} RealmListIn;

typedef struct RealmRow {
        const char *name;
        const char *display_name;
        bool enabled;
        Usec created_at;
} RealmRow;

typedef struct RealmListOut {
        WireRows realms; /* RealmRow */
        const char *next;
} RealmListOut;

typedef WireRealmIn RealmShowIn;
typedef RealmView RealmShowOut;

typedef struct RealmSetIn {
        const char *realm;
        const char *setting;
        const char *value;
} RealmSetIn;

typedef RealmView RealmSetOut;
typedef WireRealmIn RealmDeleteIn;
typedef WireNothing RealmDeleteOut;

/* Users */

typedef struct UserView {
        const char *id;
        const char *name;
        const char *display_name;
        const char *given_name;
        const char *family_name;
        const char *email;
        bool email_verified;
        bool enabled;
        int64_t uid; /* WIRE_INT_ABSENT: not POSIX */
        const char *home;
        const char *shell;
        StrList factors;
        StrList groups; /* full paths, those above included */
        StrList roles; /* effective; a client's as "client/role" */
        Usec created_at;
        Usec updated_at;
} UserView;

typedef struct UserCreateIn {
        const char *realm;
        const char *name;
        const char *display_name;
        const char *given_name;
        const char *family_name;
        const char *email;
        Maybe email_verified;
        Maybe posix;
        const char *home;
        const char *shell;
} UserCreateIn;

typedef UserView UserCreateOut;

typedef struct UserListIn {
        const char *realm;
        const char *search;
        int64_t limit;
        const char *after;
} UserListIn;

typedef struct UserRow {
        const char *name;
        int64_t uid;
        bool enabled;
        const char *display_name;
        const char *email;
} UserRow;

typedef struct UserListOut {
        WireRows users; /* UserRow */
        const char *next;
} UserListOut;

typedef WireNameIn UserShowIn;
typedef UserView UserShowOut;
typedef UserCreateIn UserSetIn;
typedef UserView UserSetOut;
typedef WireNameIn UserEnableIn;
typedef WireNothing UserEnableOut;
typedef WireNameIn UserDisableIn;
typedef WireNothing UserDisableOut;
typedef WireNameIn UserDeleteIn;
typedef WireNothing UserDeleteOut;
typedef WireNameIn UserUnlockIn;
typedef WireNothing UserUnlockOut;

typedef struct UserSetPasswordIn {
        const char *realm;
        const char *name;
        Secret password;
        Maybe must_change;
} UserSetPasswordIn;

typedef WireNothing UserSetPasswordOut;
typedef WireNameIn TotpEnrolIn;

typedef struct TotpEnrolOut {
        Secret secret; /* base32 */
        Secret uri; /* otpauth:// */
        Secret qr; /* modules row by row, 8 a byte, highest bit first, in base64url */
        int64_t qr_size; /* modules of a side; absent: the symbol would be too large */
} TotpEnrolOut;

typedef WireNameIn TotpRemoveIn;
typedef WireNothing TotpRemoveOut;

/* Groups */

typedef struct GroupView {
        const char *id;
        const char *name;
        const char *path;
        int64_t gid; /* WIRE_INT_ABSENT: not POSIX */
        StrList members;
        int64_t more_members; /* beyond those listed; absent: none */
        StrList roles; /* assigned to it */
        Usec created_at;
} GroupView;

typedef struct GroupCreateIn {
        const char *realm;
        const char *name;
        const char *parent;
        Maybe posix;
} GroupCreateIn;

typedef GroupView GroupCreateOut;
typedef WirePageIn GroupListIn;

typedef struct GroupRow {
        const char *name;
        const char *path;
        int64_t gid;
} GroupRow;

typedef struct GroupListOut {
        WireRows groups; /* GroupRow */
        const char *next;
} GroupListOut;

typedef WireNameIn GroupShowIn;
typedef GroupView GroupShowOut;
typedef WireNameIn GroupDeleteIn;
typedef WireNothing GroupDeleteOut;

typedef struct GroupMemberIn {
        const char *realm;
        const char *name;
        const char *user;
} GroupMemberIn;

typedef GroupMemberIn GroupAddIn;
typedef WireNothing GroupAddOut;
typedef GroupMemberIn GroupRemoveIn;
typedef WireNothing GroupRemoveOut;

/* Roles.  A client's role is named with its client. */

typedef struct RoleRefIn {
        const char *realm;
        const char *name;
        const char *client;
} RoleRefIn;

typedef struct SudoRow {
        const char *role;
        const char *run_as;
        int64_t fresh_factor; /* WIRE_INT_ABSENT: no factor is asked for */
        const char *command;
} SudoRow;

typedef struct RoleView {
        const char *id;
        const char *name;
        const char *client;
        const char *description;
        StrList includes;
        StrList permissions; /* "resource:action" */
        StrList users;
        StrList groups;
        StrList services; /* clients whose service accounts hold it */
        int64_t more_users; /* users and services beyond those listed; absent: none */
        WireRows sudo; /* SudoRow */
        Usec created_at;
} RoleView;

typedef struct RoleCreateIn {
        const char *realm;
        const char *name;
        const char *client;
        const char *description;
} RoleCreateIn;

typedef RoleView RoleCreateOut;
typedef WirePageIn RoleListIn;

typedef struct RoleRow {
        const char *name;
        const char *client;
        const char *description;
} RoleRow;

typedef struct RoleListOut {
        WireRows roles; /* RoleRow */
        const char *next;
} RoleListOut;

typedef RoleRefIn RoleShowIn;
typedef RoleView RoleShowOut;
typedef RoleRefIn RoleDeleteIn;
typedef WireNothing RoleDeleteOut;

typedef struct RoleAssignIn {
        const char *realm;
        const char *name;
        const char *client;
        const char *user; /* one of these three */
        const char *group;
        const char *service;
} RoleAssignIn;

typedef WireNothing RoleAssignOut;
typedef RoleAssignIn RoleUnassignIn;
typedef WireNothing RoleUnassignOut;

typedef struct RoleIncludeIn {
        const char *realm;
        const char *name;
        const char *client;
        const char *included;
        const char *included_client;
} RoleIncludeIn;

typedef WireNothing RoleIncludeOut;
typedef RoleIncludeIn RoleExcludeIn;
typedef WireNothing RoleExcludeOut;

typedef struct RolePermitIn {
        const char *realm;
        const char *name;
        const char *client;
        const char *permission;
} RolePermitIn;

typedef WireNothing RolePermitOut;
typedef RolePermitIn RoleForbidIn;
typedef WireNothing RoleForbidOut;

typedef struct SudoAddIn {
        const char *realm;
        const char *name;
        const char *client;
        const char *run_as;
        const char *command;
        int64_t fresh_factor; /* WIRE_INT_ABSENT: none */
} SudoAddIn;

typedef WireNothing SudoAddOut;

typedef struct SudoRemoveIn {
        const char *realm;
        const char *name;
        const char *client;
        const char *run_as;
        const char *command;
} SudoRemoveIn;

typedef WireNothing SudoRemoveOut;
typedef WireRealmIn SudoListIn;

typedef struct SudoListOut {
        WireRows rules; /* SudoRow */
} SudoListOut;

/* Host access */

typedef struct HostAllowIn {
        const char *realm;
        const char *role; /* one of these two */
        const char *group;
} HostAllowIn;

typedef WireNothing HostAllowOut;
typedef HostAllowIn HostDenyIn;
typedef WireNothing HostDenyOut;
typedef WireRealmIn HostListIn;

typedef struct HostRow {
        const char *kind;
        const char *name;
} HostRow;

typedef struct HostListOut {
        WireRows allowed; /* HostRow */
} HostListOut;

/* Clients */

typedef struct ClientView {
        const char *id;
        const char *name;
        const char *display_name;
        const char *kind;
        bool enabled;
        bool require_pkce;
        bool service; /* it may act for itself */
        const char *id_token_alg;
        const char *access_token_alg;
        int64_t access_token_lifetime; /* WIRE_INT_ABSENT: the realm's */
        int64_t refresh_token_lifetime;
        StrList redirect_uris;
        StrList post_logout_uris;
        StrList audiences;
        StrList web_origins;
        StrList service_roles; /* effective, of its service account */
        Secret secret; /* only in the answer that made it */
        Usec former_secret_until; /* 0: only one secret is good */
        Usec created_at;
        Usec updated_at;
} ClientView;

typedef struct ClientCreateIn {
        const char *realm;
        const char *name;
        const char *display_name;
        const char *kind;
        Maybe require_pkce;
        Maybe service;
        const char *id_token_alg;
        const char *access_token_alg;
        StrList redirect_uris;
        StrList post_logout_uris;
        StrList audiences;
        StrList web_origins;
        int64_t access_token_lifetime; /* seconds; 0: the realm's */
        int64_t refresh_token_lifetime;
} ClientCreateIn;

typedef ClientView ClientCreateOut;
typedef WirePageIn ClientListIn;

typedef struct ClientRow {
        const char *name;
        const char *kind;
        bool enabled;
        bool service;
        const char *display_name;
} ClientRow;

typedef struct ClientListOut {
        WireRows clients; /* ClientRow */
        const char *next;
} ClientListOut;

typedef WireNameIn ClientShowIn;
typedef ClientView ClientShowOut;

typedef struct ClientSetIn {
        const char *realm;
        const char *name;
        const char *display_name;
        Maybe enabled;
        Maybe require_pkce;
        Maybe service;
        const char *id_token_alg;
        const char *access_token_alg;
        StrList redirect_uris; /* given: these replace all; one empty text: none */
        StrList post_logout_uris;
        StrList audiences;
        StrList web_origins;
        int64_t access_token_lifetime; /* seconds; 0: the realm's */
        int64_t refresh_token_lifetime;
} ClientSetIn;

typedef ClientView ClientSetOut;
typedef WireNameIn ClientDeleteIn;
typedef WireNothing ClientDeleteOut;

typedef struct ClientRotateSecretIn {
        const char *realm;
        const char *name;
        int64_t overlap; /* seconds */
} ClientRotateSecretIn;

typedef ClientView ClientRotateSecretOut;

/* Keys */

typedef struct KeyRotateIn {
        const char *realm;
        const char *alg; /* NULL: each */
        Maybe now;
} KeyRotateIn;

typedef struct KeyRow {
        const char *kid;
        const char *alg;
        const char *state;
        Usec since;
} KeyRow;

typedef WireRealmIn KeyListIn;

typedef struct KeyListOut {
        WireRows keys; /* KeyRow */
} KeyListOut;

typedef KeyListOut KeyRotateOut;
