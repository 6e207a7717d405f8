/* SPDX-License-Identifier: Apache-2.0 */
/* The authorization endpoint's use case: RFC 6749 section 4.1, OpenID Connect Core 3.1.2. */
#include "tests/support/oidc_case.h"
#include "tests/support/test.h"

CASE(a_login_leads_back_with_a_code_the_state_and_the_issuer) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut out;

        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &out);
        ASSERT_EQ(out.outcome, AUTHORIZE_REPLY);
        ASSERT_STREQ(out.reply.redirect_uri, OIDC_REDIRECT);
        ASSERT_EQ(strlen(out.reply.code), 43); /* 256 bits */
        ASSERT_STREQ(out.reply.state, "a state");
        ASSERT_STREQ(out.reply.iss, "https://id.example.org/realms/demo"); /* RFC 9207 */
        ASSERT_STREQ(out.reply.error, NULL);
        ASSERT_FALSE(out.reply.form_post);
        ASSERT_FALSE(secret_is_empty(&out.session));
        ASSERT_EQ(oidc_count_events(c, &c->demo, "session.created", true), 1);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "code.issued", true), 1);
}

CASE(a_live_session_answers_at_once_and_keeps_its_authentication_time) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut first;
        AuthorizeOut second;

        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &first);
        world_sleep(c->world, 100);
        in.session = &first.session;
        in.prompt = "none";
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &second));
        ASSERT_EQ(second.outcome, AUTHORIZE_REPLY);
        ASSERT_STREQ(second.reply.error, NULL);
        ASSERT_TRUE(strcmp(first.reply.code, second.reply.code) != 0);
        ASSERT_TRUE(secret_is_empty(&second.session));
        ASSERT_EQ(oidc_count_events(c, &c->demo, "session.created", true), 1);
}

/* Law 2: no redirect on a bad client or URI, whatever else is right. */
CASE(nothing_is_sent_to_an_address_that_is_not_registered) {
        static const char *const uris[] = { NULL, "", "https://evil.example/cb", OIDC_REDIRECT "/",
                                            OIDC_REDIRECT "?x=2" };
        AuthorizeIn in = oidc_request();
        AuthorizeOut out;

        for (size_t i = 0; i < ELEMENTSOF(uris); i++) {
                in.redirect_uri = uris[i];
                ASSERT_CODE(oidc_authorize(c, &c->demo, &in, &out), IAM_E_REDIRECT_MISMATCH);
                in.response_type = "token"; /* a second fault changes nothing */
                ASSERT_CODE(oidc_authorize(c, &c->demo, &in, &out), IAM_E_REDIRECT_MISMATCH);
                in.response_type = "code";
        }
        in = oidc_request();
        in.client_id = NULL;
        ASSERT_CODE(oidc_authorize(c, &c->demo, &in, &out), IAM_E_CLIENT_UNKNOWN);
        in.client_id = "nobody";
        ASSERT_CODE(oidc_authorize(c, &c->demo, &in, &out), IAM_E_CLIENT_UNKNOWN);
        in.client_id = "WEB";
        ASSERT_CODE(oidc_authorize(c, &c->demo, &in, &out), IAM_E_CLIENT_UNKNOWN);
        in.client_id = "web";
        c->demo.web.enabled = false;
        oidc_update_client(c, &c->demo.web);
        ASSERT_CODE(oidc_authorize(c, &c->demo, &in, &out), IAM_E_CLIENT_DISABLED);
}

typedef struct Fault {
        const char *what;
        size_t offset; /* of the member of AuthorizeIn that is spoilt */
        const char *value;
        const char *error;
} Fault;

