/* SPDX-License-Identifier: Apache-2.0 */
/* One-time codes, given by a person to himself and taken away again. */
#include "base/reason.h"
#include "daemon/app/self_call.h"

#define OFFER_LIFETIME (600 * USEC_PER_SEC) /* to find the phone and type its first code */

typedef struct OfferCall {
        SelfCall call;
        Credential credential;
        int64_t step; /* of the code that confirms */
        SessionEntry entry; /* of a removal, after which the session goes on */
        LoginStep login;
} OfferCall;

static int find(OfferCall *offer, Txn *txn, CredentialKind kind, Credential *ret) {
        const UserChange change = self_change(&offer->call);

        return user_credential(&change, txn, &offer->call.owner.user, kind, ret);
}

/* Fresh, and still without a second factor. */
static int find_without(OfferCall *offer, Txn *txn) {
        Credential there;
        int r;

        r = self_find_fresh(&offer->call, txn);
        if (r == 0)
                r = find(offer, txn, CREDENTIAL_TOTP, &there);
        if (r == IAM_E_NOT_FOUND)
                return 0;
        return r == 0 ? IAM_E_EXISTS : r;
}

static int look_run(Txn *txn, void *context) {
        return find_without(context, txn);
}

/* In the place of any offer before: only the last one that was shown can be confirmed. */
static int offer_run(Txn *txn, void *context) {
        OfferCall *offer = context;
        const CredentialOps *credentials = offer->call.self->app->store.credentials;
        Credential former;
        int r;

        r = find_without(offer, txn);
        if (r != 0)
                return r;
        r = find(offer, txn, CREDENTIAL_TOTP_PENDING, &former);
        if (r == 0)
                r = credentials->remove(txn, &former.realm, &former.id, offer->call.now);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        return credentials->insert(txn, &offer->credential);
}

int app_self_totp_offer(const SelfCaller *self, const char **ret_id, TotpOffer *ret) {
        OfferCall offer = { .call = self_call(self) };
        const StorePort *store = &self->app->store;
        char id[ID_TEXT_SIZE];
        int r;

        r = store->read(store->self, look_run, &offer);
        if (r == 0)
                r = totp_offer_make(
                                self->app, self->arena, self->realm, &offer.call.owner.user,
                                offer.call.now, &offer.credential, ret);
        if (r == 0)
                r = store->txn(store->self, offer_run, &offer);
        if (r != 0)
                return r;
        id_format(&offer.credential.id, id);
        *ret_id = arena_strdup(self->arena, id);
        return *ret_id == NULL ? -ENOMEM : 0;
}

/* The offer of that id, read before and again in the transaction that believes it. */
static int find_offer(OfferCall *offer, Txn *txn, Credential *ret) {
        int r;

        r = find_without(offer, txn);
        if (r == 0)
                r = find(offer, txn, CREDENTIAL_TOTP_PENDING, ret);
        if (r == 0 && (!id_equal(&ret->id, &offer->credential.id) ||
                       ret->created_at + OFFER_LIFETIME <= offer->call.now))
                r = IAM_E_NOT_FOUND;
        return r;
}

static int read_offer_run(Txn *txn, void *context) {
        OfferCall *offer = context;
        Credential found;
        int r;

        r = find_offer(offer, txn, &found);
        if (r == 0)
                offer->credential = found;
        return r;
}

static int confirm_run(Txn *txn, void *context) {
        OfferCall *offer = context;
        App *app = offer->call.self->app;
        const User *user = &offer->call.owner.user;
        Credential found;
        int r;

        r = find_offer(offer, txn, &found);
        if (r != 0)
                return r;
        found.kind = CREDENTIAL_TOTP;
        r = app->store.credentials->update(txn, &found);
        if (r == 0)
                r = totp_spend_step(
                                app, txn, &user->realm, &found.id, offer->step, offer->call.now);
        if (r != 0)
                return r;
        return self_audit(&offer->call, txn, EVENT_TOTP_ENROLLED, 0, "user", &user->id);
}

int app_self_totp_confirm(const SelfCaller *self, const char *id, const Secret *code) {
        CLEANUP(secret_clear) Secret shared = {};
        OfferCall offer = { .call = self_call(self) };
        const StorePort *store = &self->app->store;
        const CryptoPort *crypto = &self->app->crypto;
        int r;

        if (id == NULL || id_parse(id, &offer.credential.id) < 0)
                return IAM_E_NOT_FOUND;
        r = store->read(store->self, read_offer_run, &offer);
        if (r == 0)
                r =
                                crypto->unseal(crypto->self, &self->realm->id, &offer.credential.id,
                                               "totp", &offer.credential.sealed, &shared);
        if (r == 0)
                r = self->app->factor.totp_verify(
                                self->app->factor.self, &shared, code, offer.call.now, &offer.step);
        return r != 0 ? r : store->txn(store->self, confirm_run, &offer);
}

/* The login that the session was, with today's epoch: its owner stays where he is. */
static int reenter(OfferCall *offer, Txn *txn) {
        const SessionOwner *owner = &offer->call.owner;
        Session session;

        offer->login = (LoginStep){
                .outcome = LOGIN_DONE,
                .user = owner->user.id,
                .user_name = owner->user.name,
                .auth = { .at = owner->session.auth.at, .amr = "pwd", .acr = "1" },
                .credential_epoch = owner->user.credential_epoch,
        };
        return session_enter(&offer->entry, txn, &session);
}

static int remove_run(Txn *txn, void *context) {
        OfferCall *offer = context;
        App *app = offer->call.self->app;
        User *user = &offer->call.owner.user;
        UserChange change;
        Credential totp;
        int r;

        r = self_find_fresh(&offer->call, txn);
        if (r == 0)
                r = find(offer, txn, CREDENTIAL_TOTP, &totp);
        if (r == 0)
                r = app->store.credentials->remove(txn, &user->realm, &totp.id, offer->call.now);
        if (r != 0)
                return r;
        change = self_change(&offer->call);
        user->credential_epoch++;
        r = user_write(&change, txn, user);
        if (r == 0)
                r = self_audit(&offer->call, txn, EVENT_TOTP_REMOVED, 0, "user", &user->id);
        return r != 0 ? r : reenter(offer, txn);
}

int app_self_totp_remove(const SelfCaller *self, Secret *ret_cookie) {
        CLEANUP(secret_clear) Secret cookie = {};
        OfferCall offer = { .call = self_call(self) };
        int r;

        offer.entry = (SessionEntry){
                .app = self->app,
                .arena = self->arena,
                .caller = self->caller,
                .realm = self->realm,
                .login = &offer.login,
                .now = offer.call.now,
        };
        r = session_entry_prepare(&offer.entry, self->session, &cookie);
        if (r == 0)
                r = self->app->store.txn(self->app->store.self, remove_run, &offer);
        if (r == 0)
                *ret_cookie = cookie;
        return r;
}
