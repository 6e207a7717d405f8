/* SPDX-License-Identifier: Apache-2.0 */
/* What administrators do about a user's proofs: passwords, one-time codes, counted guesses. */
#include <string.h>

#include "base/encode.h"
#include "base/reason.h"
#include "base/secret_bytes.h"
#include "daemon/app/password_rules.h"
#include "daemon/app/totp.h"
#include "daemon/app/user.h"

/* Reads the user before the transaction: what prepare() needs to know of it. */
typedef struct UserRead {
        AppCall *call;
        const char *name;
        User user;
} UserRead;

static int user_read_run(Txn *txn, void *context) {
        UserRead *read = context;

        return call_user(read->call, txn, read->name, "name", &read->user);
}

static int user_read(AppCall *call, const char *name, User *ret) {
        const StorePort *store = &call->app->store;
        UserRead read = { .call = call, .name = name };
        int r = store->read(store->self, user_read_run, &read);

        if (r == 0)
                *ret = read.user;
        return r;
}

/* Password */

int app_user_set_password_prepare(AppCall *call) {
        const CryptoPort *crypto = &call->app->crypto;
        const UserSetPasswordIn *in = call->in;
        const char *phc;
        User user;
        int r;

        r = user_read(call, in->name, &user);
        if (r != 0)
                return r;
        r = password_rules_check(&in->password, &call->realm, &user);
        if (r != 0)
                return call_blame(call, r, "password");
        r = crypto->password_hash(crypto->self, call->arena, &in->password, &phc);
        if (r != 0)
                return r;
        call->prepared = arena_strdup(call->arena, phc);
        return call->prepared == NULL ? -ENOMEM : 0;
}

int app_user_set_password(AppCall *call, Txn *txn) {
        const UserSetPasswordIn *in = call->in;
        const UserChange change = user_change_of(call);
        User user;
        int r;

        r = call_user(call, txn, in->name, "name", &user);
        if (r == 0)
                r = user_put_password(
                                &change, txn, &user, call->prepared, in->must_change == MAYBE_YES);
        if (r == 0)
                call_target(call, "user", &user.id, user.name);
        return r;
}

/* Guesses: the key is what login counts an account under, over all doors and aliases. */

int app_user_unlock_prepare(AppCall *call) {
        const CryptoPort *crypto = &call->app->crypto;
        const WireNameIn *in = call->in;
        uint8_t bytes[1 + sizeof(Id)] = { GUESS_ACCOUNT };
        GuessKey *key = arena_new(call->arena, GuessKey);
        User user;
        int r;

        if (key == NULL)
                return -ENOMEM;
        r = user_read(call, in->name, &user);
        if (r != 0)
                return r;
        memcpy(bytes + 1, &user.id, sizeof(Id));
        key->scope = GUESS_ACCOUNT;
        call->prepared = key;
        return crypto->keyed_hash(crypto->self, "guess", bytes, sizeof(bytes), &key->key);
}

int app_user_unlock(AppCall *call, Txn *txn) {
        const WireNameIn *in = call->in;
        User user;
        int r;

        r = call_user(call, txn, in->name, "name", &user);
        if (r == 0)
                r = call->app->store.guesses->forget(txn, &user.realm, call->prepared);
        if (r == 0)
                call_target(call, "user", &user.id, user.name);
        return r;
}

/* One-time codes */

/* Packs the symbol, which shows the secret, into a Secret; a text beyond a symbol goes without. */
static int qr_pack(const QrMatrix *qr, TotpEnrolOut *out) {
        uint8_t packed[SECRET_MAX * 3 / 4] = {};
        char text[BASE64_SIZE(sizeof(packed))];
        size_t modules = (size_t) qr->size * qr->size;
        int r;

        out->qr_size = WIRE_INT_ABSENT;
        if (modules == 0 || modules > sizeof(packed) * 8)
                return 0;
        for (size_t i = 0; i < modules; i++)
                if (qr->modules[i] != 0)
                        packed[i / 8] |= (uint8_t) (0x80 >> i % 8);
        r = secret_move_in(&out->qr, text, base64url_encode(packed, (modules + 7) / 8, text));
        out->qr_size = qr->size;
        explicit_bzero(packed, sizeof(packed));
        explicit_bzero(text, sizeof(text));
        return r;
}

int app_totp_enrol_prepare(AppCall *call) {
        CLEANUP(totp_offer_clear) TotpOffer offer = {};
        const WireNameIn *in = call->in;
        TotpEnrolOut *out = call->out;
        Credential *credential = arena_new(call->arena, Credential);
        User user;
        int r;

        if (credential == NULL)
                return -ENOMEM;
        r = user_read(call, in->name, &user);
        if (r == 0)
                r =
                                totp_offer_make(call->app, call->arena, &call->realm, &user,
                                                call->now, credential, &offer);
        if (r == 0)
                r = qr_pack(&offer.qr, out);
        if (r != 0)
                return r;
        credential->kind = CREDENTIAL_TOTP; /* an administrator's word counts at once */
        out->secret = offer.text;
        out->uri = offer.uri;
        call->prepared = credential;
        return 0;
}

int app_totp_enrol(AppCall *call, Txn *txn) {
        const UserChange change = user_change_of(call);
        const WireNameIn *in = call->in;
        const Credential *fresh = call->prepared;
        Credential there;
        User user;
        int r;

        r = call_user(call, txn, in->name, "name", &user);
        if (r != 0)
                return r;
        /* Another user took the name meanwhile. */
        if (!id_equal(&user.id, &fresh->user))
                return IAM_E_CONFLICT;
        r = user_credential(&change, txn, &user, CREDENTIAL_TOTP, &there);
        if (r != IAM_E_NOT_FOUND)
                return r == 0 ? IAM_E_EXISTS : r;
        r = call->app->store.credentials->insert(txn, fresh);
        if (r == 0)
                call_target(call, "user", &user.id, user.name);
        return r;
}

int app_totp_remove(AppCall *call, Txn *txn) {
        const UserChange change = user_change_of(call);
        const WireNameIn *in = call->in;
        Credential there;
        User user;
        int r;

        r = call_user(call, txn, in->name, "name", &user);
        if (r == 0)
                r = user_credential(&change, txn, &user, CREDENTIAL_TOTP, &there);
        if (r == 0)
                r = call->app->store.credentials->remove(txn, &user.realm, &there.id, call->now);
        if (r != 0)
                return r;
        user.credential_epoch++;
        return user_update(call, txn, &user);
}
