/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Audit events, inserted in the transaction of their effect.  The personal part (names,
 * addresses, agents) is apart from the rest: the chain to come covers its hash, so that erasing
 * a person does not break it.
 */
#pragma once

#include "base/id.h"
#include "daemon/core/attempt.h"

/* X(ID, "name"): every security event there is. */
#define IAM_EVENTS(X)                                                                              \
        X(LOGIN_SUCCESS, "login.success")                                                          \
        X(LOGIN_FAILURE, "login.failure")                                                          \
        X(CONFIRM_SUCCESS, "confirm.success")                                                      \
        X(CONFIRM_FAILURE, "confirm.failure")                                                      \
        X(ACCOUNT_DENIED, "account.denied")                                                        \
        X(ACCOUNT_ALLOWED, "account.allowed")                                                      \
        X(SESSION_CREATED, "session.created")                                                      \
        X(SESSION_ENDED, "session.ended")                                                          \
        X(HOST_LOGIN_OPENED, "host-login.opened")                                                  \
        X(HOST_LOGIN_CLOSED, "host-login.closed")                                                  \
        X(CODE_ISSUED, "code.issued")                                                              \
        X(CODE_REPLAYED, "code.replayed")                                                          \
        X(TOKEN_ISSUED, "token.issued")                                                            \
        X(TOKEN_REFRESHED, "token.refreshed")                                                      \
        X(REFRESH_REPLAYED, "refresh.replayed")                                                    \
        X(TOKEN_REVOKED, "token.revoked")                                                          \
        X(CLIENT_AUTH_FAILED, "client.auth-failed")                                                \
        X(ADMIN_DENIED, "admin.denied")                                                            \
        X(SETUP_DONE, "setup.done")                                                                \
        X(BACKUP_MADE, "backup.made")                                                              \
        X(CLOCK_ACCEPTED, "clock.accepted")                                                        \
        X(REALM_CREATED, "realm.created")                                                          \
        X(REALM_UPDATED, "realm.updated")                                                          \
        X(REALM_DELETED, "realm.deleted")                                                          \
        X(USER_CREATED, "user.created")                                                            \
        X(USER_UPDATED, "user.updated")                                                            \
        X(USER_DELETED, "user.deleted")                                                            \
        X(USER_ENABLED, "user.enabled")                                                            \
        X(USER_DISABLED, "user.disabled")                                                          \
        X(USER_UNLOCKED, "user.unlocked")                                                          \
        X(PASSWORD_SET, "password.set")                                                            \
        X(PASSWORD_CHANGED, "password.changed")                                                    \
        X(TOTP_ENROLLED, "totp.enrolled")                                                          \
        X(TOTP_REMOVED, "totp.removed")                                                            \
        X(USER_KEY_ADDED, "user-key.added")                                                        \
        X(USER_KEY_REMOVED, "user-key.removed")                                                    \
        X(GROUP_CREATED, "group.created")                                                          \
        X(GROUP_UPDATED, "group.updated")                                                          \
        X(GROUP_DELETED, "group.deleted")                                                          \
        X(MEMBER_ADDED, "group.member-added")                                                      \
        X(MEMBER_REMOVED, "group.member-removed")                                                  \
        X(ROLE_CREATED, "role.created")                                                            \
        X(ROLE_UPDATED, "role.updated")                                                            \
        X(ROLE_DELETED, "role.deleted")                                                            \
        X(ROLE_ASSIGNED, "role.assigned")                                                          \
        X(ROLE_UNASSIGNED, "role.unassigned")                                                      \
        X(PERMISSION_GRANTED, "permission.granted")                                                \
        X(PERMISSION_REVOKED, "permission.revoked")                                                \
        X(SUDO_ACCEPTED, "sudo.accepted")                                                          \
        X(SUDO_REJECTED, "sudo.rejected")                                                          \
        X(SUDO_FAILED, "sudo.failed")                                                              \
        X(SUDO_FINISHED, "sudo.finished")                                                          \
        X(SUDO_RULE_ADDED, "sudo-rule.added")                                                      \
        X(SUDO_RULE_REMOVED, "sudo-rule.removed")                                                  \
        X(CLIENT_CREATED, "client.created")                                                        \
        X(CLIENT_UPDATED, "client.updated")                                                        \
        X(CLIENT_DELETED, "client.deleted")                                                        \
        X(CLIENT_SECRET_ROTATED, "client.secret-rotated")                                          \
        X(KEY_CREATED, "key.created")                                                              \
        X(KEY_ROTATED, "key.rotated")                                                              \
        X(KEY_ACTIVATED, "key.activated")                                                          \
        X(KEY_DESTROYED, "key.destroyed")

typedef enum AuditEventKind {
#define X(id, name) EVENT_##id,
        IAM_EVENTS(X)
#undef X
                        _EVENT_MAX,
        _EVENT_INVALID = -EINVAL,
} AuditEventKind;

const char *audit_event_name(AuditEventKind kind);
AuditEventKind audit_event_from_name(const char *name);

typedef struct AuditEvent {
        RealmId realm; /* null id: of the installation, before any realm */
        Id id; /* UUIDv7: the cursor of lists */
        Usec at;
        AuditEventKind kind;
        bool success;
        int reason; /* Reason of a failure, else 0 */
        Door door;
        const char *actor_kind; /* "user" "client" "local" "system" "stranger" */
        Id actor;
        const char *target_kind; /* "user" "service" "client" "role" ..., or NULL */
        Id target;
        const char *details; /* JSON object without personal data, or NULL */
        const char *trace; /* request id, or NULL */
        /* The personal part. */
        const char *actor_name;
        const char *target_name;
        const char *address;
        const char *agent;
} AuditEvent;

typedef struct AuditEventList {
        AuditEvent *items;
        size_t n;
} AuditEventList;
