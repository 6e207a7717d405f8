/* SPDX-License-Identifier: Apache-2.0 */
/* Field tables: what several nouns share, the installation, realms, users and groups. */
#include "base/ssh_key.h"
#include "wire/ops_tables.h"

/* clang-format off */
#define NEED WIRE_REQUIRED | WIRE_POSITIONAL
#define WORD WIRE_POSITIONAL

const WireTable table_WireNothing = { .size = sizeof(WireNothing) };

static const WireField name_in[] = {
        IN_TEXT(WireNameIn, name, "name", 1, 64, NEED, "its name"),
        IN_REALM(WireNameIn),
};
TABLE(WireNameIn, name_in);

static const WireField realm_in[] = {
        IN_REALM(WireRealmIn),
};
TABLE(WireRealmIn, realm_in);

static const WireField realm_named_in[] = {
        IN_TEXT(WireRealmIn, realm, "realm", 1, REALM_NAME_MAX, NEED, "the realm's name"),
};
TABLE(RealmNamedIn, realm_named_in);

static const WireField page_in[] = {
        IN_REALM(WirePageIn),
        IN_PAGE(WirePageIn),
};
TABLE(WirePageIn, page_in);

/* Installation */

static const WireField setup_in[] = {
        IN_TEXT(SetupIn, realm, "realm", 1, REALM_NAME_MAX, 0, "a first realm besides master"),
};
TABLE(SetupIn, setup_in);

static const WireField setup_out[] = {
        OUT_TEXTS(SetupOut, realms, "realms"),
};
TABLE(SetupOut, setup_out);

static const WireField check_row[] = {
        OUT_TEXT(CheckRow, name, "check"),
        OUT_TEXT(CheckRow, state, "state"),
        OUT_TEXT(CheckRow, detail, "detail"),
};

static const WireField status_out[] = {
        OUT_BOOL(StatusOut, setup_done, "setupDone"),
        OUT_TEXT(StatusOut, base_url, "baseUrl"),
        OUT_TEXT(StatusOut, host_realm, "hostRealm"),
        OUT_INT(StatusOut, realms, "realms"),
        OUT_BOOL(StatusOut, directory_published, "directoryPublished"),
        OUT_TEXT(StatusOut, version, "version"),
        OUT_TIME(StatusOut, started_at, "startedAt"),
        OUT_ROWS(StatusOut, checks, "checks", CheckRow, check_row),
};
TABLE(StatusOut, status_out);

static const WireField backup_out[] = {
        OUT_TEXT(BackupOut, path, "path"),
        OUT_INT(BackupOut, bytes, "bytes"),
};
TABLE(BackupOut, backup_out);

static const WireField wait_out[] = {
        OUT_BOOL(WaitOut, published, "published"),
};
TABLE(WaitOut, wait_out);

static const WireField why_in[] = {
        IN_TEXT(WhyIn, user, "user", 1, USER_NAME_MAX, NEED, "who"),
        IN_TEXT(WhyIn, action, "action", 1, 64, NEED, "what: login, create, ..."),
        IN_TEXT(WhyIn, resource, "resource", 1, 64, NEED, "on what: host, user, ..."),
        IN_REALM(WhyIn),
};
TABLE(WhyIn, why_in);

static const WireField why_out[] = {
        OUT_BOOL(WhyOut, allowed, "allowed"),
        OUT_TEXT(WhyOut, explanation, "explanation"),
        OUT_TEXTS(WhyOut, path, "path"),
};
TABLE(WhyOut, why_out);

/* Realms */

static const WireField setting_row[] = {
        OUT_TEXT(SettingRow, name, "name"),
        OUT_TEXT(SettingRow, value, "value"),
        OUT_TEXT(SettingRow, doc, "doc"),
};

static const WireField realm_view[] = {
        OUT_TEXT(RealmView, name, "name"),
        OUT_TEXT(RealmView, id, "id"),
        OUT_TEXT(RealmView, display_name, "displayName"),
        OUT_BOOL(RealmView, enabled, "enabled"),
        OUT_TIME(RealmView, created_at, "createdAt"),
        OUT_ROWS(RealmView, settings, "settings", SettingRow, setting_row),
};
TABLE(RealmView, realm_view);

static const WireField realm_create_in[] = {
        IN_TEXT(RealmCreateIn, name, "name", 1, REALM_NAME_MAX, NEED, "its name"),
        IN_TEXT(RealmCreateIn, display_name, "displayName", 0, GECOS_MAX, 0, "what people read"),
};
TABLE(RealmCreateIn, realm_create_in);

