/* SPDX-License-Identifier: Apache-2.0 */
/* Applications: registered, listed, shown, changed, given new secrets, deleted. */
#include <string.h>

#include "base/names.h"
#include "base/reason.h"
#include "daemon/app/service.h"
#include "daemon/core/redirect_uri.h"

#define HISTORY_MAX 131072 /* lists of at most 32 URIs of 1 KiB, escaped */

static void history_list(JsonWriter *w, const char *name, const StrList *list) {
        json_key(w, name);
        json_begin_array(w);
        for (size_t i = 0; i < list->n; i++)
                json_str(w, list->items[i]);
        json_end_array(w);
}

static const char *alg_name(KeyAlg alg) {
        return alg >= 0 ? key_alg_name(alg) : NULL;
}

static int client_history(AppCall *call, Txn *txn, const Client *client, int64_t version) {
        CLEANUP(buf_done) Buf data = BUF_INIT(HISTORY_MAX);
        JsonWriter w = JSON_WRITER(&data);

        json_begin_object(&w);
        json_put_str(&w, "name", client->name);
        json_put_str(&w, "displayName", client->display_name);
        json_put_str(&w, "kind", client_kind_name(client->kind));
        json_put_bool(&w, "enabled", client->enabled);
        json_put_bool(&w, "requirePkce", client->require_pkce);
        json_put_str(&w, "idTokenAlg", alg_name(client->id_token_alg));
        json_put_str(&w, "accessTokenAlg", alg_name(client->access_token_alg));
        json_put_int(&w, "accessTokenLifetime", client->access_token_lifetime);
        json_put_int(&w, "refreshTokenLifetime", client->refresh_token_lifetime);
        json_put_int(&w, "epoch", client->epoch);
        history_list(&w, "redirectUri", &client->redirect_uris);
        history_list(&w, "postLogoutUri", &client->post_logout_uris);
        history_list(&w, "audience", &client->audiences);
        history_list(&w, "webOrigin", &client->web_origins);
        json_end_object(&w);
        return call_history(call, txn, "client", &client->id, version, &data, NULL);
}

static int64_t own_or_absent(int64_t seconds) {
        return seconds > 0 ? seconds : WIRE_INT_ABSENT;
}

/* Leaves out->secret as prepare() made it. */
static int client_view(AppCall *call, Txn *txn, const Client *client, ClientView *out) {
        out->id = call_id_text(call, &client->id);
        out->name = client->name;
        out->display_name = client->display_name;
        out->kind = client_kind_name(client->kind);
        out->enabled = client->enabled;
        out->require_pkce = client->require_pkce;
        out->id_token_alg = alg_name(client->id_token_alg);
        out->access_token_alg = alg_name(client->access_token_alg);
        out->access_token_lifetime = own_or_absent(client->access_token_lifetime);
        out->refresh_token_lifetime = own_or_absent(client->refresh_token_lifetime);
        if (client->former_secret_until > call->now)
                out->former_secret_until = client->former_secret_until;
        out->redirect_uris = client->redirect_uris;
        out->post_logout_uris = client->post_logout_uris;
        out->audiences = client->audiences;
        out->web_origins = client->web_origins;
        out->created_at = client->created_at;
        out->updated_at = client->updated_at;
        return out->id == NULL ? -ENOMEM : service_view(call, txn, client, out);
}

typedef bool (*TextCheck)(const char *text);

static int texts_check(AppCall *call, const StrList *list, TextCheck is_fine, const char *field) {
        for (size_t i = 0; i < list->n; i++) {
                StrList before = { .items = list->items, .n = i };

                if (!is_fine(list->items[i]) || str_list_has(&before, list->items[i]))
                        return call_blame(call, IAM_E_INVALID, field);
        }
        return 0;
}

static bool is_redirect_uri(const char *text) {
        return redirect_uri_check(text) == 0;
}

static int lists_check(AppCall *call, const Client *client) {
        int r = texts_check(call, &client->redirect_uris, is_redirect_uri, "redirectUri");

        if (r == 0)
                r = texts_check(call, &client->post_logout_uris, is_redirect_uri, "postLogoutUri");
        if (r == 0)
                r = texts_check(call, &client->audiences, audience_is_wellformed, "audience");
        if (r == 0)
                r = texts_check(call, &client->web_origins, web_origin_is_wellformed, "webOrigin");
        return r;
}

