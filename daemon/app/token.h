/* SPDX-License-Identifier: Apache-2.0 */
/* What the grant types of the token endpoint share; each grant is a file of its own. */
#pragma once

#include "daemon/app/client_auth.h"
#include "daemon/app/gate.h"
#include "daemon/app/oidc.h"

typedef struct TokenCall {
        App *app;
        Arena *arena;
        const Caller *caller;
        const Realm *realm;
        const TokenIn *in;
        Usec now;
        ClientAuth auth;
        Secret fresh; /* the refresh token to hand out, of token_call_fresh(); or empty */
        Sha256 fresh_hash;
        /* Filled by the run of the transaction. */
        Client client;
        GateView view;
        const char *scope;
        Usec refresh_expires_at;
} TokenCall;

void token_call_init(
                TokenCall *call, App *app, Arena *arena, const Caller *caller, const Realm *realm,
                const TokenIn *in);
void token_call_done(TokenCall *call);
int token_call_fresh(TokenCall *call); /* before the transaction */

/* Authenticates and sets client.  A refusal is returned so that its event is kept. */
int token_call_client(TokenCall *call, Txn *txn);
int token_call_audit(TokenCall *call, Txn *txn, AuditEventKind kind, int reason);
/* The same for a refusal, which it returns so that the event is kept. */
int token_call_refuse(TokenCall *call, Txn *txn, AuditEventKind kind, int reason);
/* Ends the grant with every token of it: a single-use secret was presented again. */
int token_call_kill_family(TokenCall *call, Txn *txn, const Id *grant, AuditEventKind kind);
/* Sets view.  A refusal is kept, and IAM_E_GRANT_INVALID whatever stands in the way. */
int token_call_open_gate(TokenCall *call, Txn *txn, AuditEventKind kind, const Id *grant);
int token_call_put_refresh(TokenCall *call, Txn *txn); /* stores `fresh` */
/* After the transaction: reads the claims and signs. */
int token_call_reply(TokenCall *call, TokenOut *ret);

int token_by_code(TokenCall *call, TokenOut *ret);
int token_by_refresh(TokenCall *call, TokenOut *ret);
int token_by_client(TokenCall *call, TokenOut *ret);
