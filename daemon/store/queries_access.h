/* SPDX-License-Identifier: Apache-2.0 */
/* Roles and what they allow, clients. */
#pragma once

/* clang-format off */
#define ROLE_COLUMNS \
        "realm_id, id, client_id, name, description, created_at, updated_at, version"

#define CLIENT_COLUMNS \
        "realm_id, id, name, display_name, kind, enabled, require_pkce, secret_hash, " \
        "id_token_alg, epoch, created_at, updated_at, version, access_token_alg, " \
        "access_token_lifetime, refresh_token_lifetime, former_secret_hash, " \
        "former_secret_until"

#define SQL_ACCESS_QUERIES(X) \
        X(ROLE_INSERT, \
          "INSERT INTO role (" ROLE_COLUMNS \
          ") SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE $3 IS NULL OR EXISTS " \
          "(SELECT 1 FROM client WHERE realm_id = $1 AND id = $3 AND deleted_at IS " \
          "NULL)") \
        X(ROLE_BY_ID, \
          "SELECT " ROLE_COLUMNS \
          " FROM role WHERE realm_id = $1 AND id = $2 AND deleted_at IS NULL") \
        X(ROLE_BY_REALM_NAME, \
          "SELECT " ROLE_COLUMNS \
          " FROM role WHERE realm_id = $1 AND client_id IS NULL AND name = $2 AND " \
          "deleted_at IS NULL") \
        X(ROLE_BY_CLIENT_NAME, \
          "SELECT " ROLE_COLUMNS \
          " FROM role WHERE realm_id = $1 AND client_id = $2 AND name = $3 AND " \
          "deleted_at IS NULL") \
        X(ROLE_UPDATE, \
          "UPDATE role SET name = $4, description = $5, updated_at = $7, version = " \
          "version + 1 WHERE realm_id = $1 AND id = $2 AND version = $8 AND " \
          "deleted_at IS NULL") \
        X(ROLE_REMOVE, \
          "UPDATE role SET deleted_at = $3, version = version + 1 WHERE realm_id = " \
          "$1 AND id = $2 AND deleted_at IS NULL") \
        X(ROLE_REMOVE_CLIENT, \
          "UPDATE role SET deleted_at = $3, version = version + 1 WHERE realm_id = " \
          "$1 AND client_id = $2 AND deleted_at IS NULL") \
        X(ROLE_LIST_FIRST, \
          "SELECT " ROLE_COLUMNS \
          " FROM role WHERE realm_id = $1 AND deleted_at IS NULL ORDER BY name, id " \
          "LIMIT $2") \
        X(ROLE_LIST_AFTER, \
          "SELECT " ROLE_COLUMNS \
          " FROM role WHERE realm_id = $1 AND (name, id) > (SELECT name, id FROM " \
          "role WHERE realm_id = $1 AND id = $2) AND deleted_at IS NULL ORDER BY " \
          "name, id LIMIT $3") \
        X(ROLE_LIST_ALL, \
          "SELECT " ROLE_COLUMNS \
          " FROM role WHERE realm_id = $1 AND deleted_at IS NULL ORDER BY name, id") \
        X(ASSIGN_USER, \
          "INSERT INTO assignment (realm_id, role_id, subject_kind, subject_id, " \
          "created_at) SELECT $1, $2, 'user', $3, $4 WHERE EXISTS (SELECT 1 FROM " \
          "role WHERE realm_id = $1 AND id = $2 AND deleted_at IS NULL) AND EXISTS " \
          "(SELECT 1 FROM user_account WHERE realm_id = $1 AND id = $3 AND " \
          "deleted_at IS NULL)") \
        X(ASSIGN_GROUP, \
          "INSERT INTO assignment (realm_id, role_id, subject_kind, subject_id, " \
          "created_at) SELECT $1, $2, 'group', $3, $4 WHERE EXISTS (SELECT 1 FROM " \
          "role WHERE realm_id = $1 AND id = $2 AND deleted_at IS NULL) AND EXISTS " \
          "(SELECT 1 FROM user_group WHERE realm_id = $1 AND id = $3 AND deleted_at " \
          "IS NULL)") \
        X(UNASSIGN, \
          "DELETE FROM assignment WHERE realm_id = $1 AND role_id = $2 AND " \
          "subject_kind = $3 AND subject_id = $4") \
        X(UNASSIGN_SUBJECT, \
          "DELETE FROM assignment WHERE realm_id = $1 AND subject_id = $2") \
        X(UNASSIGN_ROLE, \
          "DELETE FROM assignment WHERE realm_id = $1 AND role_id = $2") \
        X(ASSIGNMENTS, \
          "SELECT role_id, subject_kind, subject_id FROM assignment WHERE realm_id " \
          "= $1 ORDER BY role_id, subject_kind, subject_id") \
        X(INCLUDE, \
          "INSERT INTO role_composite (realm_id, role_id, includes_id, created_at) " \
          "SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT 1 FROM role WHERE realm_id = " \
          "$1 AND id = $2 AND deleted_at IS NULL) AND EXISTS (SELECT 1 FROM role " \
          "WHERE realm_id = $1 AND id = $3 AND deleted_at IS NULL)") \
        X(EXCLUDE, \
          "DELETE FROM role_composite WHERE realm_id = $1 AND role_id = $2 AND " \
          "includes_id = $3") \
        X(EXCLUDE_ROLE, \
          "DELETE FROM role_composite WHERE realm_id = $1 AND (role_id = $2 OR " \
          "includes_id = $2)") \
        X(COMPOSITES, \
          "SELECT role_id, includes_id FROM role_composite WHERE realm_id = $1 " \
          "ORDER BY role_id, includes_id") \
        X(PERMIT_ROLE, \
          "INSERT INTO permission (realm_id, id, subject_kind, subject_id, " \
          "resource, action, created_at) SELECT $1, $2, 'role', $3, $4, $5, $6 " \
          "WHERE EXISTS (SELECT 1 FROM role WHERE realm_id = $1 AND id = $3 AND " \
          "deleted_at IS NULL)") \
        X(PERMIT_GROUP, \
          "INSERT INTO permission (realm_id, id, subject_kind, subject_id, " \
          "resource, action, created_at) SELECT $1, $2, 'group', $3, $4, $5, $6 " \
          "WHERE EXISTS (SELECT 1 FROM user_group WHERE realm_id = $1 AND id = $3 " \
          "AND deleted_at IS NULL)") \
        X(FORBID, \
          "DELETE FROM permission WHERE realm_id = $1 AND subject_kind = $2 AND " \
          "subject_id = $3 AND resource = $4 AND action = $5") \
        X(FORBID_SUBJECT, \
          "DELETE FROM permission WHERE realm_id = $1 AND subject_id = $2") \
        X(PERMISSIONS, \
          "SELECT id, subject_kind, subject_id, resource, action FROM permission " \
          "WHERE realm_id = $1 ORDER BY id") \
        X(SUDO_INSERT, \
          "INSERT INTO sudo_rule (realm_id, id, role_id, run_as, command, " \
          "created_at, fresh_factor) SELECT $1, $2, $3, $4, $5, $6, $7 WHERE EXISTS (SELECT 1 FROM " \
          "role WHERE realm_id = $1 AND id = $3 AND deleted_at IS NULL)") \
        X(SUDO_DELETE, \
          "DELETE FROM sudo_rule WHERE realm_id = $1 AND role_id = $2 AND run_as = " \
          "$3 AND command = $4") \
        X(SUDO_DELETE_ROLE, \
          "DELETE FROM sudo_rule WHERE realm_id = $1 AND role_id = $2") \
        X(SUDO_RULES, \
          "SELECT id, role_id, run_as, command, fresh_factor FROM sudo_rule WHERE realm_id = $1 " \
          "ORDER BY id") \
        X(CLIENT_INSERT, \
          "INSERT INTO client (" CLIENT_COLUMNS \
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, " \
          "$15, $16, $17, $18)") \
        X(CLIENT_BY_ID, \
          "SELECT " CLIENT_COLUMNS \
          " FROM client WHERE realm_id = $1 AND id = $2 AND deleted_at IS NULL") \
        X(CLIENT_BY_NAME, \
          "SELECT " CLIENT_COLUMNS \
          " FROM client WHERE realm_id = $1 AND name = $2 AND deleted_at IS NULL") \
        X(CLIENT_UPDATE, \
          "UPDATE client SET name = $3, display_name = $4, kind = $5, enabled = $6, " \
          "require_pkce = $7, secret_hash = $8, id_token_alg = $9, epoch = $10, " \
          "updated_at = $12, version = version + 1, access_token_alg = $14, " \
          "access_token_lifetime = $15, refresh_token_lifetime = $16, former_secret_hash " \
          "= $17, former_secret_until = $18 WHERE realm_id = $1 AND id = $2 " \
          "AND version = $13 AND deleted_at IS NULL") \
        X(CLIENT_REMOVE, \
          "UPDATE client SET deleted_at = $3, enabled = 0, epoch = epoch + 1, " \
          "secret_hash = NULL, former_secret_hash = NULL, version = version + 1 WHERE " \
          "realm_id = $1 AND id = " \
          "$2 AND deleted_at IS NULL") \
        X(CLIENT_LIST_ALL, \
          "SELECT " CLIENT_COLUMNS \
          " FROM client WHERE realm_id = $1 AND name > $2 AND deleted_at IS NULL " \
          "ORDER BY name LIMIT $3") \
        X(CLIENT_LIST_INSERT, \
          "INSERT INTO client_list (realm_id, client_id, kind, position, value) VALUES " \
          "($1, $2, $3, $4, $5)") \
        X(CLIENT_LIST_DELETE, \
          "DELETE FROM client_list WHERE realm_id = $1 AND client_id = $2") \
        X(CLIENT_LISTS, \
          "SELECT kind, value FROM client_list WHERE realm_id = $1 AND client_id = $2 " \
          "ORDER BY kind, position") \
        X(CLIENT_ORIGIN, \
          "SELECT 1 FROM client_list l JOIN client c ON c.realm_id = l.realm_id AND c.id = " \
          "l.client_id WHERE l.realm_id = $1 AND l.kind = 'web-origin' AND l.value = $2 " \
          "AND c.enabled = 1 AND c.deleted_at IS NULL LIMIT 1")
/* clang-format on */
