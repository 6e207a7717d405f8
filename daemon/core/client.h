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

/* The lists of texts that a client has. */
typedef enum ClientListKind {
        CLIENT_LIST_REDIRECT, /* where codes may be sent */
        CLIENT_LIST_POST_LOGOUT, /* where a browser may go after signing out */
        CLIENT_LIST_AUDIENCE, /* whom its access tokens are for, besides the realm */
        _CLIENT_LIST_MAX,
        _CLIENT_LIST_INVALID = -EINVAL,
} ClientListKind;

const char *client_list_kind_name(ClientListKind kind); /* "redirect" "post-logout" "audience" */
ClientListKind client_list_kind_from_name(const char *name);

#define AUDIENCE_MAX 255 /* bytes */
/* A name or a URI: printable, without a space. */
bool audience_is_wellformed(const char *audience);

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
        StrList audiences;
        Usec created_at;
        Usec updated_at;
        int64_t version;
} Client;

typedef struct ClientList {
        Client *items;
        size_t n;
} ClientList;
