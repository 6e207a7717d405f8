/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenID Connect for tests: a world with two realms of the same names, and a browser's way from
 * the authorization endpoint to tokens.  What goes wrong on the usual way ends the test.
 */
#pragma once

#include "base/reason.h"
#include "daemon/app/oidc.h"
#include "tests/support/world.h"

#define OIDC_REDIRECT "https://app.example.org/cb"
#define OIDC_BYE "https://app.example.org/bye"
#define OIDC_VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" /* RFC 7636 appendix B */
#define OIDC_CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

typedef struct OidcRealm {
        Realm realm;
        User alice;
        User bob;
        Client web; /* confidential, PKCE as it likes */
        Client strict; /* confidential, PKCE required */
        Client spa; /* public */
} OidcRealm;

typedef struct OidcCase {
        World *world;
        App *app;
        Arena arena;
        OidcRealm demo;
        OidcRealm other; /* the same names, other ids */
        Secret web_secret; /* of every confidential client */
        Caller browser;
        Caller program;
} OidcCase;

void oidc_begin(OidcCase *c);
void oidc_end(OidcCase *c);

/* Runs fn in a write transaction that must succeed. */
void oidc_write(OidcCase *c, TxnFn fn, void *context);
void oidc_read(OidcCase *c, TxnFn fn, void *context);
/* Stores the value as it is now, and reads it back. */
void oidc_update_user(OidcCase *c, User *user);
void oidc_update_client(OidcCase *c, Client *client);
void oidc_update_realm(OidcCase *c, Realm *realm);

/* Lets the client act for itself. */
User oidc_service(OidcCase *c, const Client *client);
/* What it asks with then. */
TokenIn oidc_for_itself(const OidcCase *c, const Client *client);

/* A request of the web client with nothing special. */
AuthorizeIn oidc_request(void);
int oidc_authorize(OidcCase *c, const OidcRealm *at, const AuthorizeIn *in, AuthorizeOut *ret);
/* What the login engine says when the person has proven to be user. */
LoginStep oidc_login(const OidcCase *c, const AuthorizeOut *asked, const User *user);
/* authorize, and a login when one is asked for.  ret holds code and, after a login, the cookie. */
void oidc_sign_in(
                OidcCase *c, const OidcRealm *at, const AuthorizeIn *in, const User *user,
                AuthorizeOut *ret);
/* alice's code of a new session for this client; PKCE for all but web. */
const char *oidc_code(OidcCase *c, const OidcRealm *at, const Client *client);

TokenIn oidc_code_exchange(const OidcCase *c, const Client *client, const char *code);
TokenIn oidc_refresh(const OidcCase *c, const Client *client, const char *token);
int oidc_token(OidcCase *c, const OidcRealm *at, const TokenIn *in, TokenOut *ret);
/* The refresh token as a text of the arena. */
const char *oidc_refresh_text(OidcCase *c, const TokenOut *out);
/* All of it: alice's tokens of a new session. */
void oidc_tokens(OidcCase *c, const OidcRealm *at, const Client *client, TokenOut *ret);

/* How many events of this kind and outcome were audited. */
size_t oidc_count_events(OidcCase *c, const OidcRealm *at, const char *kind, bool success);
/* The payload of a JWS as text, without belief. */
const char *oidc_claims(OidcCase *c, const char *jws);

/* A test with a case of its own; needs tests/support/test.h. */
#define CASE(sentence)                                                                             \
        static void body_of_##sentence(OidcCase *c);                                               \
        TEST(sentence) {                                                                           \
                OidcCase c;                                                                        \
                oidc_begin(&c);                                                                    \
                body_of_##sentence(&c);                                                            \
                oidc_end(&c);                                                                      \
        }                                                                                          \
        static void body_of_##sentence(OidcCase *c)
