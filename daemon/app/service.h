/* SPDX-License-Identifier: Apache-2.0 */
/* Service accounts: the user that a client is when it acts for itself. */
#pragma once

#include "daemon/app/call.h"

/* Makes or removes it as asked.  IAM_E_INVALID blames "service": the client has no secret. */
int service_apply(AppCall *call, Txn *txn, const Client *client, Maybe asked);
/* Whether there is one, and which roles it effectively holds. */
int service_view(AppCall *call, Txn *txn, const Client *client, ClientView *out);
/* With the client itself. */
int service_remove(AppCall *call, Txn *txn, const Client *client);
