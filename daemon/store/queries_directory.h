/* SPDX-License-Identifier: Apache-2.0 */
/* Realms, users, credentials, groups, POSIX numbers. */
#pragma once

/* clang-format off */
#define REALM_COLUMNS \
        "id, name, display_name, enabled, epoch, settings, created_at, updated_at, " \
        "version"

#define USER_COLUMNS \
        "realm_id, id, name, email, email_fold, email_verified, display_name, " \
        "given_name, family_name, enabled, posix, uid, home, shell, credential_epoch, " \
        "authz_epoch, created_at, updated_at, version, client_id"

#define CREDENTIAL_COLUMNS \
        "realm_id, id, user_id, kind, label, phc, kek_id, sealed, created_at, " \
        "last_used_at, version, must_change, changed_at"

#define USER_KEY_COLUMNS \
        "realm_id, id, user_id, type, base64, fingerprint, label, verify_required, " \
        "created_at, last_used_at"

#define GROUP_COLUMNS \
        "realm_id, id, parent_id, name, posix, gid, created_at, updated_at, version"

#define SQL_DIRECTORY_QUERIES(X) \
        X(REALM_INSERT, \
          "INSERT INTO realm (" REALM_COLUMNS \
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)") \
        X(REALM_BY_ID, \
          "SELECT " REALM_COLUMNS " FROM realm WHERE id = $1 AND deleted_at IS NULL") \
        X(REALM_BY_NAME, \
          "SELECT " REALM_COLUMNS " FROM realm WHERE name = $1 AND deleted_at IS NULL") \
        X(REALM_UPDATE, \
          "UPDATE realm SET name = $2, display_name = $3, enabled = $4, epoch = $5, " \
          "settings = $6, updated_at = $8, version = version + 1 WHERE id = $1 AND " \
          "version = $9 AND deleted_at IS NULL") \
        X(REALM_REMOVE, \
          "UPDATE realm SET deleted_at = $2, version = version + 1 WHERE id = $1 " \
          "AND deleted_at IS NULL") \
        X(REALM_LIST, \
          "SELECT " REALM_COLUMNS \
          " FROM realm WHERE name > $1 AND deleted_at IS NULL ORDER BY name LIMIT $2") \
        X(USER_INSERT, \
          "INSERT INTO user_account (" USER_COLUMNS \
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, " \
          "$15, $16, $17, $18, $19, $20)") \
        X(USER_BY_ID, \
          "SELECT " USER_COLUMNS \
          " FROM user_account WHERE realm_id = $1 AND id = $2 AND deleted_at IS NULL") \
        X(USER_BY_NAME, \
          "SELECT " USER_COLUMNS \
          " FROM user_account WHERE realm_id = $1 AND name = $2 AND client_id IS NULL " \
          "AND deleted_at IS NULL") \
        X(USER_BY_CLIENT, \
          "SELECT " USER_COLUMNS \
          " FROM user_account WHERE realm_id = $1 AND client_id = $2 AND deleted_at " \
          "IS NULL") \
        X(USER_BY_EMAIL, \
          "SELECT " USER_COLUMNS \
          " FROM user_account WHERE realm_id = $1 AND email_fold = $2 AND client_id IS " \
          "NULL AND deleted_at IS NULL") \
        X(USER_BY_UID, \
          "SELECT " USER_COLUMNS \
          " FROM user_account WHERE realm_id = $1 AND uid = $2 AND posix = 1 AND " \
          "client_id IS NULL AND deleted_at IS NULL") \
        X(USER_UPDATE, \
          "UPDATE user_account SET name = $3, email = $4, email_fold = $5, " \
          "email_verified = $6, display_name = $7, given_name = $8, family_name = " \
          "$9, enabled = $10, posix = $11, uid = $12, home = $13, shell = $14, " \
          "credential_epoch = $15, authz_epoch = $16, updated_at = $18, version = " \
          "version + 1 WHERE realm_id = $1 AND id = $2 AND version = $19 AND " \
          "deleted_at IS NULL") \
        X(USER_REMOVE, \
          "UPDATE user_account SET deleted_at = $3, version = version + 1, enabled " \
          "= 0, credential_epoch = credential_epoch + 1 WHERE realm_id = $1 AND id " \
          "= $2 AND deleted_at IS NULL") \
        X(USER_LIST, \
          "SELECT " USER_COLUMNS \
          " FROM user_account WHERE realm_id = $1 AND name > $2 AND name >= $3 AND " \
          "name < $4 AND client_id IS NULL AND deleted_at IS NULL ORDER BY name LIMIT $5") \
        X(USER_LIST_POSIX, \
          "SELECT " USER_COLUMNS \
          " FROM user_account WHERE realm_id = $1 AND posix = 1 AND client_id IS " \
          "NULL AND deleted_at IS NULL ORDER BY name") \
        X(USER_RAISE_AUTHZ, \
          "UPDATE user_account SET authz_epoch = authz_epoch + 1, version = version " \
          "+ 1 WHERE realm_id = $1 AND id = $2 AND deleted_at IS NULL") \
        X(USER_RAISE_AUTHZ_GROUP, \
          "WITH RECURSIVE below (id) AS (SELECT id FROM user_group WHERE realm_id = " \
          "$1 AND id = $2 UNION SELECT g.id FROM user_group g JOIN below ON " \
          "g.parent_id = below.id WHERE g.realm_id = $1 AND g.deleted_at IS NULL) " \
          "UPDATE user_account SET authz_epoch = authz_epoch + 1, version = version " \
          "+ 1 WHERE realm_id = $1 AND deleted_at IS NULL AND id IN (SELECT " \
          "m.user_id FROM group_member m JOIN below ON m.group_id = below.id WHERE " \
          "m.realm_id = $1)") \
        X(USER_RAISE_AUTHZ_ROLE, \
          "WITH RECURSIVE above (id) AS (SELECT id FROM role WHERE realm_id = $1 " \
          "AND id = $2 UNION SELECT c.role_id FROM role_composite c JOIN above ON " \
          "c.includes_id = above.id WHERE c.realm_id = $1), below (id) AS (SELECT " \
          "a.subject_id FROM assignment a JOIN above ON a.role_id = above.id WHERE " \
          "a.realm_id = $1 AND a.subject_kind = 'group' UNION SELECT g.id FROM " \
          "user_group g JOIN below ON g.parent_id = below.id WHERE g.realm_id = $1 " \
          "AND g.deleted_at IS NULL) UPDATE user_account SET authz_epoch = " \
          "authz_epoch + 1, version = version + 1 WHERE realm_id = $1 AND " \
          "deleted_at IS NULL AND id IN (SELECT a.subject_id FROM assignment a JOIN " \
          "above ON a.role_id = above.id WHERE a.realm_id = $1 AND a.subject_kind = " \
          "'user' UNION SELECT m.user_id FROM group_member m JOIN below ON " \
          "m.group_id = below.id WHERE m.realm_id = $1)") \
        X(POSIX_NEXT, \
          "UPDATE counter SET next = CASE WHEN next = 99999 THEN 1879048192 ELSE " \
          "next + 1 END WHERE name = 'posix' AND next <= 2147483647 RETURNING CASE " \
          "WHEN next = 1879048192 THEN 99999 ELSE next - 1 END") \
        X(POSIX_TAKEN, \
          "SELECT 1 FROM posix_id WHERE id = $1") \
        X(POSIX_INSERT, \
          "INSERT INTO posix_id (id, kind, realm_id, owner_id, created_at) VALUES " \
          "($2, $3, $1, $4, $5)") \
        X(POSIX_RETIRE, \
          "UPDATE posix_id SET retired_at = $3 WHERE realm_id = $1 AND owner_id = " \
          "$2 AND retired_at IS NULL") \
        X(CREDENTIAL_INSERT, \
          "INSERT INTO credential (" CREDENTIAL_COLUMNS \
          ") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 WHERE " \
          "EXISTS (SELECT 1 FROM user_account WHERE realm_id = $1 AND id = $3 AND " \
          "deleted_at IS NULL)") \
        X(CREDENTIAL_PROBE, \
          "SELECT 1 FROM credential WHERE realm_id = $1 AND id = $2 AND deleted_at " \
          "IS NULL") \
        X(CREDENTIAL_UPDATE, \
          "UPDATE credential SET kind = $4, label = $5, phc = $6, kek_id = $7, " \
          "sealed = $8, must_change = $12, changed_at = $13, version = version + 1 WHERE realm_id = $1 AND id = $2 AND version = $11 " \
          "AND deleted_at IS NULL") \
        X(CREDENTIAL_BY_USER, \
          "SELECT " CREDENTIAL_COLUMNS \
          " FROM credential WHERE realm_id = $1 AND user_id = $2 AND deleted_at IS " \
          "NULL ORDER BY id") \
        X(CREDENTIAL_REMOVE, \
          "UPDATE credential SET deleted_at = $3, phc = NULL, kek_id = NULL, sealed " \
          "= NULL, version = version + 1 WHERE realm_id = $1 AND id = $2 AND " \
          "deleted_at IS NULL") \
        X(CREDENTIAL_REMOVE_ALL, \
          "UPDATE credential SET deleted_at = $3, phc = NULL, kek_id = NULL, sealed " \
          "= NULL, version = version + 1 WHERE realm_id = $1 AND user_id = $2 AND " \
          "deleted_at IS NULL") \
        X(CREDENTIAL_TOUCH, \
          "UPDATE credential SET last_used_at = $3 WHERE realm_id = $1 AND id = $2 " \
          "AND last_used_at + 60000000 <= $3 AND deleted_at IS NULL") \
        X(USER_KEY_INSERT, \
          "INSERT INTO user_key (" USER_KEY_COLUMNS \
          ") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE EXISTS (SELECT 1 " \
          "FROM user_account WHERE realm_id = $1 AND id = $3 AND deleted_at IS NULL)") \
        X(USER_KEY_BY_USER, \
          "SELECT " USER_KEY_COLUMNS \
          " FROM user_key WHERE realm_id = $1 AND user_id = $2 ORDER BY id") \
        X(USER_KEY_BY_FINGERPRINT, \
          "SELECT " USER_KEY_COLUMNS \
          " FROM user_key WHERE realm_id = $1 AND fingerprint = $2") \
        X(USER_KEY_PROBE, \
          "SELECT 1 FROM user_key WHERE realm_id = $1 AND id = $2") \
        X(USER_KEY_DELETE, \
          "DELETE FROM user_key WHERE realm_id = $1 AND id = $2") \
        X(USER_KEY_DELETE_USER, \
          "DELETE FROM user_key WHERE realm_id = $1 AND user_id = $2") \
        X(USER_KEY_TOUCH, \
          "UPDATE user_key SET last_used_at = $3 WHERE realm_id = $1 AND id = $2 " \
          "AND last_used_at + 60000000 <= $3") \
        X(GROUP_INSERT, \
          "INSERT INTO user_group (" GROUP_COLUMNS \
          ") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE $3 IS NULL OR EXISTS " \
          "(SELECT 1 FROM user_group WHERE realm_id = $1 AND id = $3 AND deleted_at " \
          "IS NULL)") \
        X(GROUP_BY_ID, \
          "SELECT " GROUP_COLUMNS \
          " FROM user_group WHERE realm_id = $1 AND id = $2 AND deleted_at IS NULL") \
        X(GROUP_BY_NAME, \
          "SELECT " GROUP_COLUMNS \
          " FROM user_group WHERE realm_id = $1 AND name = $2 AND deleted_at IS NULL") \
        X(GROUP_UPDATE, \
          "UPDATE user_group SET parent_id = $3, name = $4, posix = $5, gid = $6, " \
          "updated_at = $8, version = version + 1 WHERE realm_id = $1 AND id = $2 " \
          "AND version = $9 AND deleted_at IS NULL") \
        X(GROUP_HAS_CHILD, \
          "SELECT 1 FROM user_group WHERE realm_id = $1 AND parent_id = $2 AND " \
          "deleted_at IS NULL LIMIT 1") \
        X(GROUP_REMOVE, \
          "UPDATE user_group SET deleted_at = $3, version = version + 1 WHERE " \
          "realm_id = $1 AND id = $2 AND deleted_at IS NULL") \
        X(GROUP_LIST, \
          "SELECT " GROUP_COLUMNS \
          " FROM user_group WHERE realm_id = $1 AND name > $2 AND deleted_at IS NULL " \
          "ORDER BY name LIMIT $3") \
        X(GROUP_LIST_ALL, \
          "SELECT " GROUP_COLUMNS \
          " FROM user_group WHERE realm_id = $1 AND deleted_at IS NULL ORDER BY name") \
        X(MEMBER_INSERT, \
          "INSERT INTO group_member (realm_id, group_id, user_id, created_at) " \
          "SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT 1 FROM user_group WHERE " \
          "realm_id = $1 AND id = $2 AND deleted_at IS NULL) AND EXISTS (SELECT 1 " \
          "FROM user_account WHERE realm_id = $1 AND id = $3 AND deleted_at IS " "NULL)") \
        X(MEMBER_DELETE, \
          "DELETE FROM group_member WHERE realm_id = $1 AND group_id = $2 AND " \
          "user_id = $3") \
        X(MEMBER_DELETE_GROUP, \
          "DELETE FROM group_member WHERE realm_id = $1 AND group_id = $2") \
        X(MEMBER_DELETE_USER, \
          "DELETE FROM group_member WHERE realm_id = $1 AND user_id = $2") \
        X(GROUP_MEMBERS, \
          "SELECT u.realm_id, u.id, u.name, u.email, u.email_fold, " \
          "u.email_verified, u.display_name, u.given_name, u.family_name, " \
          "u.enabled, u.posix, u.uid, u.home, u.shell, u.credential_epoch, " \
          "u.authz_epoch, u.created_at, u.updated_at, u.version FROM user_account u " \
          "JOIN group_member m ON m.realm_id = u.realm_id AND m.user_id = u.id " \
          "WHERE m.realm_id = $1 AND m.group_id = $2 AND u.deleted_at IS NULL ORDER " \
          "BY u.name") \
        X(GROUP_OF_USER, \
          "SELECT g.realm_id, g.id, g.parent_id, g.name, g.posix, g.gid, " \
          "g.created_at, g.updated_at, g.version FROM user_group g JOIN " \
          "group_member m ON m.realm_id = g.realm_id AND m.group_id = g.id WHERE " \
          "m.realm_id = $1 AND m.user_id = $2 AND g.deleted_at IS NULL ORDER BY " \
          "g.name") \
        X(MEMBERSHIPS, \
          "SELECT group_id, user_id FROM group_member WHERE realm_id = $1 ORDER BY " \
          "group_id, user_id")
/* clang-format on */