#define FAULT(member, value, error)                                                                \
        { #member "=" #value, offsetof(AuthorizeIn, member), value, error }

/* RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6, 6.1 and 6.2; OAuth 2.0 RFC 9207. */
CASE(every_other_fault_is_told_to_the_client) {
        static const Fault faults[] = {
                FAULT(response_type, NULL, "invalid_request"),
                FAULT(response_type, "token", "unsupported_response_type"),
                FAULT(response_type, "id_token", "unsupported_response_type"),
                FAULT(response_type, "code id_token", "unsupported_response_type"),
                FAULT(response_type, "none", "unsupported_response_type"),
                FAULT(response_mode, "fragment", "invalid_request"),
                FAULT(response_mode, "jwt", "invalid_request"),
                FAULT(scope, "openid  profile", "invalid_scope"),
                FAULT(scope, " openid", "invalid_scope"),
                FAULT(scope, "open\"id", "invalid_scope"),
                FAULT(scope, "phone address", "invalid_scope"),
                FAULT(request, "eyJ", "request_not_supported"),
                FAULT(request_uri, "https://a/", "request_uri_not_supported"),
                FAULT(prompt, "none login", "invalid_request"),
                FAULT(prompt, "create", "invalid_request"),
                FAULT(prompt, "NONE", "invalid_request"),
                FAULT(prompt, "none", "login_required"),
                FAULT(max_age, "-1", "invalid_request"),
                FAULT(max_age, "1.5", "invalid_request"),
                FAULT(max_age, "x", "invalid_request"),
                FAULT(max_age, "99999999999999999999", "invalid_request"),
                FAULT(code_challenge_method, "S256", "invalid_request"),
        };

        for (size_t i = 0; i < ELEMENTSOF(faults); i++) {
                AuthorizeIn in = oidc_request();
                AuthorizeOut out;

                *(const char **) ((char *) &in + faults[i].offset) = faults[i].value;
                ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
                if (out.outcome != AUTHORIZE_REPLY || out.reply.error == NULL ||
                    strcmp(out.reply.error, faults[i].error) != 0)
                        fail_msg("%s: %s", faults[i].what, str_or(out.reply.error, "no error"));
                ASSERT_STREQ(out.reply.redirect_uri, OIDC_REDIRECT);
                ASSERT_STREQ(out.reply.state, "a state");
                ASSERT_STREQ(out.reply.iss, "https://id.example.org/realms/demo");
                ASSERT_STREQ(out.reply.code, NULL);
        }
}

typedef struct PkceRow {
        const char *client;
        const char *challenge;
        const char *method;
        bool good;
} PkceRow;

/* RFC 7636 section 4.4.1, RFC 9700 section 2.1.1. */
CASE(pkce_is_s256_where_it_is_used_and_used_where_it_must_be) {
        static const PkceRow rows[] = {
                { "web", NULL, NULL, true },
                { "web", OIDC_CHALLENGE, "S256", true },
                { "web", OIDC_CHALLENGE, "plain", false },
                { "web", OIDC_CHALLENGE, NULL, false }, /* absent means plain */
                { "web", OIDC_CHALLENGE, "s256", false },
                { "web", "short", "S256", false },
                { "web", OIDC_CHALLENGE "=", "S256", false },
                { "strict", NULL, NULL, false },
                { "strict", OIDC_CHALLENGE, "S256", true },
                { "strict", OIDC_CHALLENGE, "plain", false },
                { "spa", NULL, NULL, false },
                { "spa", OIDC_CHALLENGE, "S256", true },
                { "spa", OIDC_CHALLENGE, "plain", false },
        };

        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                AuthorizeIn in = oidc_request();
                AuthorizeOut out;

                in.client_id = rows[i].client;
                in.code_challenge = rows[i].challenge;
                in.code_challenge_method = rows[i].method;
                ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
                ASSERT_EQ(out.outcome == AUTHORIZE_LOGIN, rows[i].good);
                if (!rows[i].good)
                        ASSERT_STREQ(out.reply.error, "invalid_request");
        }
}

CASE(a_public_client_needs_pkce_whatever_its_record_says) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut out;

        c->demo.spa.require_pkce = false;
        oidc_update_client(c, &c->demo.spa);
        in.client_id = "spa";
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
        ASSERT_STREQ(out.reply.error, "invalid_request");
}

CASE(prompt_login_and_an_old_authentication_ask_again) {
        static const struct {
                const char *prompt;
                const char *max_age;
                AuthorizeOutcome outcome;
        } rows[] = {
                { NULL, NULL, AUTHORIZE_REPLY },
                { "login", NULL, AUTHORIZE_LOGIN },
                { "select_account", NULL, AUTHORIZE_LOGIN },
                { NULL, "10000", AUTHORIZE_REPLY },
                { NULL, "99", AUTHORIZE_LOGIN },
                { NULL, "0", AUTHORIZE_LOGIN },
                { "none", "10000", AUTHORIZE_REPLY },
        };
        AuthorizeIn in = oidc_request();
        AuthorizeOut first;

        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &first);
        world_sleep(c->world, 100);
        in.session = &first.session;
        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                AuthorizeOut out;

                in.prompt = rows[i].prompt;
                in.max_age = rows[i].max_age;
                ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
                ASSERT_EQ(out.outcome, rows[i].outcome);
                if (rows[i].outcome == AUTHORIZE_REPLY)
                        ASSERT_STREQ(out.reply.error, NULL);
        }
        in.prompt = "none";
        in.max_age = "99";
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &first));
        ASSERT_STREQ(first.reply.error, "login_required");
}

