/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The authorization endpoint: a browser comes from a client, and goes back with a code at once
 * (its session is good), or after a login, or with an error.
 */
#include "daemon/app/authorize.h"
#include "daemon/app/access_token.h"
#include "daemon/app/browser_session.h"
#include "daemon/core/redirect_uri.h"

#include "base/reason.h"

/* The live session behind the cookie, if any; a dead or foreign one is simply none. */
static int load_session(AuthorizeCall *call, Txn *txn, const Sha256 *cookie) {
        SessionOwner owner;
        int r;

        r = browser_session_find(
                        call->app, txn, call->arena, &call->realm->id, cookie, call->now, &owner);
        call->has_session = r == 0;
        if (r != 0)
                return r == IAM_E_SESSION_GONE ? 0 : r;
        call->session = owner.session;
        call->user = owner.user;
        return 0;
}

static int load_run(Txn *txn, void *context) {
        AuthorizeCall *call = context;
        const AuthorizeIn *in = call->in;
        Sha256 cookie;
        int r;

        if (in->client_id == NULL)
                return IAM_E_CLIENT_UNKNOWN;
        r = call->app->store.clients->by_name(
                        txn, &call->realm->id, in->client_id, call->arena, &call->client);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_CLIENT_UNKNOWN : r;
        if (!call->client.enabled)
                return IAM_E_CLIENT_DISABLED;
        if (in->redirect_uri == NULL ||
            !redirect_uri_is_registered(&call->client.redirect_uris, in->redirect_uri))
                return IAM_E_REDIRECT_MISMATCH;
        if (in->session == NULL || secret_is_empty(in->session))
                return 0;
        call->app->crypto.secret_sha256(in->session, &cookie);
        return load_session(call, txn, &cookie);
}

/* OpenID Connect Core 3.1.2.1: id_token_hint names whom the client expects. */
static int check_hint(AuthorizeCall *call) {
        IdTokenHint hint;
        int r;

        if (call->in->id_token_hint == NULL || !call->has_session)
                return 0;
        r = id_token_hint_check(
                        call->app, call->arena, call->realm, call->in->id_token_hint, &hint);
        if (r < 0)
                return r;
        if (r > 0 || !id_equal(&hint.user, &call->user.id))
                call->has_session = false;
        return 0;
}

static bool session_is_fresh(const AuthorizeCall *call) {
        int64_t max_age = call->request.max_age;

        if (!call->has_session || call->prompt_login)
                return false;
        return max_age < 0 || call->now - call->session.auth.at <= max_age * USEC_PER_SEC;
}

typedef struct CodeCall {
        AuthorizeCall *call;
        Sha256 code_hash;
} CodeCall;

static int answer_run(Txn *txn, void *context) {
        CodeCall *code = context;
        AuthorizeCall *call = code->call;
        int r;

        r = call->app->store.sessions->touch(txn, &call->realm->id, &call->session.id, call->now);
        if (r != 0)
                return r;
        return authorize_put_code(
                        &(CodeIssue){
                                        .app = call->app,
                                        .arena = call->arena,
                                        .caller = call->caller,
                                        .realm = call->realm,
                                        .request = &call->request,
                                        .session = &call->session,
                                        .code_hash = &code->code_hash,
                                        .now = call->now,
                        },
                        txn);
}

static int answer_from_session(AuthorizeCall *call, AuthorizeOut *ret) {
        CLEANUP(secret_clear) Secret code = {};
        CodeCall context = { .call = call };
        int r;

        r = call->app->crypto.bearer_make(call->app->crypto.self, &code, &context.code_hash);
        if (r < 0)
                return r;
        r = call->app->store.txn(call->app->store.self, answer_run, &context);
        if (r != 0)
                return r;
        return authorize_reply_code(
                        call->app, call->arena, call->realm, &call->request, &code, ret);
}

static int request_run(Txn *txn, void *context) {
        AuthorizeCall *call = context;

        return call->app->store.attempts->request_insert(txn, &call->request);
}

static int ask_to_sign_in(AuthorizeCall *call, AuthorizeOut *ret) {
        LoginStart start = { .realm = call->realm->id, .device = call->in->device };
        int r;

        r = app_id_make(call->app, call->now, &call->request.id);
        if (r < 0)
                return r;
        r = call->app->store.txn(call->app->store.self, request_run, call);
        if (r != 0)
                return r;
        start.request = call->request.id;
        ret->outcome = AUTHORIZE_LOGIN;
        return app_login_start(call->app, call->arena, call->caller, &start, &ret->login);
}

int app_authorize(
                App *app, Arena *arena, const Caller *caller, const Realm *realm,
                const AuthorizeIn *in, AuthorizeOut *ret) {
        AuthorizeCall call = {
                .app = app,
                .arena = arena,
                .caller = caller,
                .realm = realm,
                .in = in,
                .now = app->clock.now(app->clock.self),
        };
        const char *description = NULL;
        int r;

        *ret = (AuthorizeOut){};
        r = app->store.read(app->store.self, load_run, &call);
        if (r != 0)
                return r;
        r = authorize_read_request(&call, &description);
        if (r > 0)
                return authorize_reply_error(&call, r, description, ret);
        if (r < 0)
                return r;
        r = check_hint(&call);
        if (r < 0)
                return r;
        if (session_is_fresh(&call)) {
                r = answer_from_session(&call, ret);
                /* It ended between the two transactions: as if it had not been there. */
                if (r != IAM_E_SESSION_GONE && r != IAM_E_NOT_FOUND && r != IAM_E_GRANT_INVALID)
                        return r;
        }
        if (call.prompt_none)
                return authorize_reply_error(
                                &call, IAM_E_LOGIN_REQUIRED, "the user is not signed in", ret);
        return ask_to_sign_in(&call, ret);
}
