/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenID Connect and OAuth 2 as use cases: authorize, token, userinfo, logout, metadata.  The face
 * reads requests into these values (an absent and an empty parameter are both NULL, a duplicated
 * one never gets here: RFC 6749 section 3.1) and writes the answers; no URL comes from a header.
 */
#pragma once

#include "daemon/app/login.h"

#define OIDC_PARAMETER_MAX 2048 /* bytes of any one parameter, state and nonce included */

/* The realm of a path.  IAM_E_NOT_FOUND: unknown or deleted; IAM_E_REALM_DISABLED. */
int app_realm_open(App *app, Arena *arena, const char *name, Realm *ret);

/* Whether an enabled client of that realm has this web origin; false also for an unknown realm. */
int app_web_origin_is_known(
                App *app, Arena *arena, const char *realm, const char *origin, bool *ret);

/* "BASE/realms/NAME": the issuer, and the prefix of every URL of the realm. */
const char *app_issuer(const App *app, Arena *arena, const Realm *realm);

/* OpenID Connect Discovery 1.0 section 3 and RFC 8414 section 2: the same truthful document. */
int app_metadata(App *app, Arena *arena, const Realm *realm, const char **ret_json);
int app_jwks(App *app, Arena *arena, const Realm *realm, const char **ret_json);

typedef struct AuthorizeIn {
        const char *client_id;
        const char *redirect_uri;
        const char *response_type;
        const char *response_mode;
        const char *scope;
        const char *state;
        const char *nonce;
        const char *code_challenge;
        const char *code_challenge_method;
        const char *prompt;
        const char *max_age;
        const char *login_hint;
        const char *acr_values;
        const char *ui_locales;
        const char *id_token_hint;
        const char *request;
        const char *request_uri;
        const Secret *session; /* the SSO cookie, or NULL */
        const char *device; /* the device cookie, or NULL */
} AuthorizeIn;

/* What goes to the redirect URI, RFC 6749 section 4.1.2, with iss of RFC 9207. */
typedef struct AuthorizeReply {
        const char *redirect_uri;
        bool form_post; /* OAuth 2.0 Form Post Response Mode; else query */
        const char *code;
        const char *error; /* OAuth error code, or NULL */
        const char *error_description;
        const char *state;
        const char *iss;
} AuthorizeReply;

typedef enum AuthorizeOutcome {
        AUTHORIZE_REPLY, /* send the browser to reply.redirect_uri */
        AUTHORIZE_LOGIN, /* the person must sign in: login holds the attempt */
        _AUTHORIZE_MAX,
        _AUTHORIZE_INVALID = -EINVAL,
} AuthorizeOutcome;

typedef struct AuthorizeOut {
        AuthorizeOutcome outcome;
        AuthorizeReply reply;
        LoginStep login;
        Secret session; /* a new SSO cookie to set, or empty */
} AuthorizeOut;

/*
 * A Reason returned (CLIENT_UNKNOWN, REDIRECT_MISMATCH, REQUEST_INVALID ...) means an error page:
 * nothing may be sent to the redirect URI.  Errors the client may learn are in out.reply.
 */
int app_authorize(
                App *app, Arena *arena, const Caller *caller, const Realm *realm,
                const AuthorizeIn *in, AuthorizeOut *ret);

/*
 * After LOGIN_DONE at the browser door: makes the session (a new id at every authentication, the
 * former one ended), and the code for the authorization request that the attempt carried.
 */
int app_authorize_finish(
                App *app, Arena *arena, const Caller *caller, const Realm *realm,
                const LoginStep *login, const Secret *former_session, AuthorizeOut *ret);

/* What the login page tells about the authorization request of an attempt. */
typedef struct LoginContext {
        const char *client; /* its display name, or its name */
        const char *redirect_uri; /* where the browser goes afterwards */
        const char *login_hint; /* or NULL */
} LoginContext;

/* IAM_E_ATTEMPT_GONE: the request was answered, or expired. */
int app_login_context(
                App *app, Arena *arena, const Realm *realm, const Id *request, LoginContext *ret);

/* RFC 6749 section 2.3: at most one method per request, checked by the face. */
typedef struct ClientCredentials {
        const char *client_id; /* NULL: none given */
        const Secret *secret; /* NULL: a public client names itself */
} ClientCredentials;

typedef struct TokenIn {
        const char *grant_type;
        const char *code;
        const char *redirect_uri;
        const char *code_verifier;
        const char *refresh_token;
        const char *scope;
        ClientCredentials client;
} TokenIn;

typedef struct TokenOut {
        const char *access_token;
        int64_t expires_in; /* seconds */
        Secret refresh_token; /* empty: none */
        int64_t refresh_expires_in;
        const char *id_token; /* with scope openid */
        const char *scope;
        const char *session_state; /* the sid */
} TokenOut;

int app_token(App *app, Arena *arena, const Caller *caller, const Realm *realm, const TokenIn *in,
              TokenOut *ret);

/* A client shows a token: to ask about it (RFC 7662) or to end it (RFC 7009). */
typedef struct ShownToken {
        const char *token;
        ClientCredentials client;
} ShownToken;

/*
 * What the token still says, as JSON; {"active":false} for any that is not live, or that is not
 * this client's to see: its own, or one of a client that names it as an audience.
 */
int app_introspect(
                App *app, Arena *arena, const Caller *caller, const Realm *realm,
                const ShownToken *in, const char **ret_json);
/* 0 also for a token that is unknown, dead or somebody else's (RFC 7009 section 2.2). */
int app_revoke(App *app, Arena *arena, const Caller *caller, const Realm *realm,
               const ShownToken *in);

/* OpenID Connect Core section 5.3: the claims as JSON.  IAM_E_TOKEN_INVALID, IAM_E_TOKEN_SCOPE. */
int app_userinfo(
                App *app, Arena *arena, const Realm *realm, const char *access_token,
                const char **ret_json);

/* OpenID Connect RP-Initiated Logout 1.0. */
typedef struct LogoutIn {
        const char *id_token_hint;
        const char *client_id;
        const char *post_logout_redirect_uri;
        const char *state;
        const Secret *session; /* the SSO cookie, or NULL */
        bool confirmed; /* the person pressed the button on our page */
} LogoutIn;

typedef struct LogoutOut {
        bool ask; /* show the confirmation page; nothing was ended */
        bool signed_out; /* clear the cookie */
        const char *location; /* registered URI with state, or NULL: our own page */
} LogoutOut;

int app_logout(App *app, Arena *arena, const Caller *caller, const Realm *realm, const LogoutIn *in,
               LogoutOut *ret);
