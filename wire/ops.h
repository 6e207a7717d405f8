/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one table of administrative operations: method, words, fields with limits, permission,
 * audit event, lane.  The varlink dispatch, app_call() and iamctl are driven by it; each finds
 * here all it may know of an operation.
 */
#pragma once

#include "wire/field.h"
#include "wire/ops_session.h"
#include "wire/ops_types.h"
#include "wire/ops_user_key.h"

#define WIRE_ADMIN_INTERFACE "org.iamd.Admin"

/* X(ID, Name): the method is org.iamd.Admin.Name, its structs are NameIn and NameOut. */
#define WIRE_OPS(X)                                                                                \
        X(SETUP, Setup)                                                                            \
        X(STATUS, Status)                                                                          \
        X(BACKUP, Backup)                                                                          \
        X(CLOCK_ACCEPT, ClockAccept)                                                               \
        X(WAIT, Wait)                                                                              \
        X(WHY, Why)                                                                                \
        X(REALM_CREATE, RealmCreate)                                                               \
        X(REALM_LIST, RealmList)                                                                   \
        X(REALM_SHOW, RealmShow)                                                                   \
        X(REALM_SET, RealmSet)                                                                     \
        X(REALM_DELETE, RealmDelete)                                                               \
        X(USER_CREATE, UserCreate)                                                                 \
        X(USER_LIST, UserList)                                                                     \
        X(USER_SHOW, UserShow)                                                                     \
        X(USER_SET, UserSet)                                                                       \
        X(USER_ENABLE, UserEnable)                                                                 \
        X(USER_DISABLE, UserDisable)                                                               \
        X(USER_DELETE, UserDelete)                                                                 \
        X(USER_SET_PASSWORD, UserSetPassword)                                                      \
        X(USER_UNLOCK, UserUnlock)                                                                 \
        X(TOTP_ENROL, TotpEnrol)                                                                   \
        X(TOTP_REMOVE, TotpRemove)                                                                 \
        X(USER_KEY_ADD, UserKeyAdd)                                                                \
        X(USER_KEY_LIST, UserKeyList)                                                              \
        X(USER_KEY_REMOVE, UserKeyRemove)                                                          \
        X(GROUP_CREATE, GroupCreate)                                                               \
        X(GROUP_LIST, GroupList)                                                                   \
        X(GROUP_SHOW, GroupShow)                                                                   \
        X(GROUP_DELETE, GroupDelete)                                                               \
        X(GROUP_ADD, GroupAdd)                                                                     \
        X(GROUP_REMOVE, GroupRemove)                                                               \
        X(ROLE_CREATE, RoleCreate)                                                                 \
        X(ROLE_LIST, RoleList)                                                                     \
        X(ROLE_SHOW, RoleShow)                                                                     \
        X(ROLE_DELETE, RoleDelete)                                                                 \
        X(ROLE_ASSIGN, RoleAssign)                                                                 \
        X(ROLE_UNASSIGN, RoleUnassign)                                                             \
        X(ROLE_INCLUDE, RoleInclude)                                                               \
        X(ROLE_EXCLUDE, RoleExclude)                                                               \
        X(ROLE_PERMIT, RolePermit)                                                                 \
        X(ROLE_FORBID, RoleForbid)                                                                 \
        X(SUDO_ADD, SudoAdd)                                                                       \
        X(SUDO_REMOVE, SudoRemove)                                                                 \
        X(SUDO_LIST, SudoList)                                                                     \
        X(HOST_ALLOW, HostAllow)                                                                   \
        X(HOST_DENY, HostDeny)                                                                     \
        X(HOST_LIST, HostList)                                                                     \
        X(CLIENT_CREATE, ClientCreate)                                                             \
        X(CLIENT_LIST, ClientList)                                                                 \
        X(CLIENT_SHOW, ClientShow)                                                                 \
        X(CLIENT_SET, ClientSet)                                                                   \
        X(CLIENT_DELETE, ClientDelete)                                                             \
        X(CLIENT_ROTATE_SECRET, ClientRotateSecret)                                                \
        X(KEY_ROTATE, KeyRotate)                                                                   \
        X(KEY_LIST, KeyList)                                                                       \
        X(SESSION_LIST, SessionList)                                                               \
        X(SESSION_END, SessionEnd)                                                                 \
        X(AUDIT_LIST, AuditList)

typedef enum WireOpId {
#define X(id, name) WIRE_OP_##id,
        WIRE_OPS(X)
#undef X
                        _WIRE_OP_MAX,
        _WIRE_OP_INVALID = -EINVAL,
} WireOpId;

typedef enum WireLane {
        WIRE_LANE_STORE,
        WIRE_LANE_HASH, /* derives a password verifier or makes a key pair */
        WIRE_LANE_LONG, /* takes as long as the store is large: a caller must be patient */
        _WIRE_LANE_MAX,
        _WIRE_LANE_INVALID = -EINVAL,
} WireLane;

/* Where an operation works.  In a realm: its in-struct has a member "realm". */
typedef enum WireScope {
        WIRE_IN_REALM, /* of that name, or the default one */
        WIRE_ANYWHERE, /* of that name, or the whole installation */
        WIRE_INSTALLATION, /* has no realm: the right is asked for in the master realm */
        _WIRE_SCOPE_MAX,
        _WIRE_SCOPE_INVALID = -EINVAL,
} WireScope;

/* How one struct looks on the wire. */
typedef struct WireTable {
        const WireField *fields;
        size_t n;
        size_t size; /* of the struct */
} WireTable;

typedef struct WireOp {
        WireOpId id;
        const char *method; /* with its interface */
        const char *words; /* what iamctl is told: "user create" */
        const char *doc;
        WireScope scope;
        WireLane lane;
        const char *resource; /* the permission that is asked for */
        const char *action;
        const char *event; /* audit event of a success; NULL: only reads */
        const WireTable *in;
        const WireTable *out;
} WireOp;

const WireOp *wire_op(WireOpId id);
const WireOp *wire_op_by_method(const char *method); /* full name; NULL: no such method */

/*
 * Room for any operation's values, secrets included: made on the stack of the face that calls,
 * never in an arena, and wiped by wire_clear() when done.
 */
typedef union WireOpIn {
#define X(id, name) name##In id;
        WIRE_OPS(X)
#undef X
} WireOpIn;

typedef union WireOpOut {
#define X(id, name) name##Out id;
        WIRE_OPS(X)
#undef X
} WireOpOut;
