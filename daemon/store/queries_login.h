/* SPDX-License-Identifier: Apache-2.0 */
/* Logins under way and what they leave behind, single use, keys, guesses. */
#pragma once

/* clang-format off */
#define ATTEMPT_COLUMNS \
        "realm_id, handle_hash, door, state, name, user_id, service, tty, address, " \
        "agent, request_id, device, password_at, totp_at, wrong, credential_epoch, " \
        "created_at, expires_at, version, opener_boot, opener_pid, opener_start, " \
        "purpose, language, key_at, session_id"

#define REQUEST_COLUMNS \
        "realm_id, id, client_id, redirect_uri, scope, state, nonce, code_challenge, " \
        "response_mode, prompt, login_hint, acr_values, ui_locales, max_age, " \
        "created_at, expires_at"

#define SESSION_COLUMNS \
        "realm_id, id, user_id, cookie_hash, auth_at, amr, acr, address, agent, " \
        "realm_epoch, credential_epoch, created_at, last_seen_at, ended_at"

#define LOGIN_COLUMNS \
        "realm_id, id, user_id, boot_id, leader_pid, leader_start, service, tty, " \
        "address, auth_at, amr, acr, realm_epoch, credential_epoch, opened_at, " \
        "closed_at, confirmed_at"

#define GRANT_COLUMNS \
        "realm_id, id, user_id, client_id, session_id, scope, nonce, auth_at, amr, acr, " \
        "realm_epoch, client_epoch, credential_epoch, created_at, ended_at"

#define SINGLE_USE_COLUMNS \
        "realm_id, kind, hash, grant_id, owner_id, data, successor_kek_id, successor, " \
        "successor_hash, created_at, expires_at, used_at"

#define KEY_COLUMNS \
        "realm_id, kid, alg, public_jwk, kek_id, private_sealed, state, state_at"

