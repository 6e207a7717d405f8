/* SPDX-License-Identifier: Apache-2.0 */
/* The aggregates' tables of operations, one file each; store.c hands them out. */
#pragma once

#include "daemon/core/ports/store.h"

extern const RealmOps sql_realm_ops;
extern const UserOps sql_user_ops;
extern const PosixOps sql_posix_ops;
extern const CredentialOps sql_credential_ops;
extern const UserKeyOps sql_user_key_ops;
extern const GroupOps sql_group_ops;
extern const RoleOps sql_role_ops;
extern const HeldOps sql_held_ops;
extern const ClientOps sql_client_ops;
extern const AttemptOps sql_attempt_ops;
extern const SessionOps sql_session_ops;
extern const SingleUseOps sql_single_use_ops;
extern const KeyOps sql_key_ops;
extern const GuessOps sql_guess_ops;
extern const AuditOps sql_audit_ops;
extern const OutboxOps sql_outbox_ops;
extern const MetaOps sql_meta_ops;
