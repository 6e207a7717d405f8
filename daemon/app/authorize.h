/* SPDX-License-Identifier: Apache-2.0 */
/* The authorization endpoint's parts: reading the request, and answering it with a code. */
#pragma once

#include "daemon/app/oidc.h"

/* A request whose client and redirect URI are right, so that errors may be sent there. */
typedef struct AuthorizeCall {
        App *app;
        Arena *arena;
        const Caller *caller;
        const Realm *realm;
        const AuthorizeIn *in;
        Usec now;
        Client client;
        AuthRequest request;
        bool prompt_none;
        bool prompt_login;
        /* The session the browser came with, if it is live. */
        bool has_session;
        Session session;
        User user;
} AuthorizeCall;

/*
 * Checks every parameter and fills `request`.  0, or a Reason with a description that the client
 * may be told through its redirect URI.
 */
int authorize_read_request(AuthorizeCall *call, const char **ret_description);

/* The reply that carries an error: RFC 6749 section 4.1.2.1. */
int authorize_reply_error(
                AuthorizeCall *call, int reason, const char *description, AuthorizeOut *ret);

/* What a grant and its code are made of. */
typedef struct CodeIssue {
        App *app;
        Arena *arena;
        const Caller *caller;
        const Realm *realm;
        const AuthRequest *request;
        const Session *session;
        const Sha256 *code_hash; /* of the code to be sent */
        Usec now;
} CodeIssue;

/* Inside a transaction: the gate, the grant and its code. */
int authorize_put_code(const CodeIssue *issue, Txn *txn);
/* After it: the reply that carries the code. */
int authorize_reply_code(
                App *app, Arena *arena, const Realm *realm, const AuthRequest *request,
                const Secret *code, AuthorizeOut *ret);