/* ASVS 5.0 7.2.4: a new id at every authentication, and the old one is dead. */
CASE(a_new_authentication_gets_a_new_cookie_and_the_old_one_is_dead) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut first;
        AuthorizeOut second;
        AuthorizeOut third;

        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &first);
        in.session = &first.session;
        in.prompt = "login";
        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &second);
        ASSERT_FALSE(secret_is_empty(&second.session));
        ASSERT_FALSE(secret_equal(&first.session, &second.session));
        in.prompt = "none";
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &third));
        ASSERT_STREQ(third.reply.error, "login_required");
        in.session = &second.session;
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &third));
        ASSERT_STREQ(third.reply.error, NULL);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "session.created", true), 1);
}

CASE(another_person_in_the_same_browser_ends_the_former_session) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut first;
        AuthorizeOut second;

        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &first);
        in.session = &first.session;
        in.prompt = "login";
        oidc_sign_in(c, &c->demo, &in, &c->demo.bob, &second);
        in.prompt = "none";
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &second));
        ASSERT_STREQ(second.reply.error, "login_required");
        ASSERT_EQ(oidc_count_events(c, &c->demo, "session.ended", true), 1);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "session.created", true), 2);
}

static const char *id_token_of(OidcCase *c, const char *code) {
        TokenIn in = oidc_code_exchange(c, &c->demo.web, code);
        TokenOut out;

        ASSERT_OK(oidc_token(c, &c->demo, &in, &out));
        return out.id_token;
}

CASE(a_hint_for_another_person_is_not_answered_from_the_session) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut alice;
        AuthorizeOut bob;
        AuthorizeOut out;
        const char *hint;

        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &alice);
        oidc_sign_in(c, &c->demo, &in, &c->demo.bob, &bob);
        hint = id_token_of(c, alice.reply.code);
        world_sleep(c->world, 1000); /* an expired one still names its user */
        in.prompt = "none";
        in.id_token_hint = hint;
        in.session = &alice.session;
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
        ASSERT_STREQ(out.reply.error, NULL);
        in.session = &bob.session;
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
        ASSERT_STREQ(out.reply.error, "login_required");
        in.session = &alice.session;
        in.id_token_hint = "e30.e30.";
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
        ASSERT_STREQ(out.reply.error, "login_required");
}

/* What a session dies of, law by law; the browser is then asked to sign in. */
CASE(a_dead_session_answers_nothing) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut first;
        AuthorizeOut out;

        in.prompt = "none";
        for (int way = 0; way < 6; way++) {
                AuthorizeIn start = oidc_request();
                User user = c->demo.bob;

                oidc_sign_in(c, &c->demo, &start, &user, &first);
                in.session = &first.session;
                ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
                ASSERT_STREQ(out.reply.error, NULL);
                switch (way) {
                case 0:
                        world_sleep(c->world, 3600); /* idle */
                        break;
                case 1:
                        c->demo.bob.credential_epoch++;
                        oidc_update_user(c, &c->demo.bob);
                        break;
                case 2:
                        c->demo.realm.epoch++;
                        oidc_update_realm(c, &c->demo.realm);
                        break;
                case 3: /* used all the time, and yet not for ever */
                        for (int i = 0; i < 28800 / 1800; i++) {
                                world_sleep(c->world, 1800);
                                ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
                        }
                        break;
                case 4:
                        in.session = NULL;
                        break;
                default:
                        c->demo.bob.enabled = false;
                        oidc_update_user(c, &c->demo.bob);
                }
                ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
                ASSERT_STREQ(out.reply.error, "login_required");
        }
}

/* Law 9. */
CASE(a_session_of_one_realm_is_none_in_another) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut first;
        AuthorizeOut out;

        oidc_sign_in(c, &c->demo, &in, &c->demo.alice, &first);
        in.session = &first.session;
        in.prompt = "none";
        ASSERT_OK(oidc_authorize(c, &c->other, &in, &out));
        ASSERT_STREQ(out.reply.error, "login_required");
}

