/* SPDX-License-Identifier: Apache-2.0 */
/* One-time codes: offered to a person, and each step used once over all doors. */
#pragma once

#include "daemon/app/app.h"

/* What the person puts into a phone, shown once. */
typedef struct TotpOffer {
        Secret text; /* base32 */
        Secret uri; /* otpauth:// */
        QrMatrix qr; /* size 0: the URI is too long for a symbol */
} TotpOffer;

void totp_offer_clear(TotpOffer *offer);
/* The credential is not stored, and counts for nothing until its code was seen once. */
int totp_offer_make(
                App *app, Arena *arena, const Realm *realm, const User *user, Usec now,
                Credential *ret, TotpOffer *ret_offer);

/* In the transaction that believes the code.  IAM_E_CODE_REPLAYED: it was believed before. */
int totp_spend_step(
                App *app, Txn *txn, const RealmId *realm, const Id *credential, int64_t step,
                Usec now);
