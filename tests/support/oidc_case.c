/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/oidc_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/secret_bytes.h"

#define MUST(expression)                                                                           \
        do {                                                                                       \
                int must_ = (expression);                                                          \
                if (must_ != 0) {                                                                  \
                        (void) fprintf(stderr, "%s:%d: %s: %d (%s)\n", __FILE__, __LINE__,         \
                                       #expression, must_, reason_name(must_));                    \
                        abort();                                                                   \
                }                                                                                  \
        } while (0)

void oidc_write(OidcCase *c, TxnFn fn, void *context) {
        MUST(c->app->store.txn(c->app->store.self, fn, context));
}

void oidc_read(OidcCase *c, TxnFn fn, void *context) {
        MUST(c->app->store.read(c->app->store.self, fn, context));
}

typedef struct PutCall {
        OidcCase *c;
        OidcRealm *at;
        Client *client;
        User *user;
        SigningKey key;
} PutCall;

static int realm_put(Txn *txn, void *context) {
        PutCall *call = context;
        const StorePort *store = &call->c->app->store;

        MUST(store->realms->insert(txn, &call->at->realm));
        MUST(store->keys->insert(txn, &call->key, "active", WORLD_NOW));
        MUST(store->users->insert(txn, &call->at->alice));
        MUST(store->users->insert(txn, &call->at->bob));
        MUST(store->clients->insert(txn, &call->at->web));
        MUST(store->clients->insert(txn, &call->at->strict));
        return store->clients->insert(txn, &call->at->spa);
}

static Client client_value(OidcCase *c, const RealmId *realm, const char *name, ClientKind kind) {
        static const char *redirects[] = { OIDC_REDIRECT, "https://app.example.org/cb?x=1" };
        static const char *byes[] = { OIDC_BYE, "https://app.example.org/bye?x=1" };
        Client client = world_client_value(c->world, realm, name);

        client.kind = kind;
        client.require_pkce = true;
        client.redirect_uris = (StrList){ .items = redirects, .n = ELEMENTSOF(redirects) };
        client.post_logout_uris = (StrList){ .items = byes, .n = ELEMENTSOF(byes) };
        if (kind == CLIENT_CONFIDENTIAL)
                c->app->crypto.secret_sha256(&c->web_secret, &client.secret_hash);
        return client;
}

static void realm_make(OidcCase *c, OidcRealm *at, const char *name) {
        PutCall call = { .c = c, .at = at };
        const RealmId *id = &at->realm.id;

        at->realm = world_realm_value(c->world, name);
        at->realm.settings.default_signing_algorithm = KEY_ALG_ES256;
        at->alice = world_user_value(c->world, id, "alice");
        at->alice.display_name = "Alice Example";
        at->alice.email = "alice@example.org";
        at->alice.email_fold = at->alice.email;
        at->bob = world_user_value(c->world, id, "bob");
        at->web = client_value(c, id, "web", CLIENT_CONFIDENTIAL);
        at->web.require_pkce = false;
        at->strict = client_value(c, id, "strict", CLIENT_CONFIDENTIAL);
        at->spa = client_value(c, id, "spa", CLIENT_PUBLIC);
        MUST(c->app->crypto.key_make(c->app->crypto.self, &c->arena, id, KEY_ALG_ES256, &call.key));
        oidc_write(c, realm_put, &call);
}

void oidc_begin(OidcCase *c) {
        *c = (OidcCase){
                .world = world_new(),
                .arena = ARENA_INIT((size_t) 256 << 20),
                .browser = { .door = DOOR_BROWSER,
                             .actor_kind = "stranger",
                             .address = "192.0.2.1",
                             .agent = "a browser",
                             .trace = "0123456789abcdef" },
                .program = { .door = DOOR_TOKEN,
                             .actor_kind = "stranger",
                             .address = "192.0.2.2",
                             .trace = "fedcba9876543210" },
        };
        c->app = world_app(c->world);
        MUST(secret_set(&c->web_secret, "a secret of a client", 20));
        realm_make(c, &c->demo, "demo");
        realm_make(c, &c->other, "other");
}

void oidc_end(OidcCase *c) {
        arena_done(&c->arena);
        (void) world_free(c->world);
}

static int user_update(Txn *txn, void *context) {
        PutCall *call = context;
        const UserOps *users = call->c->app->store.users;
        const RealmId realm = call->user->realm;
        const Id id = call->user->id;

        MUST(users->update(txn, call->user));
        return users->by_id(txn, &realm, &id, &call->c->arena, call->user);
}

void oidc_update_user(OidcCase *c, User *user) {
        oidc_write(c, user_update, &(PutCall){ .c = c, .user = user });
}

static int client_update(Txn *txn, void *context) {
        PutCall *call = context;
        const ClientOps *clients = call->c->app->store.clients;
        const RealmId realm = call->client->realm;
        const Id id = call->client->id;

        MUST(clients->update(txn, call->client));
        return clients->by_id(txn, &realm, &id, &call->c->arena, call->client);
}

void oidc_update_client(OidcCase *c, Client *client) {
        oidc_write(c, client_update, &(PutCall){ .c = c, .client = client });
}

typedef struct RealmCall {
        OidcCase *c;
        Realm *realm;
} RealmCall;

static int realm_update(Txn *txn, void *context) {
        RealmCall *call = context;
        const RealmOps *realms = call->c->app->store.realms;
        const RealmId id = call->realm->id;

        MUST(realms->update(txn, call->realm));
        return realms->by_id(txn, &id, &call->c->arena, call->realm);
}

void oidc_update_realm(OidcCase *c, Realm *realm) {
        oidc_write(c, realm_update, &(RealmCall){ c, realm });
}

static int user_insert(Txn *txn, void *context) {
        PutCall *call = context;

        return call->c->app->store.users->insert(txn, call->user);
}

User oidc_service(OidcCase *c, const Client *client) {
        const char *name = arena_printf(&c->arena, "service:%s", client->name);
        User user = world_user_value(c->world, &client->realm, name);

        user.client = client->id;
        oidc_write(c, user_insert, &(PutCall){ .c = c, .user = &user });
        return user;
}

TokenIn oidc_for_itself(const OidcCase *c, const Client *client) {
        TokenIn in = oidc_code_exchange(c, client, NULL);

        in.grant_type = "client_credentials";
        in.redirect_uri = NULL;
        in.code_verifier = NULL;
        return in;
}

AuthorizeIn oidc_request(void) {
        return (AuthorizeIn){
                .client_id = "web",
                .redirect_uri = OIDC_REDIRECT,
                .response_type = "code",
                .scope = "openid",
                .state = "a state",
                .nonce = "a nonce",
        };
}

int oidc_authorize(OidcCase *c, const OidcRealm *at, const AuthorizeIn *in, AuthorizeOut *ret) {
        return app_authorize(c->app, &c->arena, &c->browser, &at->realm, in, ret);
}

LoginStep oidc_login(const OidcCase *c, const AuthorizeOut *asked, const User *user) {
        return (LoginStep){
                .outcome = LOGIN_DONE,
                .realm = user->realm,
                .user = user->id,
                .user_name = user->name,
                .credential_epoch = user->credential_epoch,
                .auth = { .at = world_now(c->world), .amr = "pwd otp mfa", .acr = "2" },
                .request = asked->login.request,
        };
}

void oidc_sign_in(
                OidcCase *c, const OidcRealm *at, const AuthorizeIn *in, const User *user,
                AuthorizeOut *ret) {
        AuthorizeOut asked;
        LoginStep login;

        MUST(oidc_authorize(c, at, in, &asked));
        if (asked.outcome == AUTHORIZE_REPLY) {
                *ret = asked;
                return;
        }
        login = oidc_login(c, &asked, user);
        MUST(app_authorize_finish(
                        c->app, &c->arena, &c->browser, &at->realm, &login, in->session, ret));
}

const char *oidc_code(OidcCase *c, const OidcRealm *at, const Client *client) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut out;

        in.client_id = client->name;
        in.scope = "openid profile email";
        if (client->require_pkce) {
                in.code_challenge = OIDC_CHALLENGE;
                in.code_challenge_method = "S256";
        }
        oidc_sign_in(c, at, &in, &at->alice, &out);
        MUST(out.reply.error != NULL);
        return out.reply.code;
}

