/* SPDX-License-Identifier: Apache-2.0 */
/* What the files about users share. */
#pragma once

#include "daemon/app/call.h"

/* Who changes a user, and when: for the history. */
typedef struct UserChange {
        App *app;
        Arena *arena;
        const char *actor;
        Usec now;
} UserChange;

UserChange user_change_of(AppCall *call);
int user_history(const UserChange *change, Txn *txn, const User *user, int64_t version);
/* Writes the changed user with its history. */
int user_write(const UserChange *change, Txn *txn, User *user);
/* The same in an operation, whose event it names the user in. */
int user_update(AppCall *call, Txn *txn, User *user);
/* Effective roles by name, a client's as "client/role". */
int user_roles(AppCall *call, Txn *txn, const User *user, StrList *ret);

/* The one live credential of that kind, or IAM_E_NOT_FOUND. */
int user_credential(
                const UserChange *change, Txn *txn, const User *user, CredentialKind kind,
                Credential *ret);
/* A new password in the place of the former one, whose sessions, host logins and grants end.
 * must_change: good for choosing another one only. */
int user_put_password(
                const UserChange *change, Txn *txn, User *user, const char *phc, bool must_change);