static const WireField realm_list_in[] = {
        IN_PAGE(RealmListIn),
};
TABLE(RealmListIn, realm_list_in);

static const WireField realm_row[] = {
        OUT_TEXT(RealmRow, name, "name"),
        OUT_BOOL(RealmRow, enabled, "enabled"),
        OUT_TIME(RealmRow, created_at, "createdAt"),
        OUT_TEXT(RealmRow, display_name, "displayName"),
};

static const WireField realm_list_out[] = {
        OUT_ROWS(RealmListOut, realms, "realms", RealmRow, realm_row),
        OUT_TEXT(RealmListOut, next, "next"),
};
TABLE(RealmListOut, realm_list_out);

static const WireField realm_set_in[] = {
        IN_TEXT(RealmSetIn, realm, "realm", 1, REALM_NAME_MAX, NEED, "the realm's name"),
        IN_TEXT(RealmSetIn, setting, "setting", 1, 64, NEED, "one that `realm show` lists"),
        IN_TEXT(RealmSetIn, value, "value", 0, 255, NEED, "its new value"),
};
TABLE(RealmSetIn, realm_set_in);

/* Users */

static const WireField user_view[] = {
        OUT_TEXT(UserView, name, "name"),
        OUT_TEXT(UserView, id, "id"),
        OUT_TEXT(UserView, display_name, "displayName"),
        OUT_TEXT(UserView, given_name, "givenName"),
        OUT_TEXT(UserView, family_name, "familyName"),
        OUT_TEXT(UserView, email, "email"),
        OUT_BOOL(UserView, email_verified, "emailVerified"),
        OUT_BOOL(UserView, enabled, "enabled"),
        OUT_INT(UserView, uid, "uid"),
        OUT_TEXT(UserView, home, "home"),
        OUT_TEXT(UserView, shell, "shell"),
        OUT_TEXTS(UserView, factors, "factors"),
        OUT_TEXTS(UserView, groups, "groups"),
        OUT_TEXTS(UserView, roles, "roles"),
        OUT_TIME(UserView, created_at, "createdAt"),
        OUT_TIME(UserView, updated_at, "updatedAt"),
};
TABLE(UserView, user_view);

static const WireField user_create_in[] = {
        IN_TEXT(UserCreateIn, name, "name", 1, USER_NAME_MAX, NEED, "the login name"),
        IN_REALM(UserCreateIn),
        IN_TEXT(UserCreateIn, display_name, "displayName", 0, GECOS_MAX, 0, "the full name"),
        IN_TEXT(UserCreateIn, given_name, "givenName", 0, GECOS_MAX, 0, "the given name"),
        IN_TEXT(UserCreateIn, family_name, "familyName", 0, GECOS_MAX, 0, "the family name"),
        IN_TEXT(UserCreateIn, email, "email", 0, EMAIL_MAX, 0, "the e-mail address"),
        IN_MAYBE(UserCreateIn, email_verified, "emailVerified", "the address is known to be theirs"),
        IN_MAYBE(UserCreateIn, posix, "posix", "the user exists on hosts; default: as the realm says"),
        IN_TEXT(UserCreateIn, home, "home", 0, HOST_PATH_MAX, 0, "the home directory"),
        IN_TEXT(UserCreateIn, shell, "shell", 0, HOST_PATH_MAX, 0, "the login shell"),
};
TABLE(UserCreateIn, user_create_in);

static const WireField user_list_in[] = {
        IN_TEXT(UserListIn, search, "search", 1, USER_NAME_MAX, WORD, "how the names begin"),
        IN_REALM(UserListIn),
        IN_PAGE(UserListIn),
};
TABLE(UserListIn, user_list_in);

static const WireField user_row[] = {
        OUT_TEXT(UserRow, name, "name"),
        OUT_INT(UserRow, uid, "uid"),
        OUT_BOOL(UserRow, enabled, "enabled"),
        OUT_TEXT(UserRow, display_name, "displayName"),
        OUT_TEXT(UserRow, email, "email"),
};

static const WireField user_list_out[] = {
        OUT_ROWS(UserListOut, users, "users", UserRow, user_row),
        OUT_TEXT(UserListOut, next, "next"),
};
TABLE(UserListOut, user_list_out);

static const WireField user_set_password_in[] = {
        IN_TEXT(UserSetPasswordIn, name, "name", 1, USER_NAME_MAX, NEED, "the login name"),
        IN_REALM(UserSetPasswordIn),
        IN_SECRET(UserSetPasswordIn, password, "password", WIRE_REQUIRED | WIRE_CONFIRM,
                  "the new password"),
        IN_MAYBE(UserSetPasswordIn, must_change, "mustChange",
                 "it is good for choosing another one only; default: no"),
};
TABLE(UserSetPasswordIn, user_set_password_in);

