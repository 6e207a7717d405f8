/* SPDX-License-Identifier: Apache-2.0 */
/* OpenID Connect RP-Initiated Logout 1.0. */
#include "tests/support/oidc_case.h"
#include "tests/support/test.h"

typedef struct SignedIn {
        AuthorizeOut answer; /* with the cookie */
        TokenOut tokens;
} SignedIn;

static void sign_in(OidcCase *c, const OidcRealm *at, const User *user, SignedIn *ret) {
        AuthorizeIn in = oidc_request();
        TokenIn exchange;

        oidc_sign_in(c, at, &in, user, &ret->answer);
        exchange = oidc_code_exchange(c, &at->web, ret->answer.reply.code);
        ASSERT_OK(oidc_token(c, at, &exchange, &ret->tokens));
}

static int log_out(OidcCase *c, const LogoutIn *in, LogoutOut *ret) {
        return app_logout(c->app, &c->arena, &c->browser, &c->demo.realm, in, ret);
}

static bool is_signed_in(OidcCase *c, const SignedIn *who) {
        AuthorizeIn in = oidc_request();
        AuthorizeOut out;

        in.session = &who->answer.session;
        in.prompt = "none";
        ASSERT_OK(oidc_authorize(c, &c->demo, &in, &out));
        return out.reply.error == NULL;
}

CASE(with_the_hint_the_session_ends_and_the_browser_goes_back_with_the_state) {
        SignedIn alice;
        LogoutOut out;

        sign_in(c, &c->demo, &c->demo.alice, &alice);
        ASSERT_OK(
                        log_out(c,
                                &(LogoutIn){ .id_token_hint = alice.tokens.id_token,
                                             .post_logout_redirect_uri = OIDC_BYE,
                                             .state = "a b&c",
                                             .session = &alice.answer.session },
                                &out));
        ASSERT_FALSE(out.ask);
        ASSERT_TRUE(out.signed_out);
        ASSERT_STREQ(out.location, OIDC_BYE "?state=a%20b%26c");
        ASSERT_FALSE(is_signed_in(c, &alice));
        ASSERT_EQ(oidc_count_events(c, &c->demo, "session.ended", true), 1);
}

CASE(the_end_of_a_session_is_the_end_of_its_tokens) {
        TokenIn refresh;
        SignedIn alice;
        const char *json;
        LogoutOut out;
        TokenOut tokens;

        sign_in(c, &c->demo, &c->demo.alice, &alice);
        ASSERT_OK(
                        log_out(c,
                                &(LogoutIn){ .id_token_hint = alice.tokens.id_token,
                                             .session = &alice.answer.session },
                                &out));
        refresh = oidc_refresh(c, &c->demo.web, oidc_refresh_text(c, &alice.tokens));
        ASSERT_CODE(oidc_token(c, &c->demo, &refresh, &tokens), IAM_E_GRANT_INVALID);
        ASSERT_CODE(app_userinfo(c->app, &c->arena, &c->demo.realm, alice.tokens.access_token,
                                 &json),
                    IAM_E_TOKEN_INVALID);
}

CASE(an_expired_hint_and_no_state_are_good_too) {
        SignedIn alice;
        LogoutOut out;

        sign_in(c, &c->demo, &c->demo.alice, &alice);
        world_sleep(c->world, 3000);
        ASSERT_OK(
                        log_out(c,
                                &(LogoutIn){ .id_token_hint = alice.tokens.id_token,
                                             .client_id = "web",
                                             .post_logout_redirect_uri = OIDC_BYE "?x=1",
                                             .session = &alice.answer.session },
                                &out));
        ASSERT_STREQ(out.location, OIDC_BYE "?x=1");
        ASSERT_FALSE(is_signed_in(c, &alice));
}

/* Without proof of who asks, the person is asked; the button ends it. */
CASE(without_a_hint_the_person_is_asked_first) {
        static const LogoutIn rows[] = {
                {},
                { .state = "only a state" },
                { .client_id = "web" },
                { .client_id = "web", .post_logout_redirect_uri = OIDC_BYE, .state = "s" },
        };

        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                LogoutIn in = rows[i];
                SignedIn alice;
                LogoutOut out;

                sign_in(c, &c->demo, &c->demo.alice, &alice);
                in.session = &alice.answer.session;
                ASSERT_OK(log_out(c, &in, &out));
                ASSERT_TRUE(out.ask);
                ASSERT_FALSE(out.signed_out);
                ASSERT_STREQ(out.location, NULL);
                ASSERT_TRUE(is_signed_in(c, &alice));
                in.confirmed = true;
                ASSERT_OK(log_out(c, &in, &out));
                ASSERT_FALSE(out.ask);
                ASSERT_TRUE(out.signed_out);
                ASSERT_STREQ(out.location,
                             in.post_logout_redirect_uri != NULL ? OIDC_BYE "?state=s" : NULL);
                ASSERT_FALSE(is_signed_in(c, &alice));
        }
}

typedef struct Refused {
        const char *what;
        bool with_hint;
        LogoutIn in;
        int code;
} Refused;

