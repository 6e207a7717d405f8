/* SPDX-License-Identifier: Apache-2.0 */
/* Clients that act for themselves: RFC 6749 section 4.4, RFC 9068, law 9 and the epochs. */
#include "tests/support/oidc_case.h"
#include "tests/support/test.h"

#include "base/reason.h"
#include "daemon/app/access_token.h"

static int ask(OidcCase *c, const Client *client, const char *scope, TokenOut *ret) {
        TokenIn in = oidc_for_itself(c, client);

        in.scope = scope;
        return oidc_token(c, &c->demo, &in, ret);
}

static const char *token_of(OidcCase *c, const Client *client) {
        TokenOut out;

        ASSERT_OK(ask(c, client, NULL, &out));
        return out.access_token;
}

static int shown(OidcCase *c, const OidcRealm *at, const char *token) {
        AccessToken found;

        return access_token_check(
                        c->app, &c->arena, &at->realm, token, world_now(c->world), &found);
}

static void assert_says(OidcCase *c, const char *token, const char *part, bool expected) {
        const char *claims = oidc_claims(c, token);

        if ((strstr(claims, part) != NULL) != expected)
                fail_msg("%s: %s", part, claims);
}

CASE(a_service_gets_an_access_token_and_nothing_else) {
        User account = oidc_service(c, &c->demo.web);
        char sub[ID_TEXT_SIZE];
        TokenOut out;

        id_format(&account.id, sub);
        ASSERT_OK(ask(c, &c->demo.web, NULL, &out));
        ASSERT_TRUE(secret_is_empty(&out.refresh_token));
        ASSERT_TRUE(out.id_token == NULL && out.session_state == NULL);
        ASSERT_STREQ(out.scope, "");
        ASSERT_EQ(out.expires_in, 300);
        assert_says(c, out.access_token, sub, true);
        assert_says(c, out.access_token, "\"client_id\":\"web\"", true);
        assert_says(c, out.access_token, "\"aud\":[\"demo-realm\",\"account\"]", true);
        assert_says(c, out.access_token, "\"scope\"", false);
        assert_says(c, out.access_token, "\"auth_time\"", false);
        assert_says(c, out.access_token, "\"grant\"", false);
        ASSERT_OK(shown(c, &c->demo, out.access_token));
        ASSERT_CODE(shown(c, &c->other, out.access_token), IAM_E_TOKEN_INVALID);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "token.issued", true), 1);
}

CASE(a_service_is_no_person_so_openid_is_not_granted) {
        TokenOut out;

        (void) oidc_service(c, &c->demo.web);
        ASSERT_OK(ask(c, &c->demo.web, "openid profile unheard-of", &out));
        ASSERT_STREQ(out.scope, "profile");
        ASSERT_TRUE(out.id_token == NULL);
        assert_says(c, out.access_token, "\"preferred_username\":\"service:web\"", true);
        ASSERT_CODE(ask(c, &c->demo.web, "two  spaces", &out), IAM_E_SCOPE_INVALID);
}

CASE(audiences_of_the_client_are_those_of_its_tokens) {
        static const char *audiences[] = { "api", "https://api.example.org/" };

        (void) oidc_service(c, &c->demo.web);
        c->demo.web.audiences = (StrList){ .items = audiences, .n = ELEMENTSOF(audiences) };
        oidc_update_client(c, &c->demo.web);
        assert_says(c, token_of(c, &c->demo.web),
                    "\"aud\":[\"demo-realm\",\"account\",\"api\",\"https://api.example.org/\"]",
                    true);
}

typedef struct AssignCall {
        OidcCase *c;
        Role role;
        User account;
} AssignCall;

static int assign(Txn *txn, void *context) {
        AssignCall *call = context;
        const StorePort *store = &call->c->app->store;
        const RealmId *realm = &call->role.realm;
        const Assignment given = { call->role.id, SUBJECT_USER, call->account.id };

        ASSERT_OK(store->roles->insert(txn, &call->role));
        ASSERT_OK(store->roles->assign(txn, realm, &given, WORLD_NOW));
        return store->users->raise_authz_epoch(txn, realm, SUBJECT_USER, &call->account.id);
}

CASE(a_role_of_the_service_is_in_its_next_token_and_the_former_one_is_dead) {
        AssignCall call = { .c = c, .account = oidc_service(c, &c->demo.web) };
        const char *before = token_of(c, &c->demo.web);

        call.role = world_role_value(c->world, &c->demo.realm.id, "ops");
        oidc_write(c, assign, &call);
        ASSERT_CODE(shown(c, &c->demo, before), IAM_E_TOKEN_INVALID);
        assert_says(c, token_of(c, &c->demo.web), "\"roles\":[\"ops\"]", true);
}