static const WireField totp_enrol_out[] = {
        OUT_SECRET(TotpEnrolOut, secret, "secret"),
        OUT_SECRET(TotpEnrolOut, uri, "uri"),
        OUT_SECRET(TotpEnrolOut, qr, "qr"),
        OUT_INT(TotpEnrolOut, qr_size, "qrSize"),
};
TABLE(TotpEnrolOut, totp_enrol_out);

/* SSH keys of users */

static const WireField user_key_row[] = {
        OUT_TEXT(UserKeyRow, fingerprint, "fingerprint"),
        OUT_TEXT(UserKeyRow, type, "type"),
        OUT_BOOL(UserKeyRow, verify_required, "verifyRequired"),
        OUT_TEXT(UserKeyRow, label, "label"),
        OUT_TIME(UserKeyRow, created_at, "createdAt"),
        OUT_TIME(UserKeyRow, last_used_at, "lastUsedAt"),
};
TABLE(UserKeyRow, user_key_row);

static const WireField user_key_add_in[] = {
        IN_TEXT(UserKeyAddIn, name, "name", 1, USER_NAME_MAX, NEED, "the login name"),
        IN_REALM(UserKeyAddIn),
        IN_TEXT(UserKeyAddIn, key, "key", 1, SSH_KEY_LINE_MAX, WIRE_REQUIRED | WIRE_FROM_STDIN,
                "a line of a public key file; default: standard input"),
        IN_TEXT(UserKeyAddIn, label, "label", 0, SSH_KEY_COMMENT_MAX, 0,
                "what it is called; default: the comment in the line"),
        IN_MAYBE(UserKeyAddIn, verify_required, "verifyRequired",
                 "sshd has the security key verify its owner, by PIN or finger"),
};
TABLE(UserKeyAddIn, user_key_add_in);

static const WireField user_key_list_out[] = {
        OUT_ROWS(UserKeyListOut, keys, "keys", UserKeyRow, user_key_row),
};
TABLE(UserKeyListOut, user_key_list_out);

static const WireField user_key_remove_in[] = {
        IN_TEXT(UserKeyRemoveIn, name, "name", 1, USER_NAME_MAX, NEED, "the login name"),
        IN_TEXT(UserKeyRemoveIn, fingerprint, "fingerprint", 1, 64, NEED,
                "as `user key list` shows it"),
        IN_REALM(UserKeyRemoveIn),
};
TABLE(UserKeyRemoveIn, user_key_remove_in);

/* Groups */

static const WireField group_view[] = {
        OUT_TEXT(GroupView, name, "name"),
        OUT_TEXT(GroupView, id, "id"),
        OUT_TEXT(GroupView, path, "path"),
        OUT_INT(GroupView, gid, "gid"),
        OUT_TEXTS(GroupView, members, "members"),
        OUT_INT(GroupView, more_members, "moreMembers"),
        OUT_TEXTS(GroupView, roles, "roles"),
        OUT_TIME(GroupView, created_at, "createdAt"),
};
TABLE(GroupView, group_view);

static const WireField group_create_in[] = {
        IN_TEXT(GroupCreateIn, name, "name", 1, USER_NAME_MAX, NEED, "its name"),
        IN_REALM(GroupCreateIn),
        IN_TEXT(GroupCreateIn, parent, "parent", 1, USER_NAME_MAX, 0, "the group above it"),
        IN_MAYBE(GroupCreateIn, posix, "posix", "it exists on hosts; default: as the realm says"),
};
TABLE(GroupCreateIn, group_create_in);

static const WireField group_row[] = {
        OUT_TEXT(GroupRow, name, "name"),
        OUT_INT(GroupRow, gid, "gid"),
        OUT_TEXT(GroupRow, path, "path"),
};

static const WireField group_list_out[] = {
        OUT_ROWS(GroupListOut, groups, "groups", GroupRow, group_row),
        OUT_TEXT(GroupListOut, next, "next"),
};
TABLE(GroupListOut, group_list_out);

static const WireField group_member_in[] = {
        IN_TEXT(GroupMemberIn, name, "name", 1, USER_NAME_MAX, NEED, "the group"),
        IN_TEXT(GroupMemberIn, user, "user", 1, USER_NAME_MAX, NEED, "the member"),
        IN_REALM(GroupMemberIn),
};
TABLE(GroupMemberIn, group_member_in);
