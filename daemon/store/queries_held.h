/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one user holds: found from the user on, by indexes, however large the realm is.  Two things
 * are for SQLite, which keeps no statistics here, and mean the same everywhere: CROSS JOIN keeps
 * the order of the loops, and p.resource >= '', always true, leads to the index.
 */
#pragma once

#include "daemon/store/queries_access.h"
#include "daemon/store/queries_directory.h"

/* clang-format off */
/* The groups of user $2, and those above them. */
#define WITH_GROUPS \
        "WITH RECURSIVE up (id) AS (SELECT group_id FROM group_member WHERE realm_id = " \
        "$1 AND user_id = $2 UNION SELECT g.parent_id FROM up CROSS JOIN user_group g " \
        "WHERE g.realm_id = $1 AND g.id = up.id AND g.parent_id IS NOT NULL AND " \
        "g.deleted_at IS NULL)"

/* The roles of that user and of these groups, and those they include. */
#define WITH_ROLES \
        WITH_GROUPS ", held (id) AS (SELECT role_id FROM assignment WHERE realm_id = $1 " \
        "AND subject_id = $2 AND subject_kind = 'user' UNION SELECT a.role_id FROM up " \
        "CROSS JOIN assignment a WHERE a.realm_id = $1 AND a.subject_id = up.id AND " \
        "a.subject_kind = 'group' UNION SELECT c.includes_id FROM held CROSS JOIN " \
        "role_composite c WHERE c.realm_id = $1 AND c.role_id = held.id)"

#define SQL_HELD_QUERIES(X) \
        X(HELD_GROUPS, \
          WITH_GROUPS " SELECT g.realm_id, g.id, g.parent_id, g.name, g.posix, g.gid, " \
          "g.created_at, g.updated_at, g.version FROM up CROSS JOIN user_group g " \
          "WHERE g.realm_id = $1 AND g.id = up.id AND g.deleted_at IS NULL ORDER BY " \
          "g.name") \
        X(HELD_ROLES, \
          WITH_ROLES " SELECT r.realm_id, r.id, r.client_id, r.name, r.description, " \
          "r.created_at, r.updated_at, r.version FROM held CROSS JOIN role r WHERE " \
          "r.realm_id = $1 AND r.id = held.id AND r.deleted_at IS NULL ORDER BY " \
          "r.name, r.id") \
        X(HELD_HAS_GROUPS, \
          "SELECT 1 FROM group_member WHERE realm_id = $1 AND user_id = $2 LIMIT 1") \
        X(HELD_HAS_MORE_ROLES, /* than those assigned to himself */ \
          "SELECT 1 FROM group_member WHERE realm_id = $1 AND user_id = $2 UNION ALL " \
          "SELECT 1 FROM assignment a CROSS JOIN role_composite c WHERE a.realm_id = $1 " \
          "AND a.subject_id = $2 AND a.subject_kind = 'user' AND c.realm_id = $1 AND " \
          "c.role_id = a.role_id LIMIT 1") \
        X(HELD_ROLES_DIRECT, \
          "SELECT r.realm_id, r.id, r.client_id, r.name, r.description, " \
          "r.created_at, r.updated_at, r.version FROM assignment a CROSS JOIN role r " \
          "WHERE a.realm_id = $1 AND a.subject_id = $2 AND a.subject_kind = 'user' AND " \
          "r.realm_id = $1 AND r.id = a.role_id AND r.deleted_at IS NULL ORDER BY " \
          "r.name, r.id") \
        X(HELD_ASSIGNMENTS, \
          WITH_GROUPS " SELECT role_id, subject_kind, subject_id FROM assignment WHERE " \
          "realm_id = $1 AND subject_id = $2 AND subject_kind = 'user' UNION ALL " \
          "SELECT a.role_id, a.subject_kind, a.subject_id FROM up CROSS JOIN " \
          "assignment a WHERE a.realm_id = $1 AND a.subject_id = up.id AND " \
          "a.subject_kind = 'group' ORDER BY 1, 2, 3") \
        X(HELD_COMPOSITES, \
          WITH_ROLES " SELECT c.role_id, c.includes_id FROM held CROSS JOIN " \
          "role_composite c WHERE c.realm_id = $1 AND c.role_id = held.id ORDER BY " \
          "c.role_id, c.includes_id") \
        X(HELD_PERMISSIONS, \
          WITH_ROLES ", holder (kind, id) AS (SELECT 'group', id FROM up UNION SELECT " \
          "'role', id FROM held) SELECT p.id, p.subject_kind, p.subject_id, " \
          "p.resource, p.action FROM holder CROSS JOIN permission p WHERE p.realm_id = " \
          "$1 AND p.subject_kind = holder.kind AND p.subject_id = holder.id AND " \
          "p.resource >= '' ORDER BY p.id") \
        X(HELD_SUDO, \
          WITH_ROLES " SELECT s.id, s.role_id, s.run_as, s.command, s.fresh_factor FROM held CROSS " \
          "JOIN sudo_rule s WHERE s.realm_id = $1 AND s.role_id = held.id ORDER BY " \
          "s.id")
/* clang-format on */