/* As short as the realm's may be. */
static int lifetimes_check(AppCall *call, const Client *client) {
        int64_t access = client->access_token_lifetime;
        int64_t refresh = client->refresh_token_lifetime;
        int r = call_expect(call, access == 0 || access >= 30, "accessTokenLifetime");

        return r != 0 ? r
                      : call_expect(call, refresh == 0 || refresh >= 60, "refreshTokenLifetime");
}

static int name_check(AppCall *call, const char *display_name) {
        return call_expect(
                        call,
                        str_is_empty(display_name) || text_is_passwd_field(display_name, GECOS_MAX),
                        "displayName");
}

static int secret_prepare(AppCall *call, Secret *ret) {
        const CryptoPort *crypto = &call->app->crypto;
        Sha256 *hash = arena_new(call->arena, Sha256);

        if (hash == NULL)
                return -ENOMEM;
        call->prepared = hash;
        return crypto->bearer_make(crypto->self, ret, hash);
}

static ClientKind kind_wanted(const ClientCreateIn *in) {
        return in->kind != NULL ? client_kind_from_name(in->kind) : CLIENT_CONFIDENTIAL;
}

int app_client_create_prepare(AppCall *call) {
        ClientView *out = call->out;

        return kind_wanted(call->in) == CLIENT_CONFIDENTIAL ? secret_prepare(call, &out->secret)
                                                            : 0;
}

/* PKCE is all that protects a public client's codes (RFC 9700 section 2.1.1). */
static int pkce_apply(AppCall *call, Maybe asked, Client *client) {
        bool is_public = client->kind == CLIENT_PUBLIC;

        if (asked != MAYBE_ABSENT)
                client->require_pkce = asked == MAYBE_YES;
        if (is_public && asked == MAYBE_NO)
                return call_blame(call, IAM_E_INVALID, "requirePkce");
        client->require_pkce = client->require_pkce || is_public;
        return 0;
}

int app_client_create(AppCall *call, Txn *txn) {
        const ClientCreateIn *in = call->in;
        const Sha256 *hash = call->prepared;
        Client client = {
                .realm = call->realm.id,
                .name = in->name,
                .display_name = call_optional(in->display_name),
                .kind = kind_wanted(in),
                .enabled = true,
                .id_token_alg = key_alg_from_name(in->id_token_alg),
                .access_token_alg = key_alg_from_name(in->access_token_alg),
                .access_token_lifetime = in->access_token_lifetime,
                .refresh_token_lifetime = in->refresh_token_lifetime,
                .epoch = 1,
                .redirect_uris = in->redirect_uris,
                .post_logout_uris = in->post_logout_uris,
                .audiences = in->audiences,
                .web_origins = in->web_origins,
                .created_at = call->now,
                .updated_at = call->now,
                .version = 1,
        };
        int r;

        r = call_expect(call, name_is_client(in->name), "name");
        if (r == 0)
                r = name_check(call, in->display_name);
        if (r == 0)
                r = lists_check(call, &client);
        if (r == 0)
                r = lifetimes_check(call, &client);
        if (r == 0)
                r = pkce_apply(call, in->require_pkce, &client);
        if (r == 0)
                r = app_id_make(call->app, call->now, &client.id);
        if (r != 0)
                return r;
        if (hash != NULL)
                client.secret_hash = *hash;
        r = call->app->store.clients->insert(txn, &client);
        if (r == IAM_E_EXISTS)
                return call_blame(call, r, "name");
        if (r == 0)
                r = service_apply(call, txn, &client, in->service);
        if (r == 0)
                r = client_history(call, txn, &client, client.version);
        if (r != 0)
                return r;
        call_target(call, "client", &client.id, client.name);
        return client_view(call, txn, &client, call->out);
}

int app_client_list(AppCall *call, Txn *txn) {
        const WirePageIn *in = call->in;
        ClientListOut *out = call->out;
        Page page = { .after = in->after, .limit = (size_t) in->limit };
        ClientList clients;
        ClientRow *rows;
        int r;

        r = call->app->store.clients->list(txn, &call->realm.id, call->arena, &page, &clients);
        if (r != 0)
                return r;
        rows = CALL_ROWS(call, ClientRow, clients.n, &out->clients);
        if (rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < clients.n; i++) {
                const Client *client = &clients.items[i];
                User user;

                r = call->app->store.users->by_client(
                                txn, &client->realm, &client->id, call->arena, &user);
                if (r != 0 && r != IAM_E_NOT_FOUND)
                        return r;
                rows[i] = (ClientRow){
                        .name = client->name,
                        .kind = client_kind_name(client->kind),
                        .enabled = client->enabled,
                        .service = r == 0,
                        .display_name = client->display_name,
                };
        }
        out->next = clients.n == page.limit ? rows[clients.n - 1].name : NULL;
        return 0;
}