CASE(who_may_not_act_for_itself_gets_nothing_and_it_is_written_down) {
        Secret wrong = {};
        TokenIn in = oidc_for_itself(c, &c->demo.web);
        TokenOut out;

        ASSERT_CODE(ask(c, &c->demo.web, NULL, &out), IAM_E_UNAUTHORIZED_CLIENT);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "token.issued", false), 1);
        ASSERT_CODE(ask(c, &c->demo.spa, NULL, &out), IAM_E_UNAUTHORIZED_CLIENT);

        (void) oidc_service(c, &c->demo.web);
        ASSERT_OK(secret_set(&wrong, "wrong", 5));
        in.client.secret = &wrong;
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_CLIENT_AUTH_FAILED);
        in.client.secret = NULL;
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_CLIENT_AUTH_FAILED);
        in = oidc_for_itself(c, &c->demo.web);
        in.client.client_id = "unheard-of";
        ASSERT_CODE(oidc_token(c, &c->demo, &in, &out), IAM_E_CLIENT_AUTH_FAILED);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "client.auth-failed", false), 3);

        /* The service of one realm's client is not that of its namesake. */
        in = oidc_for_itself(c, &c->other.web);
        ASSERT_CODE(oidc_token(c, &c->other, &in, &out), IAM_E_UNAUTHORIZED_CLIENT);
        c->demo.web.enabled = false;
        oidc_update_client(c, &c->demo.web);
        ASSERT_CODE(ask(c, &c->demo.web, NULL, &out), IAM_E_CLIENT_AUTH_FAILED);
}

static void disable_client(OidcCase *c) {
        c->demo.web.enabled = false;
        oidc_update_client(c, &c->demo.web);
}

static void raise_client_epoch(OidcCase *c) {
        c->demo.web.epoch++;
        oidc_update_client(c, &c->demo.web);
}

static void raise_realm_epoch(OidcCase *c) {
        c->demo.realm.epoch++;
        oidc_update_realm(c, &c->demo.realm);
}

static void disable_realm(OidcCase *c) {
        c->demo.realm.enabled = false;
        oidc_update_realm(c, &c->demo.realm);
}

static int find_account(Txn *txn, void *context) {
        OidcCase *c = context;
        const Client *web = &c->demo.web;
        User user;

        ASSERT_OK(c->app->store.users->by_client(txn, &web->realm, &web->id, &c->arena, &user));
        c->demo.bob = user; /* the case is over after this */
        return 0;
}

static void raise_credential_epoch(OidcCase *c) {
        oidc_read(c, find_account, c);
        c->demo.bob.credential_epoch++;
        oidc_update_user(c, &c->demo.bob);
}

static int remove_account(Txn *txn, void *context) {
        OidcCase *c = context;

        ASSERT_OK(find_account(txn, context));
        return c->app->store.users->remove(
                        txn, &c->demo.realm.id, &c->demo.bob.id, world_now(c->world));
}

static void make_account_anew(OidcCase *c) {
        oidc_write(c, remove_account, c);
        (void) oidc_service(c, &c->demo.web);
}

static int remove_client(Txn *txn, void *context) {
        OidcCase *c = context;
        int r = remove_account(txn, c);

        if (r != 0)
                return r;
        r = c->app->store.clients->remove(
                        txn, &c->demo.realm.id, &c->demo.web.id, world_now(c->world));
        c->demo.web.id = world_id(c->world);
        c->demo.web.version = 1;
        return r != 0 ? r : c->app->store.clients->insert(txn, &c->demo.web);
}

static void make_client_anew(OidcCase *c) {
        oidc_write(c, remove_client, c);
        (void) oidc_service(c, &c->demo.web);
}

static void expire(OidcCase *c) {
        world_sleep(c->world, 300);
}

TEST(a_token_of_a_service_dies_with_all_it_stands_on) {
        static void (*const kills[])(OidcCase *) = {
                disable_client,         raise_client_epoch, raise_realm_epoch, disable_realm,
                raise_credential_epoch, make_account_anew,  make_client_anew,  expire,
        };

        for (size_t i = 0; i < ELEMENTSOF(kills); i++) {
                const char *token;
                OidcCase c;

                oidc_begin(&c);
                (void) oidc_service(&c, &c.demo.web);
                token = token_of(&c, &c.demo.web);
                ASSERT_OK(shown(&c, &c.demo, token));
                kills[i](&c);
                if (shown(&c, &c.demo, token) != IAM_E_TOKEN_INVALID)
                        fail_msg("token outlives change %zu", i);
                oidc_end(&c);
        }
}

static int look_for_person(Txn *txn, void *context) {
        OidcCase *c = context;
        const UserOps *users = c->app->store.users;
        const RealmId *realm = &c->demo.realm.id;
        UserList list;
        User user;

        ASSERT_CODE(users->by_name(txn, realm, "service:web", &c->arena, &user), IAM_E_NOT_FOUND);
        ASSERT_OK(users->list(txn, realm, NULL, &c->arena, &(Page){ .limit = 100 }, &list));
        ASSERT_EQ(list.n, 2); /* alice and bob */
        return 0;
}

CASE(no_name_finds_a_service_account_at_any_door) {
        (void) oidc_service(c, &c->demo.web);
        oidc_read(c, look_for_person, c);
}

CASE(userinfo_has_nothing_to_say_about_a_service) {
        const char *json;

        (void) oidc_service(c, &c->demo.web);
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, token_of(c, &c->demo.web),
                                 &json),
                    IAM_E_TOKEN_SCOPE);
}