CASE(nothing_leads_to_an_address_that_is_not_registered_for_the_client) {
        static const Refused rows[] = {
                { "evil",
                  true,
                  { .post_logout_redirect_uri = "https://evil.example/" },
                  IAM_E_REDIRECT_MISMATCH },
                { "query added",
                  true,
                  { .post_logout_redirect_uri = OIDC_BYE "?y=1" },
                  IAM_E_REDIRECT_MISMATCH },
                { "a login redirect",
                  true,
                  { .post_logout_redirect_uri = OIDC_REDIRECT },
                  IAM_E_REDIRECT_MISMATCH },
                { "prefix",
                  true,
                  { .post_logout_redirect_uri = OIDC_BYE "x" },
                  IAM_E_REDIRECT_MISMATCH },
                { "no client",
                  false,
                  { .post_logout_redirect_uri = OIDC_BYE },
                  IAM_E_REDIRECT_MISMATCH },
                { "unknown client",
                  false,
                  { .client_id = "nobody", .post_logout_redirect_uri = OIDC_BYE },
                  IAM_E_REDIRECT_MISMATCH },
                { "another client",
                  true,
                  { .client_id = "spa", .post_logout_redirect_uri = OIDC_BYE },
                  IAM_E_REQUEST_INVALID },
                { "rubbish hint",
                  false,
                  { .id_token_hint = "x", .post_logout_redirect_uri = OIDC_BYE },
                  IAM_E_REQUEST_INVALID },
                /* {"alg":"none"}.{"sub":"x"}. */
                { "unsigned hint",
                  false,
                  { .id_token_hint = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
                    .post_logout_redirect_uri = OIDC_BYE },
                  IAM_E_REQUEST_INVALID },
        };
        SignedIn alice;

        sign_in(c, &c->demo, &c->demo.alice, &alice);
        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                LogoutIn in = rows[i].in;
                LogoutOut out = {};
                int r;

                if (rows[i].with_hint)
                        in.id_token_hint = alice.tokens.id_token;
                in.session = &alice.answer.session;
                for (int confirmed = 0; confirmed < 2; confirmed++) {
                        in.confirmed = confirmed;
                        r = log_out(c, &in, &out);
                        if (r != rows[i].code)
                                fail_msg("%s: %s", rows[i].what, reason_name(r));
                        ASSERT_STREQ(out.location, NULL);
                }
        }
        ASSERT_TRUE(is_signed_in(c, &alice));
}

CASE(a_hint_of_another_realm_or_of_another_type_is_none) {
        SignedIn alice;
        SignedIn foreign;
        LogoutOut out;

        sign_in(c, &c->demo, &c->demo.alice, &alice);
        sign_in(c, &c->other, &c->other.alice, &foreign);
        ASSERT_CODE(log_out(c, &(LogoutIn){ .id_token_hint = foreign.tokens.id_token }, &out),
                    IAM_E_REQUEST_INVALID);
        ASSERT_CODE(log_out(c, &(LogoutIn){ .id_token_hint = alice.tokens.access_token }, &out),
                    IAM_E_REQUEST_INVALID);
}

/* A page that holds somebody else's ID token cannot sign the person out unasked. */
CASE(a_hint_of_another_person_asks_first) {
        SignedIn alice;
        SignedIn bob;
        LogoutOut out;

        sign_in(c, &c->demo, &c->demo.alice, &alice);
        sign_in(c, &c->demo, &c->demo.bob, &bob);
        ASSERT_OK(
                        log_out(c,
                                &(LogoutIn){ .id_token_hint = bob.tokens.id_token,
                                             .post_logout_redirect_uri = OIDC_BYE,
                                             .session = &alice.answer.session },
                                &out));
        ASSERT_TRUE(out.ask);
        ASSERT_TRUE(is_signed_in(c, &alice));
        ASSERT_TRUE(is_signed_in(c, &bob));
}

CASE(a_hint_of_another_session_of_the_same_person_asks_first) {
        SignedIn here;
        SignedIn elsewhere;
        LogoutOut out;

        sign_in(c, &c->demo, &c->demo.alice, &here);
        sign_in(c, &c->demo, &c->demo.alice, &elsewhere);
        ASSERT_OK(
                        log_out(c,
                                &(LogoutIn){ .id_token_hint = elsewhere.tokens.id_token,
                                             .session = &here.answer.session },
                                &out));
        ASSERT_TRUE(out.ask);
        ASSERT_TRUE(is_signed_in(c, &here));
}

CASE(who_is_not_signed_in_is_simply_signed_out) {
        Secret unknown = {};
        LogoutOut out;

        ASSERT_OK(secret_set(&unknown, "no such cookie", 14));
        ASSERT_OK(log_out(c, &(LogoutIn){}, &out));
        ASSERT_TRUE(out.signed_out);
        ASSERT_OK(log_out(c, &(LogoutIn){ .session = &unknown }, &out));
        ASSERT_TRUE(out.signed_out);
        /* A client alone proves nothing about who asks. */
        ASSERT_OK(log_out(
                        c, &(LogoutIn){ .client_id = "web", .post_logout_redirect_uri = OIDC_BYE },
                        &out));
        ASSERT_STREQ(out.location, NULL);
}
