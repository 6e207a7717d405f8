/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The refresh grant (RFC 6749 section 6) with rotation, idempotent retry and family revocation.
 * The same client presenting the same token again within RETRY_WINDOW gets the same successor, kept
 * sealed under a key derived from the token presented; any other reuse kills the family.
 */
#include "daemon/app/token.h"
#include "daemon/core/scope.h"

#include "base/reason.h"

#include <string.h>

#define RETRY_WINDOW (10 * USEC_PER_SEC)

typedef struct RefreshCall {
        TokenCall *call;
        Secret presented;
        Sha256 presented_hash;
        Sealed sealed_fresh; /* `call->fresh` sealed under `presented` */
        Sealed retry; /* the successor of a retried token; len 0: none */
} RefreshCall;

static void refresh_call_done(RefreshCall *refresh) {
        secret_clear(&refresh->presented);
}

/* RFC 6749 section 6: the scope asked for must not go beyond the one granted.  Words that mean
 * nothing here are ignored as in the authorization request, which clients like to repeat. */
static int narrow_scope(TokenCall *call) {
        const char *granted = call->view.grant.scope;
        const char *asked = call->in->scope;
        char *words;
        char *rest;

        if (asked == NULL) {
                call->scope = granted;
                return 0;
        }
        if (!scope_is_wellformed(asked))
                return IAM_E_SCOPE_INVALID;
        asked = scope_supported(call->arena, asked);
        if (asked == NULL)
                return -ENOMEM;
        if (asked[0] == '\0')
                return IAM_E_SCOPE_INVALID;
        words = arena_strdup(call->arena, asked);
        if (words == NULL)
                return -ENOMEM;
        for (const char *word = strtok_r(words, " ", &rest); word != NULL;
             word = strtok_r(NULL, " ", &rest))
                if (!str_words_have(granted, word))
                        return IAM_E_SCOPE_INVALID;
        call->scope = asked;
        return 0;
}

/* 0: the successor was not used yet and may be handed out once more. */
static int check_retry(RefreshCall *refresh, Txn *txn, const SingleUse *row) {
        TokenCall *call = refresh->call;
        SingleUse successor;
        int r;

        if (row->successor.len == 0 || call->now - row->used_at > RETRY_WINDOW ||
            call->now < row->used_at)
                return IAM_E_GRANT_INVALID;
        r = call->app->store.single_use->find(
                        txn, &call->realm->id, SINGLE_USE_REFRESH, &row->successor_hash,
                        call->arena, &successor);
        if (r == IAM_E_NOT_FOUND)
                return IAM_E_GRANT_INVALID;
        if (r != 0)
                return r;
        if (successor.used_at != 0)
                return IAM_E_GRANT_INVALID;
        refresh->retry = row->successor;
        call->refresh_expires_at = successor.expires_at;
        return 0;
}

static int rotate(RefreshCall *refresh, Txn *txn) {
        TokenCall *call = refresh->call;
        const StorePort *store = &call->app->store;
        SingleUse spent;
        int r;

        r = store->single_use->spend(
                        txn, &call->realm->id, SINGLE_USE_REFRESH, &refresh->presented_hash,
                        call->now, call->arena, &spent);
        if (r == IAM_E_GRANT_INVALID) /* expired */
                return token_call_refuse(call, txn, EVENT_TOKEN_REFRESHED, r);
        if (r != 0)
                return r;
        r = token_call_put_refresh(call, txn);
        if (r != 0)
                return r;
        spent.successor = refresh->sealed_fresh;
        spent.successor_hash = call->fresh_hash;
        r = store->single_use->set_successor(txn, &spent);
        if (r != 0)
                return r;
        if (call->view.has_session) {
                r = store->sessions->touch(
                                txn, &call->realm->id, &call->view.session.id, call->now);
                if (r != 0)
                        return r;
        }
        return token_call_audit(call, txn, EVENT_TOKEN_REFRESHED, 0);
}

static int find_token(RefreshCall *refresh, Txn *txn, SingleUse *ret) {
        TokenCall *call = refresh->call;
        int r = call->app->store.single_use->find(
                        txn, &call->realm->id, SINGLE_USE_REFRESH, &refresh->presented_hash,
                        call->arena, ret);

        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_GRANT_INVALID : r;
        if (!id_equal(&ret->owner, &call->client.id))
                return token_call_refuse(call, txn, EVENT_TOKEN_REFRESHED, IAM_E_CLIENT_UNKNOWN);
        return 0;
}

static int redeem(Txn *txn, void *context) {
        RefreshCall *refresh = context;
        TokenCall *call = refresh->call;
        SingleUse row;
        int r;

        refresh->retry = (Sealed){};
        r = token_call_client(call, txn);
        if (r != 0)
                return r;
        r = find_token(refresh, txn, &row);
        if (r != 0)
                return r;
        if (row.used_at != 0) {
                r = check_retry(refresh, txn, &row);
                if (r == IAM_E_GRANT_INVALID)
                        return token_call_kill_family(
                                        call, txn, &row.grant, EVENT_REFRESH_REPLAYED);
                if (r != 0)
                        return r;
        }
        r = token_call_open_gate(call, txn, EVENT_TOKEN_REFRESHED, &row.grant);
        if (r != 0)
                return r;
        r = narrow_scope(call);
        if (r != 0)
                return r;
        return row.used_at != 0 ? 0 : rotate(refresh, txn);
}

int token_by_refresh(TokenCall *call, TokenOut *ret) {
        CLEANUP(refresh_call_done) RefreshCall refresh = { .call = call };
        const CryptoPort *crypto = &call->app->crypto;
        const char *token = call->in->refresh_token;
        int r;

        if (token == NULL)
                return IAM_E_REQUEST_INVALID;
        r = secret_set(&refresh.presented, token, strlen(token));
        if (r < 0)
                return IAM_E_GRANT_INVALID; /* longer than any of ours */
        crypto->secret_sha256(&refresh.presented, &refresh.presented_hash);
        r = token_call_fresh(call);
        if (r == 0)
                r = crypto->seal_under(
                                crypto->self, call->arena, &refresh.presented, &call->fresh,
                                &refresh.sealed_fresh);
        if (r < 0)
                return r;

        r = call->app->store.txn(call->app->store.self, redeem, &refresh);
        if (r != 0)
                return r;
        if (refresh.retry.len != 0) {
                r = crypto->unseal_under(
                                crypto->self, &refresh.presented, &refresh.retry, &call->fresh);
                if (r != 0)
                        return r;
        }
        return token_call_reply(call, ret);
}
