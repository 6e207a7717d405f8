/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/access_token.h"

#include "base/reason.h"
#include "daemon/app/oidc.h"

#include <string.h>

typedef struct KeyCall {
        App *app;
        Arena *arena;
        const Realm *realm;
        const char *kid;
        SigningKey key;
} KeyCall;

static int key_run(Txn *txn, void *context) {
        KeyCall *call = context;

        return call->app->store.keys->by_kid(
                        txn, &call->realm->id, call->kid, call->arena, &call->key);
}

static int
verify(App *app, Arena *arena, const SigningKey *key, const char *typ, const char *token,
       JsonValue *ret_claims) {
        const CryptoPort *crypto = &app->crypto;
        const char *claims;
        int r;

        r = crypto->verify(crypto->self, arena, key, typ, token, &claims);
        if (r != 0)
                return r;
        return json_check(claims, strlen(claims), ret_claims, NULL) < 0 ? IAM_E_TOKEN_INVALID : 0;
}

/* The key that the token names, without belief. */
static int key_of(App *app, Arena *arena, const Realm *realm, const char *token, SigningKey *ret) {
        KeyCall call = { .app = app, .arena = arena, .realm = realm };
        int r;

        r = app->crypto.jws_kid(app->crypto.self, arena, token, &call.kid);
        if (r == 0)
                r = app->store.read(app->store.self, key_run, &call);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? IAM_E_TOKEN_INVALID : r;
        *ret = call.key;
        return 0;
}

static int claim_text(Arena *arena, const JsonValue *claims, const char *name, const char **ret) {
        JsonValue value;
        char *text;

        if (json_member(claims, name, &value) == 0)
                return IAM_E_TOKEN_INVALID;
        text = arena_alloc(arena, value.len + 1);
        if (text == NULL)
                return -ENOMEM;
        if (json_get_str(&value, text, value.len + 1, NULL) < 0)
                return IAM_E_TOKEN_INVALID;
        *ret = text;
        return 0;
}

static int claim_id(Arena *arena, const JsonValue *claims, const char *name, Id *ret) {
        const char *text;
        int r = claim_text(arena, claims, name, &text);

        if (r != 0)
                return r;
        return id_parse(text, ret) < 0 ? IAM_E_TOKEN_INVALID : 0;
}

static int claim_int(const JsonValue *claims, const char *name, int64_t *ret) {
        JsonValue value;

        if (json_member(claims, name, &value) == 0 || json_get_int(&value, ret) < 0)
                return IAM_E_TOKEN_INVALID;
        return 0;
}

static int check_issuer(App *app, Arena *arena, const Realm *realm, const JsonValue *claims) {
        const char *issuer = app_issuer(app, arena, realm);
        JsonValue value;

        if (issuer == NULL)
                return -ENOMEM;
        if (json_member(claims, "iss", &value) == 0 || !json_str_eq(&value, issuer))
                return IAM_E_TOKEN_INVALID;
        return 0;
}

static int claims_of_service(const JsonValue *claims, ServiceEpochs *ret) {
        int r = claim_int(claims, "realm_epoch", &ret->realm);

        if (r == 0)
                r = claim_int(claims, "client_epoch", &ret->client);
        if (r == 0)
                r = claim_int(claims, "credential_epoch", &ret->credential);
        return r;
}

static int claims_read(Arena *arena, const JsonValue *claims, AccessClaims *ret) {
        JsonValue value;
        int r;

        r = claim_int(claims, "exp", &ret->expires);
        if (r == 0)
                r = claim_id(arena, claims, "jti", &ret->jti);
        if (r == 0)
                r = claim_id(arena, claims, "sub", &ret->user);
        if (r == 0)
                r = claim_text(arena, claims, "client_id", &ret->client);
        if (r == 0)
                r = claim_int(claims, "authz_epoch", &ret->authz_epoch);
        ret->scope = "";
        if (r == 0 && json_member(claims, "scope", &value) == 1)
                r = claim_text(arena, claims, "scope", &ret->scope);
        if (r != 0)
                return r;
        ret->has_grant = json_member(claims, "grant", &value) == 1;
        return ret->has_grant ? claim_id(arena, claims, "grant", &ret->grant)
                              : claims_of_service(claims, &ret->epochs);
}

