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
        User user; /* a person, or the client's service account */
        Grant grant; /* with has_grant; without one the client acts for itself */
        bool has_grant;
        Session session; /* with has_session */
        bool has_session;
        StrList roles; /* effective realm roles, by name; of gate_names() */
        StrList groups; /* effective groups, as full paths; of gate_names() */
        SigningKey access_key; /* the active keys of the client's algorithms; of gate_keys() */
        SigningKey id_key;
} GateView;

/* 0, IAM_E_NOT_FOUND, or the reason of grant_check().  ret is the arena's, written on 0 only. */
int gate_open(App *app, Txn *txn, Arena *arena, const RealmId *realm, const Id *grant, Usec now,
              GateView *ret);

/*
 * The same for a client that acts for itself: the reason of service_check(), or
 * IAM_E_UNAUTHORIZED_CLIENT when it has no service account.
 */
int gate_open_service(
                App *app, Txn *txn, Arena *arena, const Client *client, const ServiceEpochs *born,
                GateView *ret);

/* What signs the tokens.  IAM_E_UNAVAILABLE: the realm has no key of that algorithm. */
int gate_keys(App *app, Txn *txn, Arena *arena, GateView *view);

/* Fills in roles and groups, in the transaction that opened the gate. */
int gate_names(App *app, Txn *txn, Arena *arena, GateView *view);

/*
 * The same in a later one: reads the user again, so that epoch and claims are of one moment.
 * It reads all that the user holds: not inside a write transaction, which others wait for.
 */
int gate_describe(App *app, Txn *txn, Arena *arena, GateView *view);
