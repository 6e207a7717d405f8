/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/totp.h"

#include "base/reason.h"

/* The steps of RFC 6238 are remembered until no window can reach them. */
#define STEP_MEMORY ((Usec) (2 * TOTP_WINDOW + 2) * TOTP_PERIOD * USEC_PER_SEC)

void totp_offer_clear(TotpOffer *offer) {
        secret_clear(&offer->text);
        secret_clear(&offer->uri);
        qr_matrix_clear(&offer->qr);
}

int totp_offer_make(
                App *app, Arena *arena, const Realm *realm, const User *user, Usec now,
                Credential *ret, TotpOffer *ret_offer) {
        CLEANUP(secret_clear) Secret secret = {};
        const CryptoPort *crypto = &app->crypto;
        const FactorPort *factor = &app->factor;
        int r;

        *ret = (Credential){
                .realm = user->realm,
                .user = user->id,
                .kind = CREDENTIAL_TOTP_PENDING,
                .created_at = now,
                .version = 1,
        };
        r = app_id_make(app, now, &ret->id);
        if (r == 0)
                r = factor->totp_secret_make(factor->self, &secret);
        if (r == 0)
                r =
                                crypto->seal(crypto->self, arena, &user->realm, &ret->id, "totp",
                                             &secret, &ret->sealed);
        if (r == 0)
                r = factor->totp_text(factor->self, &secret, &ret_offer->text);
        if (r == 0)
                r = factor->totp_uri(
                                factor->self, &secret, str_or(realm->display_name, realm->name),
                                user->name, &ret_offer->uri);
        if (r != 0)
                return r;
        r = factor->qr_encode(factor->self, &ret_offer->uri, &ret_offer->qr);
        return r == -EMSGSIZE ? 0 : r;
}

int totp_spend_step(
                App *app, Txn *txn, const RealmId *realm, const Id *credential, int64_t step,
                Usec now) {
        uint8_t bytes[sizeof(Id) + sizeof(int64_t)];
        SingleUse use = {
                .realm = *realm,
                .kind = SINGLE_USE_OTP_STEP,
                .owner = *credential,
                .created_at = now,
                .expires_at = now + STEP_MEMORY,
        };
        int r;

        memcpy(bytes, credential, sizeof(Id));
        memcpy(bytes + sizeof(Id), &step, sizeof(int64_t));
        app->crypto.sha256(bytes, sizeof(bytes), &use.hash);
        r = app->store.single_use->insert(txn, &use);
        return r == IAM_E_EXISTS ? IAM_E_CODE_REPLAYED : r;
}
