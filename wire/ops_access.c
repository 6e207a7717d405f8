/* SPDX-License-Identifier: Apache-2.0 */
/* Field tables: roles, sudo rules, host access, clients, keys, sessions and the audit trail. */
#include "base/sudo_rule.h"
#include "wire/ops_tables.h"

/* clang-format off */
#define NEED WIRE_REQUIRED | WIRE_POSITIONAL
#define URIS_MAX 32

#define IN_ROLE(T)                                                                                 \
        IN_TEXT(T, name, "name", 1, ROLE_NAME_MAX, NEED, "the role"),                              \
        IN_REALM(T),                                                                               \
        IN_TEXT(T, client, "client", 1, CLIENT_NAME_MAX, 0, "the client whose role it is")

/* Roles */

static const WireField role_ref_in[] = {
        IN_ROLE(RoleRefIn),
};
TABLE(RoleRefIn, role_ref_in);

static const WireField sudo_row[] = {
        OUT_TEXT(SudoRow, role, "role"),
        OUT_TEXT(SudoRow, run_as, "runAs"),
        OUT_INT(SudoRow, fresh_factor, "freshFactor"),
        OUT_TEXT(SudoRow, command, "command"),
};

static const WireField role_view[] = {
        OUT_TEXT(RoleView, name, "name"),
        OUT_TEXT(RoleView, id, "id"),
        OUT_TEXT(RoleView, client, "client"),
        OUT_TEXT(RoleView, description, "description"),
        OUT_TEXTS(RoleView, includes, "includes"),
        OUT_TEXTS(RoleView, permissions, "permissions"),
        OUT_TEXTS(RoleView, users, "users"),
        OUT_INT(RoleView, more_users, "moreUsers"),
        OUT_TEXTS(RoleView, groups, "groups"),
        OUT_TEXTS(RoleView, services, "services"),
        OUT_TIME(RoleView, created_at, "createdAt"),
        OUT_ROWS(RoleView, sudo, "sudo", SudoRow, sudo_row),
};
TABLE(RoleView, role_view);

static const WireField role_create_in[] = {
        IN_ROLE(RoleCreateIn),
        IN_TEXT(RoleCreateIn, description, "description", 0, 255, 0, "what it is for"),
};
TABLE(RoleCreateIn, role_create_in);

static const WireField role_row[] = {
        OUT_TEXT(RoleRow, name, "name"),
        OUT_TEXT(RoleRow, client, "client"),
        OUT_TEXT(RoleRow, description, "description"),
};

static const WireField role_list_out[] = {
        OUT_ROWS(RoleListOut, roles, "roles", RoleRow, role_row),
        OUT_TEXT(RoleListOut, next, "next"),
};
TABLE(RoleListOut, role_list_out);

static const WireField role_assign_in[] = {
        IN_ROLE(RoleAssignIn),
        IN_TEXT(RoleAssignIn, user, "user", 1, USER_NAME_MAX, 0, "the user who holds it"),
        IN_TEXT(RoleAssignIn, group, "group", 1, USER_NAME_MAX, 0, "the group whose members hold it"),
        IN_TEXT(RoleAssignIn, service, "service", 1, CLIENT_NAME_MAX, 0,
                "the client whose service account holds it"),
};
TABLE(RoleAssignIn, role_assign_in);

static const WireField role_include_in[] = {
        IN_ROLE(RoleIncludeIn),
        IN_TEXT(RoleIncludeIn, included, "included", 1, ROLE_NAME_MAX, NEED, "the role held with it"),
        IN_TEXT(RoleIncludeIn, included_client, "includedClient", 1, CLIENT_NAME_MAX, 0,
                "the client whose role that is"),
};
TABLE(RoleIncludeIn, role_include_in);

static const WireField role_permit_in[] = {
        IN_ROLE(RolePermitIn),
        IN_TEXT(RolePermitIn, permission, "permission", 3, 129, NEED,
                "RESOURCE:ACTION; * stands for any"),
};
TABLE(RolePermitIn, role_permit_in);

#define IN_SUDO(T)                                                                                 \
        IN_ROLE(T),                                                                                \
        IN_TEXT(T, run_as, "runAs", 1, USER_NAME_MAX, WIRE_REQUIRED,                               \
                "the user to run as, or ALL"),                                                     \
        IN_TEXT(T, command, "command", 1, SUDO_COMMAND_MAX, WIRE_REQUIRED,                         \
                "an absolute path with its arguments, or ALL")

