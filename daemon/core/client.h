/* SPDX-License-Identifier: Apache-2.0 */
/* An application that asks for tokens (RFC 6749 section 2). */
#pragma once

#include "base/id.h"
#include "base/str.h"
#include "daemon/core/ports/crypto.h"

typedef enum ClientKind {
        CLIENT_PUBLIC, /* no secret: PKCE is required */
        CLIENT_CONFIDENTIAL, /* client_secret_basic or client_secret_post */
        _CLIENT_MAX,
        _CLIENT_INVALID = -EINVAL,
} ClientKind;

const char *client_kind_name(ClientKind kind); /* "public" "confidential" */
ClientKind client_kind_from_name(const char *name);

typedef enum ClientUriKind {
        CLIENT_URI_REDIRECT,
        CLIENT_URI_POST_LOGOUT,
        _CLIENT_URI_MAX,
        _CLIENT_URI_INVALID = -EINVAL,
} ClientUriKind;

typedef struct Client {
        RealmId realm;
        Id id;
        const char *name; /* the client_id of the protocol */
        const char *display_name;
        ClientKind kind;
        bool enabled;
        bool require_pkce; /* always true for public clients */
        Sha256 secret_hash; /* confidential clients only */
        KeyAlg id_token_alg; /* _KEY_ALG_INVALID: the realm's default */
        int64_t epoch; /* raised: every grant of the client is dead */
        StrList redirect_uris;
        StrList post_logout_uris;
        Usec created_at;
        Usec updated_at;
        int64_t version;
} Client;

typedef struct ClientList {
        Client *items;
        size_t n;
} ClientList;
