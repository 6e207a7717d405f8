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

static int value_text(Arena *arena, const JsonValue *value, const char **ret) {
        char *text = arena_alloc(arena, value->len + 1);

        if (text == NULL)
                return -ENOMEM;
        if (json_get_str(value, text, value->len + 1, NULL) < 0)
                return IAM_E_TOKEN_INVALID;
        *ret = text;
        return 0;
}

static int value_id(Arena *arena, const JsonValue *value, Id *ret) {
        const char *text;
        int r = value_text(arena, value, &text);

        if (r != 0)
                return r;
        return id_parse(text, ret) < 0 ? IAM_E_TOKEN_INVALID : 0;
}

static int claim_text(Arena *arena, const JsonValue *claims, const char *name, const char **ret) {
        JsonValue value;

        return json_member(claims, name, &value) == 0 ? IAM_E_TOKEN_INVALID
                                                      : value_text(arena, &value, ret);
}

static int claim_id(Arena *arena, const JsonValue *claims, const char *name, Id *ret) {
        JsonValue value;

        return json_member(claims, name, &value) == 0 ? IAM_E_TOKEN_INVALID
                                                      : value_id(arena, &value, ret);
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

/* clang-format off */
static const struct {
        const char *name;
        enum { CLAIM_INT, CLAIM_ID, CLAIM_TEXT } kind;
        size_t offset;
} claim_table[] = {
        { "exp",              CLAIM_INT,  offsetof(AccessClaims, expires) },
        { "jti",              CLAIM_ID,   offsetof(AccessClaims, jti) },
        { "sub",              CLAIM_ID,   offsetof(AccessClaims, user) },
        { "client_id",        CLAIM_TEXT, offsetof(AccessClaims, client) },
        { "authz_epoch",      CLAIM_INT,  offsetof(AccessClaims, authz_epoch) },
        { "scope",            CLAIM_TEXT, offsetof(AccessClaims, scope) },
        { "grant",            CLAIM_ID,   offsetof(AccessClaims, grant) },
        { "realm_epoch",      CLAIM_INT,  offsetof(AccessClaims, epochs.realm) },
        { "client_epoch",     CLAIM_INT,  offsetof(AccessClaims, epochs.client) },
        { "credential_epoch", CLAIM_INT,  offsetof(AccessClaims, epochs.credential) },
};
/* clang-format on */
#define CLAIMS_OF_ALL 0x01fu /* bits of the rows above: those that every token has, */
#define CLAIM_OF_GRANT 0x040u /* and then this one, */
#define CLAIMS_OF_SERVICE 0x380u /* or these */

static int claim_take(Arena *arena, const JsonValue *value, size_t row, AccessClaims *ret) {
        void *member = (char *) ret + claim_table[row].offset;
        int r = 0;

        switch (claim_table[row].kind) {
        case CLAIM_INT:
                r = json_get_int(value, member);
                break;
        case CLAIM_ID:
                return value_id(arena, value, member);
        case CLAIM_TEXT:
                return value_text(arena, value, member);
        }
        return r < 0 ? IAM_E_TOKEN_INVALID : 0;
}

/* One walk over the claims, which introspection makes for each question. */
static int claims_read(Arena *arena, const JsonValue *claims, AccessClaims *ret) {
        JsonValue name, value;
        unsigned seen = 0;
        JsonIter iter;

        ret->scope = "";
        json_iter(claims, &iter);
        while (json_next(&iter, &name, &value) == 1)
                for (size_t i = 0; i < ELEMENTSOF(claim_table); i++) {
                        if (!json_str_eq(&name, claim_table[i].name))
                                continue;
                        int r = claim_take(arena, &value, i, ret);
                        if (r != 0)
                                return r;
                        seen |= 1u << i;
                        break;
                }
        ret->has_grant = (seen & CLAIM_OF_GRANT) != 0;
        const unsigned needed =
                        CLAIMS_OF_ALL | (ret->has_grant ? CLAIM_OF_GRANT : CLAIMS_OF_SERVICE);
        return (seen & needed) == needed ? 0 : IAM_E_TOKEN_INVALID;
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
        int r = 0;

        if (claims->known != NULL)
                client = *claims->known;
        else
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