static const WireField sudo_add_in[] = {
        IN_SUDO(SudoAddIn),
        IN_SECONDS(SudoAddIn, fresh_factor, "freshFactor", 86400, WIRE_INT_ABSENT,
                   "ask for a factor proven so long ago at most: 5m; 0: each time"),
};
TABLE(SudoAddIn, sudo_add_in);

static const WireField sudo_remove_in[] = {
        IN_SUDO(SudoRemoveIn),
};
TABLE(SudoRemoveIn, sudo_remove_in);

static const WireField sudo_list_out[] = {
        OUT_ROWS(SudoListOut, rules, "rules", SudoRow, sudo_row),
};
TABLE(SudoListOut, sudo_list_out);

/* Host access */

static const WireField host_allow_in[] = {
        IN_REALM(HostAllowIn),
        IN_TEXT(HostAllowIn, role, "role", 1, ROLE_NAME_MAX, 0, "a realm role"),
        IN_TEXT(HostAllowIn, group, "group", 1, USER_NAME_MAX, 0, "a group"),
};
TABLE(HostAllowIn, host_allow_in);

static const WireField host_row[] = {
        OUT_TEXT(HostRow, kind, "kind"),
        OUT_TEXT(HostRow, name, "name"),
};

static const WireField host_list_out[] = {
        OUT_ROWS(HostListOut, allowed, "allowed", HostRow, host_row),
};
TABLE(HostListOut, host_list_out);

/* Clients */

#define DOC_REDIRECT "where codes may be sent; repeat it for several; replaces all"
#define DOC_POST_LOGOUT "where a browser may go after signing out; repeat it for several"
#define DOC_ALG "the signature of ID tokens; default: the realm's"
#define DOC_PKCE "refuse requests without a code challenge; public clients always need one"
#define DOC_SERVICE "it gets tokens for itself, by its secret alone, and may hold roles"
#define DOC_ACCESS_ALG "the signature of access tokens; default: that of ID tokens"
#define DOC_ACCESS_LIFE "how long its access tokens are valid, 30s to 1d; 0: as the realm says"
#define DOC_REFRESH_LIFE "how long its refresh tokens are valid, 1m to 365d; 0: as the realm says"
#define DOC_ORIGIN "where pages come from whose scripts may call iamd: https://HOST; repeat it for several"
#define DOC_AUDIENCE "whom its access tokens are for: a client's name or a URI; repeat it for several"
#define AUDIENCES_MAX 16

static const WireField client_view[] = {
        OUT_TEXT(ClientView, name, "name"),
        OUT_TEXT(ClientView, id, "id"),
        OUT_TEXT(ClientView, display_name, "displayName"),
        OUT_TEXT(ClientView, kind, "kind"),
        OUT_BOOL(ClientView, enabled, "enabled"),
        OUT_BOOL(ClientView, require_pkce, "requirePkce"),
        OUT_BOOL(ClientView, service, "service"),
        OUT_TEXT(ClientView, id_token_alg, "idTokenAlg"),
        OUT_TEXT(ClientView, access_token_alg, "accessTokenAlg"),
        OUT_INT(ClientView, access_token_lifetime, "accessTokenLifetime"),
        OUT_INT(ClientView, refresh_token_lifetime, "refreshTokenLifetime"),
        OUT_TEXTS(ClientView, redirect_uris, "redirectUri"),
        OUT_TEXTS(ClientView, post_logout_uris, "postLogoutUri"),
        OUT_TEXTS(ClientView, audiences, "audience"),
        OUT_TEXTS(ClientView, web_origins, "webOrigin"),
        OUT_TEXTS(ClientView, service_roles, "serviceRoles"),
        OUT_SECRET(ClientView, secret, "secret"),
        OUT_TIME(ClientView, former_secret_until, "formerSecretUntil"),
        OUT_TIME(ClientView, created_at, "createdAt"),
        OUT_TIME(ClientView, updated_at, "updatedAt"),
};
TABLE(ClientView, client_view);

