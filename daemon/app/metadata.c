/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What clients read first: OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2, RFC 7517.
 * Law 7: every value here is one that works, and a test tries each.
 */
#include "daemon/app/oidc.h"

#include "base/json.h"
#include "base/reason.h"

#include <string.h>

#define METADATA_MAX 8192 /* bytes */
#define JWKS_MAX 32768

typedef struct Endpoint {
        const char *member;
        const char *path; /* below the issuer */
} Endpoint;

static const Endpoint endpoints[] = {
        { "authorization_endpoint", "/protocol/openid-connect/auth" },
        { "token_endpoint", "/protocol/openid-connect/token" },
        { "introspection_endpoint", "/protocol/openid-connect/token/introspect" },
        { "revocation_endpoint", "/protocol/openid-connect/revoke" },
        { "userinfo_endpoint", "/protocol/openid-connect/userinfo" },
        { "jwks_uri", "/protocol/openid-connect/certs" },
        { "end_session_endpoint", "/protocol/openid-connect/logout" },
};

typedef struct Values {
        const char *member;
        const char *words; /* space-separated */
} Values;

static const Values values[] = {
        { "response_types_supported", "code" },
        { "response_modes_supported", "query form_post" },
        { "grant_types_supported", "authorization_code refresh_token client_credentials" },
        { "subject_types_supported", "public" },
        { "id_token_signing_alg_values_supported", "RS256 ES256" },
        { "token_endpoint_auth_methods_supported", "client_secret_basic client_secret_post none" },
        { "introspection_endpoint_auth_methods_supported",
          "client_secret_basic client_secret_post" },
        { "revocation_endpoint_auth_methods_supported",
          "client_secret_basic client_secret_post none" },
        { "code_challenge_methods_supported", "S256" },
        { "scopes_supported", "openid profile email" },
        { "prompt_values_supported", "none login select_account consent" },
        { "acr_values_supported", "1 2" },
        { "claim_types_supported", "normal" },
        { "claims_supported",
          "iss sub aud exp iat jti auth_time nonce acr amr azp sid at_hash name given_name "
          "family_name preferred_username updated_at email email_verified realm_access groups" },
};

static void put_words(JsonWriter *w, const Values *list) {
        const char *at = list->words;

        json_key(w, list->member);
        json_begin_array(w);
        while (*at != '\0') {
                size_t n = strcspn(at, " ");

                json_str_n(w, at, n);
                at += n;
                at += strspn(at, " ");
        }
        json_end_array(w);
}

int app_metadata(App *app, Arena *arena, const Realm *realm, const char **ret_json) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(METADATA_MAX);
        JsonWriter w = JSON_WRITER(&buf);
        const char *issuer = app_issuer(app, arena, realm);

        if (issuer == NULL)
                return -ENOMEM;
        json_begin_object(&w);
        json_put_str(&w, "issuer", issuer);
        for (size_t i = 0; i < ELEMENTSOF(endpoints); i++) {
                const char *url = arena_printf(arena, "%s%s", issuer, endpoints[i].path);

                if (url == NULL)
                        return -ENOMEM;
                json_put_str(&w, endpoints[i].member, url);
        }
        for (size_t i = 0; i < ELEMENTSOF(values); i++)
                put_words(&w, &values[i]);
        json_put_bool(&w, "authorization_response_iss_parameter_supported", true);
        json_put_bool(&w, "claims_parameter_supported", false);
        json_put_bool(&w, "request_parameter_supported", false);
        json_put_bool(&w, "request_uri_parameter_supported", false);
        json_end_object(&w);
        return buf_copy(&buf, arena, ret_json);
}

typedef struct JwksCall {
        App *app;
        Arena *arena;
        const Realm *realm;
        SigningKey *keys;
        size_t n_keys;
} JwksCall;

static int jwks_run(Txn *txn, void *context) {
        JwksCall *call = context;

        return call->app->store.keys->published(
                        txn, &call->realm->id, call->arena, &call->keys, &call->n_keys);
}

int app_jwks(App *app, Arena *arena, const Realm *realm, const char **ret_json) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(JWKS_MAX);
        JsonWriter w = JSON_WRITER(&buf);
        JwksCall call = { .app = app, .arena = arena, .realm = realm };
        int r;

        r = app->store.read(app->store.self, jwks_run, &call);
        if (r != 0)
                return r;
        json_begin_object(&w);
        json_key(&w, "keys");
        json_begin_array(&w);
        for (size_t i = 0; i < call.n_keys; i++)
                json_raw(&w, call.keys[i].public_jwk, strlen(call.keys[i].public_jwk));
        json_end_array(&w);
        json_end_object(&w);
        return buf_copy(&buf, arena, ret_json);
}