CASE(an_authorization_request_is_answered_once_in_its_realm_and_in_time) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut asked;
        AuthorizeOut out;
        LoginStep login;

        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &asked));
        login = oidc_login(c, &asked, &c->demo.alice);
        ASSERT_CODE(app_authorize_finish(
                                    c->app, &c->arena, &c->browser, &c->other.realm, &login, NULL,
                                    &out),
                    IAM_E_ATTEMPT_GONE);
        ASSERT_OK(app_authorize_finish(
                        c->app, &c->arena, &c->browser, &c->demo.realm, &login, NULL, &out));
        ASSERT_CODE(app_authorize_finish(
                                    c->app, &c->arena, &c->browser, &c->demo.realm, &login, NULL,
                                    &out),
                    IAM_E_ATTEMPT_GONE);

        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &asked));
        login = oidc_login(c, &asked, &c->demo.alice);
        world_sleep(c->world, 300);
        ASSERT_CODE(app_authorize_finish(
                                    c->app, &c->arena, &c->browser, &c->demo.realm, &login, NULL,
                                    &out),
                    IAM_E_ATTEMPT_GONE);
}

/* Between the proof and the session the world may have changed. */
CASE(a_password_changed_since_the_proof_makes_no_session) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut asked;
        AuthorizeOut out;
        LoginStep login;

        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &asked));
        login = oidc_login(c, &asked, &c->demo.alice);
        c->demo.alice.credential_epoch++;
        oidc_update_user(c, &c->demo.alice);
        ASSERT_CODE(app_authorize_finish(
                                    c->app, &c->arena, &c->browser, &c->demo.realm, &login, NULL,
                                    &out),
                    IAM_E_SESSION_GONE);
        login = oidc_login(c, &asked, &c->demo.alice);
        c->demo.alice.enabled = false;
        oidc_update_user(c, &c->demo.alice);
        ASSERT_CODE(app_authorize_finish(
                                    c->app, &c->arena, &c->browser, &c->demo.realm, &login, NULL,
                                    &out),
                    IAM_E_USER_DISABLED);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "session.created", true), 0);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "code.issued", true), 0);
}

CASE(the_login_page_learns_whom_it_serves_until_the_request_is_over) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut asked;
        LoginContext context;

        in.login_hint = "alice";
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &asked));
        ASSERT_OK(app_login_context(
                        c->app, &c->arena, &c->demo.realm, &asked.login.request, &context));
        ASSERT_STREQ(context.client, "web");
        ASSERT_STREQ(context.redirect_uri, OIDC_REDIRECT);
        ASSERT_STREQ(context.login_hint, "alice");
        ASSERT_CODE(app_login_context(
                                    c->app, &c->arena, &c->other.realm, &asked.login.request,
                                    &context),
                    IAM_E_ATTEMPT_GONE);
        world_sleep(c->world, 300);
        ASSERT_CODE(app_login_context(
                                    c->app, &c->arena, &c->demo.realm, &asked.login.request,
                                    &context),
                    IAM_E_ATTEMPT_GONE);
}

CASE(a_realm_that_is_unknown_or_disabled_does_not_open) {
        Realm realm;

        ASSERT_OK(app_realm_open(c->app, &c->arena, "demo", &realm));
        ASSERT_CODE(app_realm_open(c->app, &c->arena, "Demo", &realm), IAM_E_NOT_FOUND);
        ASSERT_CODE(app_realm_open(c->app, &c->arena, "nobody", &realm), IAM_E_NOT_FOUND);
        c->demo.realm.enabled = false;
        oidc_update_realm(c, &c->demo.realm);
        ASSERT_CODE(app_realm_open(c->app, &c->arena, "demo", &realm), IAM_E_REALM_DISABLED);
}

CASE(a_redirect_uri_withdrawn_during_the_login_gets_no_code) {
        static const char *others[] = { "https://app.example.org/other" };
        AuthorizeIn in = oidc_request();
        AuthorizeOut asked;
        AuthorizeOut out;
        LoginStep login;

        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &asked));
        c->demo.web.redirect_uris = (StrList){ .items = others, .n = ELEMENTSOF(others) };
        oidc_update_client(c, &c->demo.web);
        login = oidc_login(c, &asked, &c->demo.alice);
        ASSERT_CODE(app_authorize_finish(
                                    c->app, &c->arena, &c->browser, &c->demo.realm, &login,
                                    in.session, &out),
                    IAM_E_REDIRECT_MISMATCH);
        ASSERT_EQ(oidc_count_events(c, &c->demo, "session.created", true), 0);
}
