/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of libiam share. */
#pragma once

/* The version script says what of this leaves which library. */
#pragma GCC visibility push(default)
#include "client_lib/iam.h"
#pragma GCC visibility pop

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "wire/login.h"

typedef struct IamCall {
        const char *interface;
        const char *method;
        const WireLoginTable *table;
        const void *in;
        const char *user; /* whom it is about */
} IamCall;

/* The attempt of a login that was just done, else NULL. */
const Secret *iam_done_attempt(const iam_client *client);

/*
 * A call of uid 0's whose reply, to be believed, names the user it was about; begun again once when
 * iamd restarts.  ret lends from reply and arena.
 */
int iam_plain_call(
                iam_client *client, const IamCall *call, Arena *arena, Buf *reply, JsonValue *ret);