int access_token_verify(
                App *app, Arena *arena, const Realm *realm, const SigningKey *key,
                const char *token, Usec now, AccessClaims *ret) {
        AccessClaims read = {};
        JsonValue claims;
        int r;

        r = verify(app, arena, key, "at+jwt", token, &claims);
        if (r == 0)
                r = check_issuer(app, arena, realm, &claims);
        if (r == 0)
                r = claims_read(arena, &claims, &read);
        if (r != 0)
                return r;
        if (now / USEC_PER_SEC >= read.expires)
                return IAM_E_TOKEN_INVALID;
        app->crypto.sha256(read.jti.bytes, sizeof(read.jti.bytes), &read.jti_hash);
        read.object = claims;
        *ret = read;
        return 0;
}

int access_token_read(
                App *app, Arena *arena, const Realm *realm, const char *token, Usec now,
                AccessClaims *ret) {
        SigningKey key;
        int r = key_of(app, arena, realm, token, &key);

        return r != 0 ? r : access_token_verify(app, arena, realm, &key, token, now, ret);
}

static int
open_service(App *app, Txn *txn, Arena *arena, const Realm *realm, const AccessClaims *claims,
             GateView *ret) {
        Client client;
        int r;

        r = app->store.clients->by_name(txn, &realm->id, claims->client, arena, &client);
        return r != 0 ? r : gate_open_service(app, txn, arena, &client, &claims->epochs, ret);
}

int access_token_open(
                App *app, Txn *txn, Arena *arena, const Realm *realm, const AccessClaims *claims,
                Usec now, GateView *ret) {
        SingleUse revoked;
        GateView view;
        int r;

        r = app->store.single_use->find(
                        txn, &realm->id, SINGLE_USE_REVOKED, &claims->jti_hash, arena, &revoked);
        if (r != IAM_E_NOT_FOUND)
                return r == 0 ? IAM_E_TOKEN_INVALID : r;
        r = claims->has_grant ? gate_open(app, txn, arena, &realm->id, &claims->grant, now, &view)
                              : open_service(app, txn, arena, realm, claims, &view);
        if (r < 0)
                return r;
        if (r > 0 || view.user.authz_epoch != claims->authz_epoch ||
            !id_equal(&view.user.id, &claims->user))
                return IAM_E_TOKEN_INVALID;
        *ret = view;
        return 0;
}

typedef struct OpenCall {
        App *app;
        Arena *arena;
        const Realm *realm;
        const AccessClaims *claims;
        Usec now;
        GateView view;
} OpenCall;

static int open_run(Txn *txn, void *context) {
        OpenCall *call = context;
        int r = access_token_open(
                        call->app, txn, call->arena, call->realm, call->claims, call->now,
                        &call->view);

        return r != 0 ? r : gate_names(call->app, txn, call->arena, &call->view);
}

int access_token_check(
                App *app, Arena *arena, const Realm *realm, const char *token, Usec now,
                AccessToken *ret) {
        AccessClaims claims;
        OpenCall call = {
                .app = app,
                .arena = arena,
                .realm = realm,
                .claims = &claims,
                .now = now,
        };
        int r;

        r = access_token_read(app, arena, realm, token, now, &claims);
        if (r == 0)
                r = app->store.read(app->store.self, open_run, &call);
        if (r != 0)
                return r < 0 ? r : IAM_E_TOKEN_INVALID;
        *ret = (AccessToken){ .view = call.view, .scope = claims.scope };
        return 0;
}

int id_token_hint_check(
                App *app, Arena *arena, const Realm *realm, const char *token, IdTokenHint *ret) {
        IdTokenHint hint = {};
        SigningKey key;
        JsonValue claims;
        JsonValue sid;
        int r;

        r = key_of(app, arena, realm, token, &key);
        if (r == 0)
                r = verify(app, arena, &key, "JWT", token, &claims);
        if (r != 0)
                return r;
        r = check_issuer(app, arena, realm, &claims);
        if (r != 0)
                return r;
        r = claim_id(arena, &claims, "sub", &hint.user);
        if (r != 0)
                return r;
        r = claim_text(arena, &claims, "aud", &hint.client_id);
        if (r != 0)
                return r;
        if (json_member(&claims, "sid", &sid) == 1) {
                r = claim_id(arena, &claims, "sid", &hint.session);
                if (r != 0)
                        return r;
        }
        *ret = hint;
        return 0;
}
