/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every answer of the domain, once.  Functions return 0 (done), a Reason > 0 (an answer the caller
 * must treat) or -errno (a broken world, passed on untouched).  Each face maps the whole list.
 */
#pragma once

#include "base/macro.h"

/*
 * X(NAME, "name", "message", retryable, tellable)
 * tellable: a stranger may be told; what is not reaches network faces as the same refusal, and
 * only audit and journal say why.
 */
#define IAM_REASONS(X)                                                                             \
        X(NOT_FOUND, "not-found", "no such object", false, true)                                   \
        X(CONFLICT, "conflict", "the object changed meanwhile; read it again", true, true)         \
        X(EXISTS, "exists", "an object of that name exists", false, true)                          \
        X(INVALID, "invalid", "a value is not acceptable", false, true)                            \
        X(TOO_LARGE, "too-large", "a value is larger than its limit", false, true)                 \
        X(MISSING, "missing", "a required value is missing", false, true)                          \
        X(UNKNOWN_FIELD, "unknown-field", "a field is not known here", false, true)                \
        X(UNKNOWN_METHOD, "unknown-method", "no such method", false, true)                         \
        X(DENIED, "denied", "permission denied", false, true)                                      \
        X(NOT_EMPTY, "not-empty", "the object is still in use", false, true)                       \
        X(LIMIT, "limit", "a limit on the number of objects is reached", false, true)              \
        X(BUSY, "busy", "too much work is waiting; try again later", true, true)                   \
        X(UNAVAILABLE, "unavailable", "the service cannot answer now", true, true)                 \
        X(SETUP_REQUIRED, "setup-required", "no realm was set up yet", false, true)                \
        X(WRONG_CREDENTIALS, "wrong-credentials", "that did not match", true, true)                \
        X(UNKNOWN_USER, "unknown-user", "no such user", false, false)                              \
        X(WRONG_PASSWORD, "wrong-password", "wrong password", true, false)                         \
        X(WRONG_CODE, "wrong-code", "wrong one-time code", true, false)                            \
        X(CODE_REPLAYED, "code-replayed", "the one-time code was used before", true, false)        \
        X(NO_PASSWORD, "no-password", "the user has no password", false, false)                    \
        X(PASSWORD_EXPIRED, "password-expired", "the password must be changed", false, true)       \
        X(USER_DISABLED, "user-disabled", "the user is disabled", false, false)                    \
        X(USER_LOCKED, "user-locked", "too many wrong guesses", true, false)                       \
        X(SOURCE_LOCKED, "source-locked", "too many wrong guesses from that source", true, false)  \
        X(REALM_DISABLED, "realm-disabled", "the realm is disabled", false, false)                 \
        X(HOST_DENIED, "host-denied", "no role or group allows logging in here", false, false)     \
        X(NOT_POSIX, "not-posix", "the user has no POSIX identity", false, false)                  \
        X(FACTOR_NOT_SERVED, "factor-not-served", "this door cannot ask for the second factor",    \
          false, false)                                                                            \
        X(ATTEMPT_GONE, "attempt-gone", "the login took too long; start again", true, true)        \
        X(SESSION_GONE, "session-gone", "the session has ended", false, true)                      \
        X(CLIENT_UNKNOWN, "client-unknown", "the client is not known", false, true)                \
        X(CLIENT_DISABLED, "client-disabled", "the client is disabled", false, true)               \
        X(CLIENT_AUTH_FAILED, "client-auth-failed", "client authentication failed", false, true)   \
        X(REDIRECT_MISMATCH, "redirect-mismatch", "the redirect URI is not registered", false,     \
          true)                                                                                    \
        X(REQUEST_INVALID, "request-invalid", "the request is malformed", false, true)             \
        X(RESPONSE_TYPE, "response-type", "that response type is not supported", false, true)      \
        X(RESPONSE_MODE, "response-mode", "that response mode is not supported", false, true)      \
        X(GRANT_TYPE, "grant-type", "that grant type is not supported", false, true)               \
        X(GRANT_INVALID, "grant-invalid", "the code or token is not valid", false, true)           \
        X(SCOPE_INVALID, "scope-invalid", "the scope is not valid", false, true)                   \
        X(PKCE_REQUIRED, "pkce-required", "a code challenge with S256 is required", false, true)   \
        X(REQUEST_OBJECT, "request-object", "request objects are not supported", false, true)      \
        X(REQUEST_URI, "request-uri", "request_uri is not supported", false, true)                 \
        X(LOGIN_REQUIRED, "login-required", "the user must sign in", false, true)                  \
        X(INTERACTION_REQUIRED, "interaction-required", "the user must act", false, true)          \
        X(TOKEN_INVALID, "token-invalid", "the access token is not valid", false, true)            \
        X(TOKEN_SCOPE, "token-scope", "the access token lacks the scope", false, true)             \
        X(UNAUTHORIZED_CLIENT, "unauthorized-client", "the client may not do that", false, true)   \
        X(CSRF, "csrf", "the form was not sent from this page", false, true)                       \
        X(WEAK_PASSWORD, "weak-password", "the password is too short or too common", false, true)  \
        X(SAME_PASSWORD, "same-password", "the new password is the present one", false, true)      \
        X(PASSWORDS_DIFFER, "passwords-differ", "the new password was typed in two ways", false,   \
          true)                                                                                    \
        X(FRESH_FACTOR, "fresh-factor", "the factors were proven too long ago", false, true)       \
        X(WEAK_KEY, "weak-key",                                                                    \
          "the key is too weak: use ed25519, ECDSA, RSA of 3072 bits or more, or a security key",  \
          false, true)                                                                             \
        X(BAD_KEY, "bad-key", "that is not one line of an OpenSSH public key without options",     \
          false, true)

typedef enum Reason {
        IAM_OK = 0,
#define X(id, name, message, retryable, tellable) IAM_E_##id,
        IAM_REASONS(X)
#undef X
                        _IAM_E_MAX,
        _IAM_E_INVALID = -EINVAL,
} Reason;

const char *reason_name(int reason); /* "not-found"; "ok" for 0; "internal" for -errno */
const char *reason_message(int reason);
bool reason_is_retryable(int reason);
bool reason_is_tellable(int reason);
int reason_from_name(const char *name); /* _IAM_E_INVALID when unknown */
