/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers of the OAuth 2 and OpenID Connect endpoints; the paths are in routes.c. */
#pragma once

#include "daemon/app/oidc.h"
#include "daemon/http/http.h"

int oauth_authorize_get(HttpRequest *request, HttpReply *reply);
int oauth_authorize_post(HttpRequest *request, HttpReply *reply);
int oauth_token(HttpRequest *request, HttpReply *reply);
int oauth_introspect(HttpRequest *request, HttpReply *reply);
int oauth_revoke(HttpRequest *request, HttpReply *reply);
int oauth_userinfo_get(HttpRequest *request, HttpReply *reply);
int oauth_userinfo_post(HttpRequest *request, HttpReply *reply);
int oauth_certs(HttpRequest *request, HttpReply *reply);
int oauth_metadata(HttpRequest *request, HttpReply *reply);
int oauth_logout_get(HttpRequest *request, HttpReply *reply);
int oauth_logout_post(HttpRequest *request, HttpReply *reply);

/* Shared by these handlers. */

/* The realm of the first path parameter. */
int oauth_realm(HttpRequest *request, Realm *ret);
/* The urlencoded body of a POST; IAM_E_REQUEST_INVALID for another Content-Type. */
int oauth_body(const HttpRequest *request, const char **ret_text);
/* The fields by which a client says who it is, as part of a form. */
typedef struct ClientForm {
        const char *client_id;
        const char *client_secret;
} ClientForm;

#define CLIENT_FORM_FIELDS(Form, member)                                                           \
        { "client_id", offsetof(Form, member.client_id), OIDC_PARAMETER_MAX }, {                   \
                "client_secret", offsetof(Form, member.client_secret), SECRET_MAX                  \
        }

/* At most one method per request (RFC 6749 section 2.3).  ret->secret is ret_secret or NULL. */
int oauth_client_read(
                const HttpRequest *request, const ClientForm *form, ClientCredentials *ret,
                Secret *ret_secret);
/* What follows "SCHEME ", or NULL: RFC 9110 section 11.4, the scheme in any case. */
const char *oauth_after_scheme(const char *authorization, const char *scheme);
/* "iam-session-REALM": the SSO cookie's name. */
const char *oauth_session_cookie(const HttpRequest *request, const Realm *realm);
/* Sends the browser where the authorization reply says, by redirect or by form. */
int oauth_reply_onward(const HttpRequest *request, const AuthorizeReply *onward, HttpReply *reply);
/*
 * The token in our forms is a keyed hash of the cookie's secret; a POST must bring it back, and
 * come from our own origin.
 */
int oauth_csrf_make(const HttpRequest *request, const Secret *bound_to, const char **ret);
int oauth_csrf_check(const HttpRequest *request, const Secret *bound_to, const char *given);
/* The same for another use: a text that only we can make, and only for this secret. */
int oauth_mark_make(
                const HttpRequest *request, const char *use, const Secret *bound_to,
                const char **ret);