TokenIn oidc_code_exchange(const OidcCase *c, const Client *client, const char *code) {
        return (TokenIn){
                .grant_type = "authorization_code",
                .code = code,
                .redirect_uri = OIDC_REDIRECT,
                .code_verifier = client->require_pkce ? OIDC_VERIFIER : NULL,
                .client = { .client_id = client->name,
                            .secret = client->kind == CLIENT_CONFIDENTIAL ? &c->web_secret : NULL },
        };
}

TokenIn oidc_refresh(const OidcCase *c, const Client *client, const char *token) {
        TokenIn in = oidc_code_exchange(c, client, NULL);

        in.grant_type = "refresh_token";
        in.redirect_uri = NULL;
        in.code_verifier = NULL;
        in.refresh_token = token;
        return in;
}

int oidc_token(OidcCase *c, const OidcRealm *at, const TokenIn *in, TokenOut *ret) {
        return app_token(c->app, &c->arena, &c->program, &at->realm, in, ret);
}

const char *oidc_refresh_text(OidcCase *c, const TokenOut *out) {
        return arena_strndup(
                        &c->arena, (const char *) secret_bytes(&out->refresh_token),
                        out->refresh_token.len);
}

void oidc_tokens(OidcCase *c, const OidcRealm *at, const Client *client, TokenOut *ret) {
        TokenIn in = oidc_code_exchange(c, client, oidc_code(c, at, client));

        MUST(oidc_token(c, at, &in, ret));
}

typedef struct EventCall {
        OidcCase *c;
        const OidcRealm *at;
        const char *kind;
        AuditEventList list;
} EventCall;

static int event_list(Txn *txn, void *context) {
        EventCall *call = context;
        const AuditFilter filter = {
                .realm = &call->at->realm.id,
                .kind = call->kind,
                .limit = STORE_PAGE_MAX,
        };

        return call->c->app->store.audit->list(txn, &filter, &call->c->arena, &call->list);
}

size_t oidc_count_events(OidcCase *c, const OidcRealm *at, const char *kind, bool success) {
        EventCall call = { .c = c, .at = at, .kind = kind };
        size_t n = 0;

        oidc_read(c, event_list, &call);
        for (size_t i = 0; i < call.list.n; i++)
                n += call.list.items[i].success == success;
        return n;
}

const char *oidc_claims(OidcCase *c, const char *jws) {
        const char *dot = strchr(jws, '.');
        const char *end = strrchr(jws, '.');
        char *text = arena_alloc(&c->arena, strlen(jws));
        size_t len;

        MUST(dot == NULL || end <= dot);
        MUST(base64url_decode(dot + 1, (size_t) (end - dot - 1), text, strlen(jws), &len));
        text[len] = '\0';
        return text;
}
