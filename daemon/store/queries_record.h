/* SPDX-License-Identifier: Apache-2.0 */
/* Audit, history, outbox, installation-wide values, clearing. */
#pragma once

/* clang-format off */
#define AUDIT_COLUMNS \
        "e.realm_id, e.id, e.at, e.kind, e.success, e.reason, e.door, e.actor_kind, " \
        "e.actor_id, e.target_kind, e.target_id, e.details, e.trace, p.actor_name, " \
        "p.target_name, p.address, p.agent"

#define AUDIT_FROM \
        "FROM audit_event e LEFT JOIN audit_personal p ON p.realm_id = e.realm_id AND " \
        "p.event_id = e.id"

#define AUDIT_WHERE \
        "($3 IS NULL OR e.kind BETWEEN $3 AND $4) AND ($5 IS NULL OR p.actor_name = $5 " \
        "OR p.target_name = $5) AND ($6 IS NULL OR e.door = $6) AND e.at >= $7 AND e.at " \
        "< $8"

#define SQL_RECORD_QUERIES(X) \
        X(AUDIT_INSERT, \
          "INSERT INTO audit_event (realm_id, id, at, kind, success, reason, door, " \
          "actor_kind, actor_id, target_kind, target_id, details, trace) VALUES " \
          "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)") \
        X(AUDIT_INSERT_PERSONAL, \
          "INSERT INTO audit_personal (realm_id, event_id, actor_name, target_name, " \
          "address, agent) VALUES ($1, $2, $14, $15, $16, $17)") \
        X(AUDIT_NEWER, \
          "SELECT " AUDIT_COLUMNS " " AUDIT_FROM " WHERE e.id > $2 AND " AUDIT_WHERE \
          " ORDER BY e.id LIMIT $9") \
        X(AUDIT_NEWEST, \
          "SELECT " AUDIT_COLUMNS " " AUDIT_FROM " WHERE " AUDIT_WHERE \
          " ORDER BY e.id DESC LIMIT $9") \
        X(AUDIT_REALM_NEWER, \
          "SELECT " AUDIT_COLUMNS " " AUDIT_FROM \
          " WHERE e.realm_id = $1 AND e.id > $2 AND " AUDIT_WHERE \
          " ORDER BY e.id LIMIT $9") \
        X(AUDIT_REALM_NEWEST, \
          "SELECT " AUDIT_COLUMNS " " AUDIT_FROM " WHERE e.realm_id = $1 AND " \
          AUDIT_WHERE " ORDER BY e.id DESC LIMIT $9") \
        X(HISTORY_PUT, \
          "INSERT INTO history (realm_id, kind, entity_id, version, actor, at, " \
          "data, personal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)") \
        X(OUTBOX_NEXT, \
          "UPDATE counter SET next = next + 1 WHERE name = 'outbox' RETURNING next " \
          "- 1") \
        X(OUTBOX_PUT, \
          "INSERT INTO outbox (id, realm_id, topic, data, created_at) VALUES ($2, " \
          "$1, $3, $4, $5)") \
        X(OUTBOX_PENDING, \
          "SELECT id FROM outbox WHERE topic = $1 ORDER BY id DESC LIMIT 1") \
        X(OUTBOX_DONE, \
          "DELETE FROM outbox WHERE topic = $1 AND id <= $2") \
        X(META_GET, \
          "SELECT value FROM meta WHERE key = $1") \
        X(META_PUT, \
          "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO " \
          "UPDATE SET value = excluded.value") \
        X(PURGE_ATTEMPTS, \
          "DELETE FROM login_attempt WHERE expires_at <= $1") \
        X(PURGE_REQUESTS, \
          "DELETE FROM auth_request WHERE expires_at <= $1") \
        X(PURGE_SINGLE_USE, \
          "DELETE FROM single_use WHERE expires_at <= $1") \
        X(PURGE_GUESSES, \
          "DELETE FROM guess_counter WHERE expires_at <= $1") \
        X(PURGE_DEVICES, \
          "DELETE FROM known_device WHERE seen_at <= $1 - 2592000000000")
/* clang-format on */
