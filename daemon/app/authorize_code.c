/* SPDX-License-Identifier: Apache-2.0 */
/* Answering an authorization request with a code: RFC 6749 section 4.1.2. */
#include "daemon/app/authorize.h"
#include "daemon/app/code.h"
#include "daemon/core/redirect_uri.h"

#include "base/reason.h"
#include "base/secret_bytes.h"

/* Read anew in the transaction that issues. */
typedef struct Parties {
        Realm realm;
        Client client;
        User user;
} Parties;

static int read_parties(const CodeIssue *issue, Txn *txn, Parties *ret) {
        const StorePort *store = &issue->app->store;
        const RealmId *realm = &issue->realm->id;
        int r;

        r = store->realms->by_id(txn, realm, issue->arena, &ret->realm);
        if (r != 0)
                return r;
        r = store->clients->by_id(txn, realm, &issue->request->client, issue->arena, &ret->client);
        if (r != 0)
                return r;
        /* Taken off the list while the person was signing in: no code goes there any more. */
        if (!redirect_uri_is_registered(&ret->client.redirect_uris, issue->request->redirect_uri))
                return IAM_E_REDIRECT_MISMATCH;
        return store->users->by_id(txn, realm, &issue->session->user, issue->arena, &ret->user);
}

static int put_grant(const CodeIssue *issue, Txn *txn, const Parties *parties, Id *ret_grant) {
        const Session *session = issue->session;
        Grant grant = {
                .realm = issue->realm->id,
                .user = parties->user.id,
                .client = parties->client.id,
                .session = session->id,
                .scope = issue->request->scope,
                .nonce = issue->request->nonce,
                .auth = session->auth,
                .realm_epoch = session->realm_epoch,
                .client_epoch = parties->client.epoch,
                .credential_epoch = session->credential_epoch,
                .created_at = issue->now,
        };
        int r;

        r = app_id_make(issue->app, issue->now, &grant.id);
        if (r < 0)
                return r;
        /* The gate, before anything exists that it would have to refuse. */
        r = grant_check(&grant, &parties->realm, &parties->client, &parties->user, session,
                        issue->now);
        if (r != 0)
                return r;
        *ret_grant = grant.id;
        return issue->app->store.sessions->grant_insert(txn, &grant);
}

static int put_code(const CodeIssue *issue, Txn *txn, const Parties *parties, const Id *grant) {
        const CodeBinding binding = {
                .redirect_uri = issue->request->redirect_uri,
                .code_challenge = issue->request->code_challenge,
        };
        SingleUse row = {
                .realm = issue->realm->id,
                .kind = SINGLE_USE_CODE,
                .hash = *issue->code_hash,
                .grant = *grant,
                .owner = issue->request->client,
                .created_at = issue->now,
                .expires_at = issue->now +
                              parties->realm.settings.authorization_code_lifetime * USEC_PER_SEC,
        };
        int r;

        r = code_binding_write(issue->arena, &binding, &row.data);
        if (r < 0)
                return r;
        return issue->app->store.single_use->insert(txn, &row);
}

int authorize_put_code(const CodeIssue *issue, Txn *txn) {
        Parties parties;
        Id grant;
        int r;

        r = read_parties(issue, txn, &parties);
        if (r != 0)
                return r;
        r = put_grant(issue, txn, &parties, &grant);
        if (r != 0)
                return r;
        r = put_code(issue, txn, &parties, &grant);
        if (r != 0)
                return r;
        return app_audit(
                        issue->app, txn, issue->caller, &issue->realm->id, issue->now,
                        &(AuditEvent){
                                        .kind = EVENT_CODE_ISSUED,
                                        .success = true,
                                        .actor_kind = "user",
                                        .actor = parties.user.id,
                                        .actor_name = parties.user.name,
                                        .target_kind = "client",
                                        .target = parties.client.id,
                                        .target_name = parties.client.name,
                        });
}

int authorize_reply_code(
                App *app, Arena *arena, const Realm *realm, const AuthRequest *request,
                const Secret *code, AuthorizeOut *ret) {
        const char *issuer = app_issuer(app, arena, realm);
        /* The code leaves in a URL or a form: its text belongs to the reply from here on. */
        const char *text = arena_strndup(arena, (const char *) secret_bytes(code), code->len);

        if (issuer == NULL || text == NULL)
                return -ENOMEM;
        ret->outcome = AUTHORIZE_REPLY;
        ret->reply = (AuthorizeReply){
                .redirect_uri = request->redirect_uri,
                .form_post = str_eq(request->response_mode, "form_post"),
                .code = text,
                .state = request->state,
                .iss = issuer,
        };
        return 0;
}
