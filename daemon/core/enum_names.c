/* SPDX-License-Identifier: Apache-2.0 */
/* The words that the domain's enums go by in the store, in audit events and on the wire. */
#include "base/str.h"
#include "daemon/core/attempt.h"
#include "daemon/core/audit.h"
#include "daemon/core/client.h"
#include "daemon/core/credential.h"
#include "daemon/core/role.h"
#include "daemon/core/single_use.h"

static int index_of(const char *const *names, size_t n, const char *name) {
        for (size_t i = 0; i < n; i++)
                if (str_eq(names[i], name))
                        return (int) i;
        return -EINVAL;
}

/* Defines PREFIX_name() and PREFIX_from_name() over a table of names. */
#define NAMED(prefix, Type, table)                                                                 \
        const char *prefix##_name(Type value) {                                                    \
                assert(value >= 0 && (size_t) value < ELEMENTSOF(table));                          \
                return table[value];                                                               \
        }                                                                                          \
        Type prefix##_from_name(const char *name) {                                                \
                return (Type) index_of(table, ELEMENTSOF(table), name);                            \
        }

static const char *const door_names[_DOOR_MAX] = {
        [DOOR_BROWSER] = "browser", [DOOR_PAM] = "pam",       [DOOR_ADMIN] = "admin",
        [DOOR_TOKEN] = "token",     [DOOR_SYSTEM] = "system",
};
NAMED(door, Door, door_names)

static const char *const language_names[_LANGUAGE_MAX] = {
        [LANGUAGE_EN] = "en",
};
NAMED(language, Language, language_names)

static const char *const purpose_names[_PURPOSE_MAX] = {
        [PURPOSE_LOGIN] = "login",        [PURPOSE_REAUTH] = "reauth",
        [PURPOSE_CONFIRM] = "confirm",    [PURPOSE_CHANGE] = "change-password",
        [PURPOSE_RESET] = "set-password",
};
NAMED(purpose, Purpose, purpose_names)

static const char *const flow_state_names[_FLOW_MAX] = {
        [FLOW_IDENTIFY] = "identify", [FLOW_PASSWORD] = "password", [FLOW_TOTP] = "totp",
        [FLOW_CHOOSE] = "choose",     [FLOW_DONE] = "done",         [FLOW_REFUSED] = "refused",
};
NAMED(flow_state, FlowState, flow_state_names)

static const char *const audit_event_names[_EVENT_MAX] = {
#define X(id, name) [EVENT_##id] = name,
        IAM_EVENTS(X)
#undef X
};
NAMED(audit_event, AuditEventKind, audit_event_names)

static const char *const client_kind_names[_CLIENT_MAX] = {
        [CLIENT_PUBLIC] = "public",
        [CLIENT_CONFIDENTIAL] = "confidential",
};
NAMED(client_kind, ClientKind, client_kind_names)

static const char *const client_list_kind_names[_CLIENT_LIST_MAX] = {
        [CLIENT_LIST_REDIRECT] = "redirect",
        [CLIENT_LIST_POST_LOGOUT] = "post-logout",
        [CLIENT_LIST_AUDIENCE] = "audience",
        [CLIENT_LIST_WEB_ORIGIN] = "web-origin",
};
NAMED(client_list_kind, ClientListKind, client_list_kind_names)

static const char *const credential_kind_names[_CREDENTIAL_MAX] = {
        [CREDENTIAL_PASSWORD] = "password",
        [CREDENTIAL_TOTP] = "totp",
        [CREDENTIAL_TOTP_PENDING] = "totp-pending",
};
NAMED(credential_kind, CredentialKind, credential_kind_names)

static const char *const subject_kind_names[_SUBJECT_MAX] = {
        [SUBJECT_USER] = "user",
        [SUBJECT_GROUP] = "group",
        [SUBJECT_ROLE] = "role",
};
NAMED(subject_kind, SubjectKind, subject_kind_names)

static const char *const single_use_kind_names[_SINGLE_USE_MAX] = {
        [SINGLE_USE_CODE] = "code",
        [SINGLE_USE_REFRESH] = "refresh",
        [SINGLE_USE_OTP_STEP] = "otp-step",
        [SINGLE_USE_REVOKED] = "revoked",
};
NAMED(single_use_kind, SingleUseKind, single_use_kind_names)
