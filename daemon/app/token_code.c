/* SPDX-License-Identifier: Apache-2.0 */
/* The authorization code grant: RFC 6749 section 4.1.3, RFC 7636 section 4.6, RFC 9700 2.1.1. */
#include "daemon/app/code.h"
#include "daemon/app/token.h"
#include "daemon/core/pkce.h"

#include "base/encode.h"
#include "base/reason.h"

#include <string.h>

typedef struct CodeCall {
        TokenCall *call;
        Sha256 code_hash;
        char challenge[PKCE_CHALLENGE_SIZE]; /* of the verifier presented, or "" */
} CodeCall;

/* RFC 7636: a verifier is presented if and only if a challenge was. */
static bool proves_possession(const CodeBinding *binding, const char *challenge) {
        if (binding->code_challenge == NULL)
                return challenge[0] == '\0';
        return bytes_equal(
                        binding->code_challenge, strlen(binding->code_challenge), challenge,
                        strlen(challenge));
}

static int find_code(CodeCall *code, Txn *txn, SingleUse *ret) {
        TokenCall *call = code->call;
        const SingleUseOps *ops = call->app->store.single_use;
        int r;

        r = ops->find(txn, &call->realm->id, SINGLE_USE_CODE, &code->code_hash, call->arena, ret);
        if (r == IAM_E_NOT_FOUND)
                return IAM_E_GRANT_INVALID;
        if (r != 0)
                return r;
        /* Somebody else's code: it stays good for its owner, and the try is on record. */
        if (!id_equal(&ret->owner, &call->client.id))
                return token_call_refuse(call, txn, EVENT_TOKEN_ISSUED, IAM_E_CLIENT_UNKNOWN);
        return 0;
}

/* What the code is bound to.  A mismatch burns it: guessing gets one try. */
static int check_binding(CodeCall *code, Txn *txn, const SingleUse *row) {
        TokenCall *call = code->call;
        CodeBinding binding;
        int r;

        r = code_binding_read(call->arena, row->data, &binding);
        if (r < 0)
                return r;
        if (str_eq(binding.redirect_uri, call->in->redirect_uri) &&
            proves_possession(&binding, code->challenge))
                return 0;
        return token_call_refuse(call, txn, EVENT_TOKEN_ISSUED, IAM_E_GRANT_INVALID);
}

static int redeem(Txn *txn, void *context) {
        CodeCall *code = context;
        TokenCall *call = code->call;
        const StorePort *store = &call->app->store;
        SingleUse row;
        SingleUse spent;
        int r;

        r = token_call_client(call, txn);
        if (r != 0)
                return r;
        r = find_code(code, txn, &row);
        if (r != 0)
                return r;
        r = store->single_use->spend(
                        txn, &call->realm->id, SINGLE_USE_CODE, &code->code_hash, call->now,
                        call->arena, &spent);
        if (r == IAM_E_GRANT_INVALID && row.used_at != 0)
                return token_call_kill_family(call, txn, &row.grant, EVENT_CODE_REPLAYED);
        if (r == IAM_E_GRANT_INVALID) /* expired */
                return token_call_refuse(call, txn, EVENT_TOKEN_ISSUED, r);
        if (r != 0)
                return r;
        r = check_binding(code, txn, &spent);
        if (r != 0)
                return r;
        r = token_call_open_gate(call, txn, EVENT_TOKEN_ISSUED, &spent.grant);
        if (r != 0)
                return r;
        call->scope = call->view.grant.scope;
        r = token_call_put_refresh(call, txn);
        if (r != 0)
                return r;
        return token_call_audit(call, txn, EVENT_TOKEN_ISSUED, 0);
}

int token_by_code(TokenCall *call, TokenOut *ret) {
        CodeCall code = { .call = call };
        const TokenIn *in = call->in;
        int r;

        if (in->code == NULL || in->redirect_uri == NULL)
                return IAM_E_REQUEST_INVALID;
        if (in->code_verifier != NULL) {
                Sha256 hash;

                if (!pkce_verifier_is_wellformed(in->code_verifier))
                        return IAM_E_GRANT_INVALID;
                call->app->crypto.sha256(in->code_verifier, strlen(in->code_verifier), &hash);
                base64url_encode(hash.bytes, SHA256_SIZE, code.challenge);
        }
        call->app->crypto.sha256(in->code, strlen(in->code), &code.code_hash);

        r = token_call_fresh(call);
        if (r == 0)
                r = call->app->store.txn(call->app->store.self, redeem, &code);
        if (r != 0)
                return r;
        return token_call_reply(call, ret);
}