#define SQL_LOGIN_QUERIES(X) \
        X(ATTEMPT_INSERT, \
          "INSERT INTO login_attempt (" ATTEMPT_COLUMNS \
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, " \
          "$15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)") \
        X(ATTEMPT_BY_HANDLE, \
          "SELECT " ATTEMPT_COLUMNS \
          " FROM login_attempt WHERE realm_id = $1 AND handle_hash = $2") \
        X(ATTEMPT_BY_OPENER, \
          "SELECT " ATTEMPT_COLUMNS \
          " FROM login_attempt WHERE realm_id = $1 AND opener_boot = $2 AND opener_pid = $3 " \
          "AND opener_start = $4 AND state = $5 ORDER BY created_at DESC LIMIT 1") \
        X(ATTEMPT_UPDATE, \
          "UPDATE login_attempt SET state = $4, name = $5, user_id = $6, service = " \
          "$7, tty = $8, address = $9, agent = $10, request_id = $11, device = $12, " \
          "password_at = $13, totp_at = $14, wrong = $15, credential_epoch = $16, " \
          "key_at = $25, expires_at = $18, version = version + 1 WHERE realm_id = $1 AND " \
          "handle_hash = $2 AND version = $19") \
        X(ATTEMPT_DELETE, \
          "DELETE FROM login_attempt WHERE realm_id = $1 AND handle_hash = $2") \
        X(REQUEST_INSERT, \
          "INSERT INTO auth_request (" REQUEST_COLUMNS \
          ") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, " \
          "$15, $16 WHERE EXISTS (SELECT 1 FROM client WHERE realm_id = $1 AND id = " \
          "$3 AND deleted_at IS NULL)") \
        X(REQUEST_BY_ID, \
          "SELECT " REQUEST_COLUMNS " FROM auth_request WHERE realm_id = $1 AND id = $2") \
        X(REQUEST_DELETE, \
          "DELETE FROM auth_request WHERE realm_id = $1 AND id = $2") \
        X(SESSION_INSERT, \
          "INSERT INTO session (" SESSION_COLUMNS \
          ") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 " \
          "WHERE EXISTS (SELECT 1 FROM user_account WHERE realm_id = $1 AND id = $3 " \
          "AND deleted_at IS NULL)") \
        X(SESSION_BY_ID, \
          "SELECT " SESSION_COLUMNS " FROM session WHERE realm_id = $1 AND id = $2") \
        X(SESSION_BY_COOKIE, \
          "SELECT " SESSION_COLUMNS \
          " FROM session WHERE realm_id = $1 AND cookie_hash = $2") \
        X(SESSION_TOUCH, \
          "UPDATE session SET last_seen_at = $3 WHERE realm_id = $1 AND id = $2 AND " \
          "ended_at = 0 AND last_seen_at + 60000000 <= $3") \
        X(SESSION_PROBE, \
          "SELECT 1 FROM session WHERE realm_id = $1 AND id = $2 AND ended_at = 0") \
        X(SESSION_RENEW, \
          "UPDATE session SET cookie_hash = $4, auth_at = $5, amr = $6, acr = $7, " \
          "last_seen_at = $13 WHERE realm_id = $1 AND id = $2 AND ended_at = 0") \
        X(SESSION_END, \
          "UPDATE session SET ended_at = $3 WHERE realm_id = $1 AND id = $2 AND " \
          "ended_at = 0") \
        X(SESSION_END_USER, \
          "UPDATE session SET ended_at = $3 WHERE realm_id = $1 AND user_id = $2 " \
          "AND ended_at = 0") \
        X(SESSION_LIST, \
          "SELECT " SESSION_COLUMNS \
          " FROM session WHERE realm_id = $1 AND id < $2 AND ended_at = 0 ORDER BY " \
          "id DESC LIMIT $3") \
        X(SESSION_LIST_USER, \
          "SELECT " SESSION_COLUMNS \
          " FROM session WHERE realm_id = $1 AND id < $2 AND user_id = $4 AND " \
          "ended_at = 0 ORDER BY id DESC LIMIT $3") \
        X(LOGIN_INSERT, \
          "INSERT INTO host_login (" LOGIN_COLUMNS \
          ") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, " \
          "$15, $16, $17 WHERE EXISTS (SELECT 1 FROM user_account WHERE realm_id = " \
          "$1 AND id = $3 AND deleted_at IS NULL)") \
        X(LOGIN_BY_LEADER, \
          "SELECT " LOGIN_COLUMNS \
          " FROM host_login WHERE realm_id = $1 AND boot_id = $2 AND leader_pid = $3 " \
          "AND leader_start = $4 AND closed_at = 0 ORDER BY id DESC LIMIT 1") \
        X(LOGIN_CONFIRM, \
          "UPDATE host_login SET confirmed_at = $4 WHERE realm_id = $1 AND id = $2 " \
          "AND user_id = $3 AND closed_at = 0") \
        X(LOGIN_CLOSE, \
          "UPDATE host_login SET closed_at = $3 WHERE realm_id = $1 AND id = $2 AND " \
          "closed_at = 0") \
        X(LOGIN_LIST, \
          "SELECT " LOGIN_COLUMNS \
          " FROM host_login WHERE realm_id = $1 AND id < $2 AND closed_at = 0 ORDER " \
          "BY id DESC LIMIT $3") \
        X(LOGIN_LIST_USER, \
          "SELECT " LOGIN_COLUMNS \
          " FROM host_login WHERE realm_id = $1 AND id < $2 AND user_id = $4 AND " \
          "closed_at = 0 ORDER BY id DESC LIMIT $3") \
        X(GRANT_INSERT, \
          "INSERT INTO client_grant (" GRANT_COLUMNS \
          ") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, " \
          "$15 WHERE EXISTS (SELECT 1 FROM user_account WHERE realm_id = $1 AND id " \
          "= $3 AND deleted_at IS NULL) AND EXISTS (SELECT 1 FROM client WHERE " \
          "realm_id = $1 AND id = $4 AND deleted_at IS NULL)") \
        X(GRANT_BY_ID, \
          "SELECT " GRANT_COLUMNS " FROM client_grant WHERE realm_id = $1 AND id = $2") \
        X(GRANT_END, \
          "UPDATE client_grant SET ended_at = $3 WHERE realm_id = $1 AND id = $2 " \
          "AND ended_at = 0") \
        X(GRANT_END_SESSION, \
          "UPDATE client_grant SET ended_at = $3 WHERE realm_id = $1 AND session_id " \
          "= $2 AND ended_at = 0") \
        X(GRANT_END_USER, \
          "UPDATE client_grant SET ended_at = $3 WHERE realm_id = $1 AND user_id = " \
          "$2 AND ended_at = 0") \
        X(GRANT_END_CLIENT, \
          "UPDATE client_grant SET ended_at = $3 WHERE realm_id = $1 AND client_id " \
          "= $2 AND ended_at = 0") \
        X(SINGLE_USE_INSERT, \
          "INSERT INTO single_use (" SINGLE_USE_COLUMNS \
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)") \
        X(SINGLE_USE_SPEND, \
          "UPDATE single_use SET used_at = $4 WHERE realm_id = $1 AND kind = $2 AND " \
          "hash = $3 AND used_at = 0 AND expires_at > $4 RETURNING " SINGLE_USE_COLUMNS) \
        X(SINGLE_USE_FIND, \
          "SELECT " SINGLE_USE_COLUMNS \
          " FROM single_use WHERE realm_id = $1 AND kind = $2 AND hash = $3") \
        X(SINGLE_USE_SUCCESSOR, \
          "UPDATE single_use SET successor_kek_id = $7, successor = $8, " \
          "successor_hash = $9 WHERE realm_id = $1 AND kind = $2 AND hash = $3") \
        X(KEY_INSERT, \
          "INSERT INTO signing_key (" KEY_COLUMNS \
          ", created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)") \
        X(KEY_MOVE, \
          "UPDATE signing_key SET state = $3, state_at = $4 WHERE realm_id = $1 AND kid = $2") \
        X(KEY_BLUNT, \
          "UPDATE signing_key SET kek_id = NULL, private_sealed = NULL WHERE realm_id = $1 " \
          "AND kid = $2") \
        X(KEY_ACTIVE, \
          "SELECT " KEY_COLUMNS \
          " FROM signing_key WHERE realm_id = $1 AND state = 'active' AND alg = $2 " \
          "ORDER BY created_at DESC, kid LIMIT 1") \
        X(KEY_BY_KID, \
          "SELECT " KEY_COLUMNS \
          " FROM signing_key WHERE realm_id = $1 AND kid = $2 AND state <> " \
          "'destroyed'") \
        X(KEY_CENSUS, \
          "SELECT k.alg, k.state, COUNT(*) FROM signing_key k JOIN realm r ON r.id = " \
          "k.realm_id WHERE r.deleted_at IS NULL GROUP BY k.alg, k.state ORDER BY k.alg, " \
          "k.state") \
        X(KEY_PUBLISHED, \
          "SELECT " KEY_COLUMNS \
          " FROM signing_key WHERE realm_id = $1 AND state <> 'destroyed' ORDER BY " \
          "created_at DESC, kid LIMIT 16") \
        X(GUESS_RESERVE, \
          "INSERT INTO guess_counter (realm_id, scope, key, count, window_start, " \
          "expires_at) VALUES ($1, $2, $3, 1, $4, $4 + $5) ON CONFLICT (realm_id, " \
          "scope, key) DO UPDATE SET count = CASE WHEN guess_counter.window_start + " \
          "$5 <= $4 THEN 1 ELSE guess_counter.count + 1 END, window_start = CASE " \
          "WHEN guess_counter.window_start + $5 <= $4 THEN $4 ELSE " \
          "guess_counter.window_start END, expires_at = CASE WHEN " \
          "guess_counter.window_start + $5 <= $4 THEN $4 + $5 ELSE " \
          "guess_counter.window_start + $5 END RETURNING count, window_start") \
        X(GUESS_REFUND, \
          "UPDATE guess_counter SET count = count - 1 WHERE realm_id = $1 AND scope " \
          "= $2 AND key = $3 AND count > 0") \
        X(GUESS_FORGET, \
          "DELETE FROM guess_counter WHERE realm_id = $1 AND scope = $2 AND key = " "$3") \
        X(DEVICE_PUT, \
          "INSERT INTO known_device (realm_id, user_id, device, seen_at) SELECT $1, " \
          "$2, $3, $4 WHERE EXISTS (SELECT 1 FROM user_account WHERE realm_id = $1 " \
          "AND id = $2 AND deleted_at IS NULL) ON CONFLICT (realm_id, user_id, " \
          "device) DO UPDATE SET seen_at = excluded.seen_at") \
        X(DEVICE_KNOWN, \
          "SELECT 1 FROM known_device WHERE realm_id = $1 AND user_id = $2 AND " \
          "device = $3 AND seen_at >= $4") \
        X(DEVICE_DELETE_USER, \
          "DELETE FROM known_device WHERE realm_id = $1 AND user_id = $2")
/* clang-format on */
