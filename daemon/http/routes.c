/* SPDX-License-Identifier: Apache-2.0 */
/* Every route there is. */
#include "daemon/http/account.h"
#include "daemon/http/assets.h"
#include "daemon/http/cors.h"
#include "daemon/http/health.h"
#include "daemon/http/login.h"
#include "daemon/http/metrics.h"
#include "daemon/http/oauth.h"

#define REALM "/realms/{}"
#define OIDC REALM "/protocol/openid-connect"
#define WELL_KNOWN "/.well-known"

/* clang-format off */
const HttpRoute http_routes[] = {
        { HTTP_GET,  "/health",                      LANE_FAST,  HTTP_FACE_API,  health_get },
        { HTTP_GET,  "/assets/iam.css",              LANE_FAST,  HTTP_FACE_API,  asset_style },
        { HTTP_GET,  "/assets/onward.js",            LANE_FAST,  HTTP_FACE_API,  asset_onward },

        /* OpenID Connect Discovery 1.0 section 4; RFC 8414 section 3.1, inserted and appended. */
        { HTTP_GET,  REALM WELL_KNOWN "/openid-configuration",
                                                     LANE_STORE, HTTP_FACE_API,  oauth_metadata, HTTP_CORS_OPEN, true },
        { HTTP_GET,  WELL_KNOWN "/oauth-authorization-server" REALM,
                                                     LANE_STORE, HTTP_FACE_API,  oauth_metadata, HTTP_CORS_OPEN, true },
        { HTTP_GET,  REALM WELL_KNOWN "/oauth-authorization-server",
                                                     LANE_STORE, HTTP_FACE_API,  oauth_metadata, HTTP_CORS_OPEN, true },

        { HTTP_GET,  OIDC "/auth",                   LANE_STORE, HTTP_FACE_PAGE, oauth_authorize_get },
        { HTTP_POST, OIDC "/auth",                   LANE_STORE, HTTP_FACE_PAGE, oauth_authorize_post },
        { HTTP_POST, OIDC "/token",                  LANE_STORE, HTTP_FACE_API,  oauth_token, HTTP_CORS_CLIENTS },
        { HTTP_OPTIONS, OIDC "/token",               LANE_STORE, HTTP_FACE_API,  cors_preflight, HTTP_CORS_CLIENTS },
        { HTTP_POST, OIDC "/token/introspect",       LANE_STORE, HTTP_FACE_API,  oauth_introspect },
        { HTTP_POST, OIDC "/revoke",                 LANE_STORE, HTTP_FACE_API,  oauth_revoke, HTTP_CORS_CLIENTS },
        { HTTP_OPTIONS, OIDC "/revoke",              LANE_STORE, HTTP_FACE_API,  cors_preflight, HTTP_CORS_CLIENTS },
        { HTTP_GET,  OIDC "/userinfo",               LANE_STORE, HTTP_FACE_API,  oauth_userinfo_get, HTTP_CORS_CLIENTS },
        { HTTP_POST, OIDC "/userinfo",               LANE_STORE, HTTP_FACE_API,  oauth_userinfo_post, HTTP_CORS_CLIENTS },
        { HTTP_OPTIONS, OIDC "/userinfo",            LANE_STORE, HTTP_FACE_API,  cors_preflight, HTTP_CORS_CLIENTS },
        { HTTP_GET,  OIDC "/certs",                  LANE_STORE, HTTP_FACE_API,  oauth_certs, HTTP_CORS_OPEN, true },
        { HTTP_GET,  OIDC "/logout",                 LANE_STORE, HTTP_FACE_PAGE, oauth_logout_get },
        { HTTP_POST, OIDC "/logout",                 LANE_STORE, HTTP_FACE_PAGE, oauth_logout_post },

        { HTTP_GET,  REALM "/login-actions/authenticate",
                                                     LANE_STORE, HTTP_FACE_PAGE, login_get },
        { HTTP_POST, REALM "/login-actions/authenticate",
                                                     LANE_HASH,  HTTP_FACE_PAGE, login_post },

        { HTTP_GET,  REALM "/account",               LANE_STORE, HTTP_FACE_PAGE, account_get },
        { HTTP_POST, REALM "/account/password",      LANE_STORE, HTTP_FACE_PAGE, account_password_post },
        { HTTP_POST, REALM "/account/sessions",      LANE_STORE, HTTP_FACE_PAGE, account_sessions_post },
        { HTTP_GET,  REALM "/account/totp",          LANE_STORE, HTTP_FACE_PAGE, account_totp_get },
        { HTTP_POST, REALM "/account/totp",          LANE_STORE, HTTP_FACE_PAGE, account_totp_post },
};
/* clang-format on */
const size_t http_routes_n = ELEMENTSOF(http_routes);

const HttpRoute http_metrics_routes[] = {
        { HTTP_GET, "/metrics", LANE_STORE, HTTP_FACE_API, metrics_get },
};
const size_t http_metrics_routes_n = ELEMENTSOF(http_metrics_routes);