int app_client_show(AppCall *call, Txn *txn) {
        const WireNameIn *in = call->in;
        Client client;
        int r;

        r = call_client(call, txn, in->name, "name", &client);
        return r != 0 ? r : client_view(call, txn, &client, call->out);
}

static int client_update(AppCall *call, Txn *txn, Client *client) {
        int r;

        client->updated_at = call->now;
        r = call->app->store.clients->update(txn, client);
        if (r == 0)
                r = client_history(call, txn, client, client->version + 1);
        if (r != 0)
                return r;
        call_target(call, "client", &client->id, client->name);
        return client_view(call, txn, client, call->out);
}

/* A given list replaces, one empty text removes, an absent list leaves. */
static bool list_is_none(const StrList *given) {
        return given->n == 1 && given->items[0][0] == '\0';
}

static void list_apply(const StrList *given, StrList *ret) {
        if (given->items != NULL)
                *ret = list_is_none(given) ? (StrList){} : *given;
}

static void client_apply(const ClientSetIn *in, Client *client) {
        if (in->display_name != NULL)
                client->display_name = call_optional(in->display_name);
        if (in->id_token_alg != NULL)
                client->id_token_alg = key_alg_from_name(in->id_token_alg); /* "default": none */
        list_apply(&in->redirect_uris, &client->redirect_uris);
        list_apply(&in->post_logout_uris, &client->post_logout_uris);
        list_apply(&in->audiences, &client->audiences);
        list_apply(&in->web_origins, &client->web_origins);
        if (in->access_token_alg != NULL)
                client->access_token_alg = key_alg_from_name(in->access_token_alg);
        if (in->access_token_lifetime != WIRE_INT_ABSENT)
                client->access_token_lifetime = in->access_token_lifetime;
        if (in->refresh_token_lifetime != WIRE_INT_ABSENT)
                client->refresh_token_lifetime = in->refresh_token_lifetime;
        if (in->enabled == MAYBE_ABSENT)
                return;
        /* What it was granted is dead, even after it is enabled again. */
        if (client->enabled && in->enabled == MAYBE_NO)
                client->epoch++;
        client->enabled = in->enabled == MAYBE_YES;
}

int app_client_set(AppCall *call, Txn *txn) {
        const ClientSetIn *in = call->in;
        Client client;
        int r;

        r = name_check(call, in->display_name);
        if (r == 0)
                r = call_client(call, txn, in->name, "name", &client);
        if (r != 0)
                return r;
        client_apply(in, &client);
        r = lists_check(call, &client);
        if (r == 0)
                r = lifetimes_check(call, &client);
        if (r == 0)
                r = pkce_apply(call, in->require_pkce, &client);
        if (r == 0)
                r = service_apply(call, txn, &client, in->service);
        return r != 0 ? r : client_update(call, txn, &client);
}

int app_client_delete(AppCall *call, Txn *txn) {
        const WireNameIn *in = call->in;
        Client client;
        int r;

        r = call_client(call, txn, in->name, "name", &client);
        if (r == 0)
                r = service_remove(call, txn, &client);
        if (r == 0)
                r = call->app->store.clients->remove(txn, &client.realm, &client.id, call->now);
        if (r == 0)
                call_target(call, "client", &client.id, client.name);
        return r;
}

int app_client_rotate_secret_prepare(AppCall *call) {
        ClientView *out = call->out;

        return secret_prepare(call, &out->secret);
}

int app_client_rotate_secret(AppCall *call, Txn *txn) {
        const ClientRotateSecretIn *in = call->in;
        const Sha256 *hash = call->prepared;
        Client client;
        int r;

        r = call_client(call, txn, in->name, "name", &client);
        if (r == 0)
                r = call_expect(call, client.kind == CLIENT_CONFIDENTIAL, "name");
        if (r != 0)
                return r;
        /* Of two rotations within an overlap, the first secret goes at the second. */
        client.former_secret_hash = in->overlap > 0 ? client.secret_hash : (Sha256){};
        client.former_secret_until = in->overlap > 0 ? call->now + in->overlap * USEC_PER_SEC : 0;
        client.secret_hash = *hash;
        return client_update(call, txn, &client);
}
