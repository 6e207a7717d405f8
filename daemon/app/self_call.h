/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of self.c and self_totp.c. */
#pragma once

#include "daemon/app/browser_session.h"
#include "daemon/app/self.h"
#include "daemon/app/user.h"

typedef struct SelfCall {
        const SelfCaller *self;
        Usec now;
        Sha256 cookie;
        SessionOwner owner; /* as last read */
} SelfCall;

SelfCall self_call(const SelfCaller *self);
/* Who is signed in.  IAM_E_SESSION_GONE: nobody. */
int self_find(SelfCall *call, Txn *txn);
/* The same, and his factors are fresh. */
int self_find_fresh(SelfCall *call, Txn *txn);
UserChange self_change(const SelfCall *call);
int self_audit(const SelfCall *call, Txn *txn, AuditEventKind kind, int reason,
               const char *target_kind, const Id *target);