static const WireField client_create_in[] = {
        IN_TEXT(ClientCreateIn, name, "name", 1, CLIENT_NAME_MAX, NEED, "its client_id"),
        IN_REALM(ClientCreateIn),
        IN_TEXT(ClientCreateIn, display_name, "displayName", 0, GECOS_MAX, 0, "what people read"),
        IN_CHOICE(ClientCreateIn, kind, "kind", "confidential public", 0,
                  "confidential clients have a secret (the default)"),
        IN_MAYBE(ClientCreateIn, require_pkce, "requirePkce", DOC_PKCE),
        IN_MAYBE(ClientCreateIn, service, "service", DOC_SERVICE),
        IN_CHOICE(ClientCreateIn, id_token_alg, "idTokenAlg", "RS256 ES256", 0, DOC_ALG),
        IN_CHOICE(ClientCreateIn, access_token_alg, "accessTokenAlg", "RS256 ES256", 0, DOC_ACCESS_ALG),
        IN_SECONDS(ClientCreateIn, access_token_lifetime, "accessTokenLifetime", 86400, 0, DOC_ACCESS_LIFE),
        IN_SECONDS(ClientCreateIn, refresh_token_lifetime, "refreshTokenLifetime", 31536000, 0, DOC_REFRESH_LIFE),
        IN_TEXTS(ClientCreateIn, redirect_uris, "redirectUri", URIS_MAX, DOC_REDIRECT),
        IN_TEXTS(ClientCreateIn, post_logout_uris, "postLogoutUri", URIS_MAX, DOC_POST_LOGOUT),
        IN_TEXTS(ClientCreateIn, audiences, "audience", AUDIENCES_MAX, DOC_AUDIENCE),
        IN_TEXTS(ClientCreateIn, web_origins, "webOrigin", URIS_MAX, DOC_ORIGIN),
};
TABLE(ClientCreateIn, client_create_in);

static const WireField client_row[] = {
        OUT_TEXT(ClientRow, name, "name"),
        OUT_TEXT(ClientRow, kind, "kind"),
        OUT_BOOL(ClientRow, enabled, "enabled"),
        OUT_BOOL(ClientRow, service, "service"),
        OUT_TEXT(ClientRow, display_name, "displayName"),
};

static const WireField client_list_out[] = {
        OUT_ROWS(ClientListOut, clients, "clients", ClientRow, client_row),
        OUT_TEXT(ClientListOut, next, "next"),
};
TABLE(ClientListOut, client_list_out);

static const WireField client_set_in[] = {
        IN_TEXT(ClientSetIn, name, "name", 1, CLIENT_NAME_MAX, NEED, "its client_id"),
        IN_REALM(ClientSetIn),
        IN_TEXT(ClientSetIn, display_name, "displayName", 0, GECOS_MAX, 0, "what people read"),
        IN_MAYBE(ClientSetIn, enabled, "enabled", "disabled clients get nothing"),
        IN_MAYBE(ClientSetIn, require_pkce, "requirePkce", DOC_PKCE),
        IN_MAYBE(ClientSetIn, service, "service", DOC_SERVICE),
        IN_CHOICE(ClientSetIn, id_token_alg, "idTokenAlg", "RS256 ES256 default", 0, DOC_ALG),
        IN_CHOICE(ClientSetIn, access_token_alg, "accessTokenAlg", "RS256 ES256 default", 0, DOC_ACCESS_ALG),
        IN_SECONDS(ClientSetIn, access_token_lifetime, "accessTokenLifetime", 86400, WIRE_INT_ABSENT, DOC_ACCESS_LIFE),
        IN_SECONDS(ClientSetIn, refresh_token_lifetime, "refreshTokenLifetime", 31536000, WIRE_INT_ABSENT, DOC_REFRESH_LIFE),
        IN_TEXTS(ClientSetIn, redirect_uris, "redirectUri", URIS_MAX, DOC_REDIRECT),
        IN_TEXTS(ClientSetIn, post_logout_uris, "postLogoutUri", URIS_MAX, DOC_POST_LOGOUT),
        IN_TEXTS(ClientSetIn, audiences, "audience", AUDIENCES_MAX, DOC_AUDIENCE),
        IN_TEXTS(ClientSetIn, web_origins, "webOrigin", URIS_MAX, DOC_ORIGIN),
};
TABLE(ClientSetIn, client_set_in);

static const WireField client_rotate_secret_in[] = {
        IN_TEXT(ClientRotateSecretIn, name, "name", 1, CLIENT_NAME_MAX, NEED, "its client_id"),
        IN_REALM(ClientRotateSecretIn),
        IN_SECONDS(ClientRotateSecretIn, overlap, "overlap", 2592000, 0,
                   "how long the old secret stays good beside the new one: 24h; default: not at all"),
};
TABLE(ClientRotateSecretIn, client_rotate_secret_in);

