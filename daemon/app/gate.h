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
        StrList roles; /* effective realm roles, by name; of gate_describe() */
        StrList groups; /* effective groups, as full paths; of gate_describe() */
        SigningKey key; /* the active key of the client's algorithm */
} GateView;

/* 0, IAM_E_NOT_FOUND, or the reason of grant_check().  ret is the arena's, written on 0 only. */
int gate_open(App *app, Txn *txn, Arena *arena, const RealmId *realm, const Id *grant, Usec now,
              GateView *ret);

/*
 * Fills in roles and groups, and reads the user again, so that epoch and claims are of one moment.
 * It reads the realm's whole access model: not inside a write transaction, which others wait for.
 */
int gate_describe(App *app, Txn *txn, Arena *arena, GateView *view);
