/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one issuance gate: nothing is issued or honoured for a grant unless realm, client, user,
 * session and epochs all stand at this moment.  Every grant type comes through here, so a
 * disabled user has no side door.
 */
#pragma once

#include "daemon/app/app.h"

/* Everything a token speaks of, read in one transaction. */
typedef struct GateView {
        Realm realm;
        Client client;
        User user;
        Grant grant;
        Session session; /* with has_session */
        bool has_session;
        StrList roles; /* effective realm roles, by name */
        StrList groups; /* effective groups, as full paths */
        SigningKey key; /* the active key of the client's algorithm */
} GateView;

/* 0, IAM_E_NOT_FOUND, or the reason of grant_check().  ret is the arena's, written on 0 only. */
int gate_open(App *app, Txn *txn, Arena *arena, const RealmId *realm, const Id *grant, Usec now,
              GateView *ret);

/* Effective roles and groups of a user as the claims show them. */
int gate_claims(App *app, Txn *txn, Arena *arena, const User *user, StrList *ret_roles,
                StrList *ret_groups);