/* Keys */

static const WireField key_rotate_in[] = {
        IN_REALM(KeyRotateIn),
        IN_CHOICE(KeyRotateIn, alg, "alg", "RS256 ES256", 0, "only keys of this signature"),
        IN_MAYBE(KeyRotateIn, now, "now", "let the new key sign at once, not after a day"),
};
TABLE(KeyRotateIn, key_rotate_in);

static const WireField key_row[] = {
        OUT_TEXT(KeyRow, kid, "kid"),
        OUT_TEXT(KeyRow, alg, "alg"),
        OUT_TEXT(KeyRow, state, "state"),
        OUT_TIME(KeyRow, since, "since"),
};

static const WireField key_list_out[] = {
        OUT_ROWS(KeyListOut, keys, "keys", KeyRow, key_row),
};
TABLE(KeyListOut, key_list_out);

/* Sessions */

static const WireField session_list_in[] = {
        IN_REALM(SessionListIn),
        IN_TEXT(SessionListIn, user, "user", 1, USER_NAME_MAX, 0, "only this user's"),
};
TABLE(SessionListIn, session_list_in);

static const WireField session_row[] = {
        OUT_TEXT(SessionRow, id, "id"),
        OUT_TEXT(SessionRow, kind, "kind"),
        OUT_TEXT(SessionRow, user, "user"),
        OUT_TEXT(SessionRow, amr, "amr"),
        OUT_TEXT(SessionRow, service, "service"),
        OUT_TEXT(SessionRow, tty, "tty"),
        OUT_TEXT(SessionRow, address, "address"),
        OUT_TIME(SessionRow, started_at, "startedAt"),
        OUT_TIME(SessionRow, seen_at, "seenAt"),
};

static const WireField session_list_out[] = {
        OUT_ROWS(SessionListOut, sessions, "sessions", SessionRow, session_row),
};
TABLE(SessionListOut, session_list_out);

static const WireField session_end_in[] = {
        IN_TEXT(SessionEndIn, id, "id", 36, 36, WIRE_POSITIONAL, "one session"),
        IN_REALM(SessionEndIn),
        IN_TEXT(SessionEndIn, user, "user", 1, USER_NAME_MAX, 0, "all of this user"),
};
TABLE(SessionEndIn, session_end_in);

/* Audit */

static const WireField audit_list_in[] = {
        IN_TEXT(AuditListIn, realm, "realm", 1, REALM_NAME_MAX, 0, "the realm; default: all"),
        IN_TEXT(AuditListIn, event, "event", 1, 64, 0, "an event, or how it begins: login."),
        IN_TEXT(AuditListIn, user, "user", 1, 64, 0, "who did it, or to whom it was done"),
        IN_CHOICE(AuditListIn, door, "door", "browser pam admin token system", 0, "through which door"),
        IN_TIME(AuditListIn, since, "since", "not before: 2026-01-31, 2026-01-31T15:04:05Z, 2h, 7d"),
        IN_TIME(AuditListIn, until, "until", "before"),
        IN_PAGE(AuditListIn),
};
TABLE(AuditListIn, audit_list_in);

static const WireField audit_row[] = {
        OUT_TIME(AuditRow, at, "at"),
        OUT_TEXT(AuditRow, event, "event"),
        OUT_BOOL(AuditRow, success, "success"),
        OUT_TEXT(AuditRow, reason, "reason"),
        OUT_TEXT(AuditRow, realm, "realm"),
        OUT_TEXT(AuditRow, door, "door"),
        OUT_TEXT(AuditRow, actor, "actor"),
        OUT_TEXT(AuditRow, target, "target"),
        OUT_TEXT(AuditRow, address, "address"),
        OUT_WIDE(AuditRow, id, "id"),
        OUT_WIDE(AuditRow, actor_kind, "actorKind"),
        OUT_WIDE(AuditRow, target_kind, "targetKind"),
        OUT_WIDE(AuditRow, agent, "agent"),
        OUT_WIDE(AuditRow, trace, "trace"),
        OUT_WIDE(AuditRow, details, "details"),
};

static const WireField audit_list_out[] = {
        OUT_ROWS(AuditListOut, events, "events", AuditRow, audit_row),
        OUT_TEXT(AuditListOut, next, "next"),
};
TABLE(AuditListOut, audit_list_out);
