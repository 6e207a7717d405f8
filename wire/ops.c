/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/ops.h"

#include <string.h>

#include "wire/ops_tables.h"

/* A row whose structs are not those of its tables does not compile. */
/* clang-format off */
#define OP(op, Name, called, Given, Answer, where, in_lane, on, doing, audited, what)              \
        [WIRE_OP_##op] = { .id = WIRE_OP_##op, .method = WIRE_ADMIN_INTERFACE "." #Name,           \
                           .words = (called), .scope = (where), .lane = (in_lane),                 \
                           .resource = (on), .action = (doing), .event = (audited),                \
                           .doc = (what),                                                          \
                           .in = _Generic((Name##In *) NULL, Given *: &table_##Given),             \
                           .out = _Generic((Name##Out *) NULL, Answer *: &table_##Answer) }

#define REALM WIRE_IN_REALM
#define ANYWHERE WIRE_ANYWHERE
#define INSTALLATION WIRE_INSTALLATION
#define STORE WIRE_LANE_STORE
#define HASH WIRE_LANE_HASH
#define LONG WIRE_LANE_LONG

static const WireOp ops[_WIRE_OP_MAX] = {
        OP(SETUP, Setup, "setup", SetupIn, SetupOut, INSTALLATION, HASH,
           "installation", "setup", "setup.done", "make the master realm, and a first one"),
        OP(STATUS, Status, "status", WireNothing, StatusOut, INSTALLATION, STORE,
           "installation", "show", NULL, "how this installation stands, and what is wrong"),
        OP(BACKUP, Backup, "backup", WireNothing, BackupOut, INSTALLATION, LONG,
           "installation", "backup", "backup.made", "copy the store, while it serves, to a file beside it"),
        OP(CLOCK_ACCEPT, ClockAccept, "clock accept", WireNothing, WireNothing, INSTALLATION, STORE,
           "installation", "clock", "clock.accepted", "take the host's clock for right, though iamd has seen a later time"),
        OP(WAIT, Wait, "wait", WireNothing, WaitOut, INSTALLATION, STORE,
           "installation", "show", NULL, "wait until hosts see all changes made so far"),
        OP(WHY, Why, "why", WhyIn, WhyOut, REALM, STORE,
           "user", "show", NULL, "why a user may, or may not, do something"),
        OP(REALM_CREATE, RealmCreate, "realm create", RealmCreateIn, RealmView, INSTALLATION, HASH,
           "realm", "create", "realm.created", "make a realm with its keys"),
        OP(REALM_LIST, RealmList, "realm list", RealmListIn, RealmListOut, INSTALLATION, STORE,
           "realm", "list", NULL, "all realms"),
        OP(REALM_SHOW, RealmShow, "realm show", RealmNamedIn, RealmView, REALM, STORE,
           "realm", "show", NULL, "a realm and its settings"),
        OP(REALM_SET, RealmSet, "realm set", RealmSetIn, RealmView, REALM, STORE,
           "realm", "set", "realm.updated", "change a setting of a realm"),
        OP(REALM_DELETE, RealmDelete, "realm delete", RealmNamedIn, WireNothing, REALM, STORE,
           "realm", "delete", "realm.deleted", "delete a realm with all in it"),
        OP(USER_CREATE, UserCreate, "user create", UserCreateIn, UserView, REALM, STORE,
           "user", "create", "user.created", "make a user"),
        OP(USER_LIST, UserList, "user list", UserListIn, UserListOut, REALM, STORE,
           "user", "list", NULL, "the users of a realm"),
        OP(USER_SHOW, UserShow, "user show", WireNameIn, UserView, REALM, STORE,
           "user", "show", NULL, "a user with groups, roles and factors"),
        OP(USER_SET, UserSet, "user set", UserCreateIn, UserView, REALM, STORE,
           "user", "set", "user.updated", "change a user; an empty value removes one"),
        OP(USER_ENABLE, UserEnable, "user enable", WireNameIn, WireNothing, REALM, STORE,
           "user", "enable", "user.enabled", "let a disabled user in again"),
        OP(USER_DISABLE, UserDisable, "user disable", WireNameIn, WireNothing, REALM, STORE,
           "user", "disable", "user.disabled", "keep a user out and end all sessions"),
        OP(USER_DELETE, UserDelete, "user delete", WireNameIn, WireNothing, REALM, STORE,
           "user", "delete", "user.deleted", "delete a user"),
        OP(USER_SET_PASSWORD, UserSetPassword, "user set-password", UserSetPasswordIn, WireNothing, REALM, HASH,
           "user", "set-password", "password.set", "set a user's password and end all sessions"),
        OP(USER_UNLOCK, UserUnlock, "user unlock", WireNameIn, WireNothing, REALM, STORE,
           "user", "unlock", "user.unlocked", "forget a user's wrong guesses"),
        OP(TOTP_ENROL, TotpEnrol, "user totp enrol", WireNameIn, TotpEnrolOut, REALM, STORE,
           "user", "enrol-factor", "totp.enrolled", "give a user one-time codes; shows the secret once"),
        OP(TOTP_REMOVE, TotpRemove, "user totp remove", WireNameIn, WireNothing, REALM, STORE,
           "user", "remove-factor", "totp.removed", "take one-time codes from a user"),
        OP(USER_KEY_ADD, UserKeyAdd, "user key add", UserKeyAddIn, UserKeyRow, REALM, STORE,
           "user", "add-key", "user-key.added", "let a user in by an SSH key"),
        OP(USER_KEY_LIST, UserKeyList, "user key list", WireNameIn, UserKeyListOut, REALM, STORE,
           "user", "show", NULL, "the SSH keys of a user"),
        OP(USER_KEY_REMOVE, UserKeyRemove, "user key remove", UserKeyRemoveIn, WireNothing, REALM, STORE,
           "user", "remove-key", "user-key.removed", "take an SSH key from a user and end all sessions"),
        OP(GROUP_CREATE, GroupCreate, "group create", GroupCreateIn, GroupView, REALM, STORE,
           "group", "create", "group.created", "make a group"),
        OP(GROUP_LIST, GroupList, "group list", WirePageIn, GroupListOut, REALM, STORE,
           "group", "list", NULL, "the groups of a realm"),
        OP(GROUP_SHOW, GroupShow, "group show", WireNameIn, GroupView, REALM, STORE,
           "group", "show", NULL, "a group with its members and roles"),
        OP(GROUP_DELETE, GroupDelete, "group delete", WireNameIn, WireNothing, REALM, STORE,
           "group", "delete", "group.deleted", "delete a group that has none below it"),
        OP(GROUP_ADD, GroupAdd, "group add", GroupMemberIn, WireNothing, REALM, STORE,
           "group", "add", "group.member-added", "put a user into a group"),
        OP(GROUP_REMOVE, GroupRemove, "group remove", GroupMemberIn, WireNothing, REALM, STORE,
           "group", "remove", "group.member-removed", "take a user out of a group"),
        OP(ROLE_CREATE, RoleCreate, "role create", RoleCreateIn, RoleView, REALM, STORE,
           "role", "create", "role.created", "make a role"),
        OP(ROLE_LIST, RoleList, "role list", WirePageIn, RoleListOut, REALM, STORE,
           "role", "list", NULL, "the roles of a realm"),
        OP(ROLE_SHOW, RoleShow, "role show", RoleRefIn, RoleView, REALM, STORE,
           "role", "show", NULL, "a role with what it allows and who holds it"),
        OP(ROLE_DELETE, RoleDelete, "role delete", RoleRefIn, WireNothing, REALM, STORE,
           "role", "delete", "role.deleted", "delete a role"),
        OP(ROLE_ASSIGN, RoleAssign, "role assign", RoleAssignIn, WireNothing, REALM, STORE,
           "role", "assign", "role.assigned", "give a role to a user, a group or a service"),
        OP(ROLE_UNASSIGN, RoleUnassign, "role unassign", RoleAssignIn, WireNothing, REALM, STORE,
           "role", "unassign", "role.unassigned", "take a role from a user, a group or a service"),
        OP(ROLE_INCLUDE, RoleInclude, "role include", RoleIncludeIn, WireNothing, REALM, STORE,
           "role", "include", "role.updated", "let a role include another"),
        OP(ROLE_EXCLUDE, RoleExclude, "role exclude", RoleIncludeIn, WireNothing, REALM, STORE,
           "role", "exclude", "role.updated", "no longer let a role include another"),
        OP(ROLE_PERMIT, RolePermit, "role permit", RolePermitIn, WireNothing, REALM, STORE,
           "role", "permit", "permission.granted", "give a role a permission"),
        OP(ROLE_FORBID, RoleForbid, "role forbid", RolePermitIn, WireNothing, REALM, STORE,
           "role", "forbid", "permission.revoked", "take a permission from a role"),
        OP(SUDO_ADD, SudoAdd, "role sudo add", SudoAddIn, WireNothing, REALM, STORE,
           "sudo", "add", "sudo-rule.added", "let a role run a command by sudo"),
        OP(SUDO_REMOVE, SudoRemove, "role sudo remove", SudoRemoveIn, WireNothing, REALM, STORE,
           "sudo", "remove", "sudo-rule.removed", "no longer let a role run a command by sudo"),
        OP(SUDO_LIST, SudoList, "role sudo list", WireRealmIn, SudoListOut, REALM, STORE,
           "sudo", "list", NULL, "what roles may run by sudo"),
        OP(HOST_ALLOW, HostAllow, "host allow", HostAllowIn, WireNothing, REALM, STORE,
           "host", "allow", "permission.granted", "let a role or group log in to hosts"),
        OP(HOST_DENY, HostDeny, "host deny", HostAllowIn, WireNothing, REALM, STORE,
           "host", "deny", "permission.revoked", "no longer let a role or group log in to hosts"),
        OP(HOST_LIST, HostList, "host list", WireRealmIn, HostListOut, REALM, STORE,
           "host", "list", NULL, "who may log in to hosts"),
        OP(CLIENT_CREATE, ClientCreate, "client create", ClientCreateIn, ClientView, REALM, STORE,
           "client", "create", "client.created", "register an application; shows its secret once"),
        OP(CLIENT_LIST, ClientList, "client list", WirePageIn, ClientListOut, REALM, STORE,
           "client", "list", NULL, "the applications of a realm"),
        OP(CLIENT_SHOW, ClientShow, "client show", WireNameIn, ClientView, REALM, STORE,
           "client", "show", NULL, "an application"),
        OP(CLIENT_SET, ClientSet, "client set", ClientSetIn, ClientView, REALM, STORE,
           "client", "set", "client.updated", "change an application"),
        OP(CLIENT_DELETE, ClientDelete, "client delete", WireNameIn, WireNothing, REALM, STORE,
           "client", "delete", "client.deleted", "delete an application"),
        OP(CLIENT_ROTATE_SECRET, ClientRotateSecret, "client rotate-secret", ClientRotateSecretIn, ClientView, REALM, STORE,
           "client", "rotate-secret", "client.secret-rotated", "give an application a new secret; shows it once"),
        OP(KEY_ROTATE, KeyRotate, "key rotate", KeyRotateIn, KeyListOut, REALM, HASH,
           "key", "rotate", "key.rotated", "make new signing keys, which sign after a day"),
        OP(KEY_LIST, KeyList, "key list", WireRealmIn, KeyListOut, REALM, STORE,
           "key", "list", NULL, "the keys that applications see, and their state"),
        OP(SESSION_LIST, SessionList, "session list", SessionListIn, SessionListOut, REALM, STORE,
           "session", "list", NULL, "who is signed in, in browsers and on hosts"),
        OP(SESSION_END, SessionEnd, "session end", SessionEndIn, WireNothing, REALM, STORE,
           "session", "end", "session.ended", "end one session, or all of a user"),
        OP(AUDIT_LIST, AuditList, "audit list", AuditListIn, AuditListOut, ANYWHERE, STORE,
           "audit", "list", NULL, "what happened"),
};
/* clang-format on */

const WireOp *wire_op(WireOpId id) {
        assert(id >= 0 && id < _WIRE_OP_MAX);
        return &ops[id];
}

const WireOp *wire_op_by_method(const char *method) {
        for (size_t i = 0; i < ELEMENTSOF(ops); i++)
                if (strcmp(ops[i].method, method) == 0)
                        return &ops[i];
        return NULL;
}
