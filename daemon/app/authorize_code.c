/* SPDX-License-Identifier: Apache-2.0 */
/* Answering an authorization request with a code: RFC 6749 section 4.1.2. */
#include "daemon/app/authorize.h"
#include "daemon/app/code.h"

#include "base/reason.h"
#include "base/secret_bytes.h"

static int
put_grant(App *app, Txn *txn, const Realm *realm, const AuthRequest *request, const Client *client,
          const User *user, const Session *session, Usec now, Id *ret_grant) {
        Grant grant = {
                .realm = realm->id,
                .user = user->id,
                .client = client->id,
                .session = session->id,
                .scope = request->scope,
                .nonce = request->nonce,
                .auth = session->auth,
                .realm_epoch = realm->epoch,
                .client_epoch = client->epoch,
                .credential_epoch = session->credential_epoch,
                .created_at = now,
        };
        int r;

        r = app_id_make(app, now, &grant.id);
        if (r < 0)
                return r;
        /* The gate, before anything exists that it would have to refuse. */
        r = grant_check(&grant, realm, client, user, session, now);
        if (r != 0)
                return r;
        *ret_grant = grant.id;
        return app->store.sessions->grant_insert(txn, &grant);
}

static int
put_code(App *app, Txn *txn, Arena *arena, const Realm *realm, const AuthRequest *request,
         const Id *grant, const Sha256 *code_hash, Usec now) {
        const CodeBinding binding = {
                .redirect_uri = request->redirect_uri,
                .code_challenge = request->code_challenge,
        };
        SingleUse row = {
                .realm = realm->id,
                .kind = SINGLE_USE_CODE,
                .hash = *code_hash,
                .grant = *grant,
                .owner = request->client,
                .created_at = now,
                .expires_at = now + realm->settings.authorization_code_lifetime * USEC_PER_SEC,
        };
        int r;

        r = code_binding_write(arena, &binding, &row.data);
        if (r < 0)
                return r;
        return app->store.single_use->insert(txn, &row);
}

int authorize_put_code(
                App *app, Txn *txn, Arena *arena, const Caller *caller, const Realm *realm,
                const AuthRequest *request, const Session *session, const Sha256 *code_hash,
                Usec now) {
        Realm fresh;
        Client client;
        User user;
        Id grant;
        int r;

        r = app->store.realms->by_id(txn, &realm->id, arena, &fresh);
        if (r != 0)
                return r;
        r = app->store.clients->by_id(txn, &realm->id, &request->client, arena, &client);
        if (r != 0)
                return r;
        r = app->store.users->by_id(txn, &realm->id, &session->user, arena, &user);
        if (r != 0)
                return r;
        r = put_grant(app, txn, &fresh, request, &client, &user, session, now, &grant);
        if (r != 0)
                return r;
        r = put_code(app, txn, arena, &fresh, request, &grant, code_hash, now);
        if (r != 0)
                return r;
        return app_audit(
                        app, txn, caller, &realm->id, now,
                        &(AuditEvent){
                                        .kind = EVENT_CODE_ISSUED,
                                        .success = true,
                                        .actor_kind = "user",
                                        .actor = user.id,
                                        .actor_name = user.name,
                                        .target_kind = "client",
                                        .target = client.id,
                                        .target_name = client.name,
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
