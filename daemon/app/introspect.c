/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Token introspection, RFC 7662.  The answer is what the token itself says: its epochs stand, so
 * its roles and groups are the present ones, and whoever may ask holds the token anyway.
 */
#include "daemon/app/access_token.h"
#include "daemon/app/client_auth.h"
#include "daemon/app/issue.h"
#include "daemon/app/oidc.h"

#include "base/reason.h"

#include <string.h>

typedef struct IntrospectCall {
        App *app;
        Arena *arena;
        const Realm *realm;
        Usec now;
        ClientAuth auth;
        const char *kid; /* of an access token, or NULL */
        Sha256 hash; /* of a refresh token */
        Client client; /* who asks */
        SigningKey key; /* with has_key */
        bool has_key;
        AccessClaims claims;
        SingleUse refresh;
        GateView view;
} IntrospectCall;

/* Who asks, and by which key the token was signed. */
static int enter(Txn *txn, void *context) {
        IntrospectCall *call = context;
        int r;

        call->has_key = false;
        r = client_prove(&call->auth, txn, &call->client);
        if (r != 0)
                return r;
        /* Section 2.1: a public client proves nothing. */
        if (call->client.kind != CLIENT_CONFIDENTIAL)
                return IAM_E_UNAUTHORIZED_CLIENT;
        if (call->kid == NULL)
                return 0;
        r = call->app->store.keys->by_kid(
                        txn, &call->realm->id, call->kid, call->arena, &call->key);
        call->has_key = r == 0;
        return r == IAM_E_NOT_FOUND ? 0 : r;
}

static int open_access(Txn *txn, void *context) {
        IntrospectCall *call = context;

        if (str_eq(call->claims.client, call->client.name))
                call->claims.known = &call->client;
        return access_token_open(
                        call->app, txn, call->arena, call->realm, &call->claims, call->now,
                        &call->view);
}

static int open_refresh(Txn *txn, void *context) {
        IntrospectCall *call = context;
        const SingleUse *row = &call->refresh;
        int r;

        r = call->app->store.single_use->find(
                        txn, &call->realm->id, SINGLE_USE_REFRESH, &call->hash, call->arena,
                        &call->refresh);
        if (r != 0)
                return r;
        if (row->used_at != 0 || row->expires_at <= call->now ||
            !id_equal(&row->owner, &call->client.id))
                return IAM_E_TOKEN_INVALID;
        return gate_open(
                        call->app, txn, call->arena, &call->realm->id, &row->grant, call->now,
                        &call->view);
}

static bool is_audience(const AccessClaims *claims, const char *name) {
        JsonValue list, item;
        JsonIter iter;

        if (json_member(&claims->object, "aud", &list) == 0 || list.type != JSON_ARRAY)
                return false;
        json_iter(&list, &iter);
        while (json_next(&iter, NULL, &item) == 1)
                if (json_str_eq(&item, name))
                        return true;
        return false;
}

/* Its own, or meant for it: in the token, and in the record of the client whose token it is. */
static bool may_see(const IntrospectCall *call) {
        const Client *of = &call->view.client;

        return id_equal(&of->id, &call->client.id) ||
               (str_list_has(&of->audiences, call->client.name) &&
                is_audience(&call->claims, call->client.name));
}

static bool is_inner(const JsonValue *name) {
        static const char *const inner[] = { "grant", "authz_epoch", "realm_epoch", "client_epoch",
                                             "credential_epoch" };

        for (size_t i = 0; i < ELEMENTSOF(inner); i++)
                if (json_str_eq(name, inner[i]))
                        return true;
        return false;
}

static int put_access(const IntrospectCall *call, JsonWriter *w) {
        JsonValue name, value;
        JsonIter iter;

        json_put_str(w, "token_type", "Bearer");
        json_put_str(w, "username", call->view.user.name);
        json_iter(&call->claims.object, &iter);
        while (json_next(&iter, &name, &value) == 1) {
                char key[64];

                if (is_inner(&name))
                        continue;
                int r = json_get_str(&name, key, sizeof(key), NULL);
                if (r < 0)
                        return r;
                json_key(w, key);
                json_raw(w, value.text, value.len);
        }
        return 0;
}

static int put_refresh(const IntrospectCall *call, JsonWriter *w) {
        const char *issuer = app_issuer(call->app, call->arena, call->realm);
        char sub[ID_TEXT_SIZE];

        if (issuer == NULL)
                return -ENOMEM;
        id_format(&call->view.user.id, sub);
        json_put_str(w, "iss", issuer);
        json_put_str(w, "sub", sub);
        json_put_str(w, "username", call->view.user.name);
        json_put_str(w, "client_id", call->client.name);
        json_put_str(w, "scope", call->view.grant.scope);
        json_put_int(w, "iat", call->refresh.created_at / USEC_PER_SEC);
        json_put_int(w, "exp", call->refresh.expires_at / USEC_PER_SEC);
        return 0;
}

/* 0: it is live and may be seen. */
static int look(IntrospectCall *call, const char *token) {
        const StorePort *store = &call->app->store;
        int r;

        if (call->kid == NULL)
                return store->read(store->self, open_refresh, call);
        if (!call->has_key)
                return IAM_E_TOKEN_INVALID;
        r = access_token_verify(
                        call->app, call->arena, call->realm, &call->key, token, call->now,
                        &call->claims);
        if (r == 0)
                r = store->read(store->self, open_access, call);
        if (r != 0)
                return r;
        return may_see(call) ? 0 : IAM_E_TOKEN_INVALID;
}

static int answer(IntrospectCall *call, const char *token, const char **ret_json) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(CLAIMS_MAX + 1024);
        JsonWriter w = JSON_WRITER(&buf);
        int r = look(call, token);

        if (r < 0)
                return r;
        json_begin_object(&w);
        json_put_bool(&w, "active", r == 0);
        if (r == 0)
                r = call->kid != NULL ? put_access(call, &w) : put_refresh(call, &w);
        if (r < 0)
                return r;
        json_end_object(&w);
        return buf_copy(&buf, call->arena, ret_json);
}

int app_introspect(
                App *app, Arena *arena, const Caller *caller, const Realm *realm,
                const ShownToken *in, const char **ret_json) {
        IntrospectCall call = {
                .app = app,
                .arena = arena,
                .realm = realm,
                .now = app->clock.now(app->clock.self),
        };
        int r;

        if (in->token == NULL)
                return IAM_E_REQUEST_INVALID;
        client_auth_init(&call.auth, app, arena, caller, realm, call.now, &in->client);
        r = app->crypto.jws_kid(app->crypto.self, arena, in->token, &call.kid);
        if (r < 0)
                return r;
        if (r > 0) {
                call.kid = NULL;
                app->crypto.sha256(in->token, strlen(in->token), &call.hash);
        }
        r = app->store.read(app->store.self, enter, &call);
        if (r == IAM_E_CLIENT_AUTH_FAILED)
                return client_auth_refuse(&call.auth);
        return r != 0 ? r : answer(&call, in->token, ret_json);
}
