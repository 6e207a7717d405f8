/* SPDX-License-Identifier: Apache-2.0 */
/* What the files about users share. */
#pragma once

#include "daemon/app/call.h"

/* Writes the changed user with its history, and names it as the event's target. */
int user_update(AppCall *call, Txn *txn, User *user);
int user_history(AppCall *call, Txn *txn, const User *user, int64_t version);
/* Effective roles by name, a client's as "client/role". */
int user_roles(AppCall *call, Txn *txn, const User *user, StrList *ret);
