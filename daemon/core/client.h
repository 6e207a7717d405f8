/* SPDX-License-Identifier: Apache-2.0 */
/* An application that asks for tokens (RFC 6749 section 2). */
#pragma once

#include "base/id.h"
#include "base/str.h"
#include "daemon/core/ports/crypto.h"
#include "daemon/core/realm.h"

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
        CLIENT_LIST_WEB_ORIGIN, /* pages whose scripts may call our endpoints */
        _CLIENT_LIST_MAX,
        _CLIENT_LIST_INVALID = -EINVAL,
} ClientListKind;

const char *client_list_kind_name(ClientListKind kind); /* "redirect" "post-logout" ... */
ClientListKind client_list_kind_from_name(const char *name);

#define AUDIENCE_MAX 255 /* bytes */
/* A name or a URI: printable, without a space. */
bool audience_is_wellformed(const char *audience);
/* "https://host" or "https://host:port" as browsers write it (RFC 6454 section 6.2); http for
 * loopback hosts. */
bool web_origin_is_wellformed(const char *origin);

typedef struct Client {
        RealmId realm;
        Id id;
        const char *name; /* the client_id of the protocol */
        const char *display_name;
        ClientKind kind;
        bool enabled;
        bool require_pkce; /* always true for public clients */
        Sha256 secret_hash; /* confidential clients only */
        Sha256 former_secret_hash; /* the one before, good until former_secret_until */
        Usec former_secret_until;
        KeyAlg id_token_alg; /* _KEY_ALG_INVALID: the realm's default */
        KeyAlg access_token_alg; /* _KEY_ALG_INVALID: that of ID tokens */
        int64_t access_token_lifetime; /* seconds; 0: the realm's */
        int64_t refresh_token_lifetime;
        int64_t epoch; /* raised: every grant of the client is dead */
        StrList redirect_uris;
        StrList post_logout_uris;
        StrList audiences;
        StrList web_origins;
        Usec created_at;
        Usec updated_at;
        int64_t version;
} Client;

typedef struct ClientList {
        Client *items;
        size_t n;
} ClientList;

/* What holds for the client: its own setting, or the realm's. */
KeyAlg client_id_token_alg(const Client *client, const Realm *realm);
KeyAlg client_access_token_alg(const Client *client, const Realm *realm);
int64_t client_access_token_lifetime(const Client *client, const Realm *realm);
int64_t client_refresh_token_lifetime(const Client *client, const Realm *realm);
/* The hash of a presented secret is that of the present one, or of the former while it is good. */
bool client_secret_is(const Client *client, const Sha256 *presented, Usec now);
