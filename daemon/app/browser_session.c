/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/browser_session.h"

#include "base/reason.h"
#include "daemon/core/session.h"

int browser_session_find(
                App *app, Txn *txn, Arena *arena, const RealmId *realm, const Sha256 *cookie,
                Usec now, SessionOwner *ret) {
        const StorePort *store = &app->store;
        SessionOwner owner;
        int r;

        r = store->sessions->by_cookie(txn, realm, cookie, arena, &owner.session);
        if (r == 0)
                r = store->realms->by_id(txn, realm, arena, &owner.realm);
        if (r == 0)
                r = store->users->by_id(txn, realm, &owner.session.user, arena, &owner.user);
        if (r == 0)
                r = session_check(&owner.session, &owner.realm, &owner.user, now);
        if (r != 0)
                return r < 0 ? r : IAM_E_SESSION_GONE;
        *ret = owner;
        return 0;
}

int session_entry_prepare(SessionEntry *entry, const Secret *former, Secret *ret_cookie) {
        const CryptoPort *crypto = &entry->app->crypto;
        int r;

        if (former != NULL && !secret_is_empty(former)) {
                crypto->secret_sha256(former, &entry->former_cookie);
                entry->has_former = true;
        }
        r = app_id_make(entry->app, entry->now, &entry->fresh);
        return r < 0 ? r : crypto->bearer_make(crypto->self, ret_cookie, &entry->cookie_hash);
}

static int audit_session(SessionEntry *entry, Txn *txn, AuditEventKind kind, const Id *session) {
        const AuditEvent event = {
                .kind = kind,
                .success = true,
                .actor_kind = "user",
                .actor = entry->login->user,
                .actor_name = entry->login->user_name,
                .target_kind = "session",
                .target = *session,
        };

        return app_audit(entry->app, txn, entry->caller, &entry->realm->id, entry->now, &event);
}

/* The same person again: the session goes on under a new cookie, so that the other applications
 * stay signed in.  Somebody else: the former session ends.  ret_renewed tells which. */
static int
settle_former(SessionEntry *entry, Txn *txn, const User *user, Session *ret, bool *ret_renewed) {
        const SessionOps *ops = entry->app->store.sessions;
        Session former;
        Realm realm;
        int r;

        *ret_renewed = false;
        if (!entry->has_former)
                return 0;
        r = ops->by_cookie(txn, &entry->realm->id, &entry->former_cookie, entry->arena, &former);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r;
        r = entry->app->store.realms->by_id(txn, &entry->realm->id, entry->arena, &realm);
        if (r != 0)
                return r;
        if (!id_equal(&former.user, &user->id) ||
            session_check(&former, &realm, user, entry->now) != 0) {
                r = ops->end(txn, &entry->realm->id, &former.id, entry->now);
                if (r != 0)
                        return r == IAM_E_NOT_FOUND ? 0 : r;
                return audit_session(entry, txn, EVENT_SESSION_ENDED, &former.id);
        }
        former.cookie_hash = entry->cookie_hash;
        former.auth = entry->login->auth;
        former.last_seen_at = entry->now;
        if (former.credential_epoch != entry->login->credential_epoch)
                return IAM_E_SESSION_GONE;
        r = ops->renew(txn, &former);
        if (r != 0)
                return r;
        *ret = former;
        *ret_renewed = true;
        return 0;
}

static int open_session(SessionEntry *entry, Txn *txn, const User *user, Session *ret) {
        Session session = {
                .realm = entry->realm->id,
                .id = entry->fresh,
                .user = user->id,
                .cookie_hash = entry->cookie_hash,
                .auth = entry->login->auth,
                .address = entry->caller->address,
                .agent = entry->caller->agent,
                .realm_epoch = entry->realm->epoch,
                /* As it was when the proof was given: a change since then wins. */
                .credential_epoch = entry->login->credential_epoch,
                .created_at = entry->now,
                .last_seen_at = entry->now,
        };
        int r;

        r = session_check(&session, entry->realm, user, entry->now);
        if (r != 0)
                return r;
        r = entry->app->store.sessions->insert(txn, &session);
        if (r != 0)
                return r;
        *ret = session;
        return audit_session(entry, txn, EVENT_SESSION_CREATED, &session.id);
}

int session_enter(SessionEntry *entry, Txn *txn, Session *ret) {
        bool renewed;
        User user;
        int r;

        r = entry->app->store.users->by_id(
                        txn, &entry->realm->id, &entry->login->user, entry->arena, &user);
        if (r == 0)
                r = settle_former(entry, txn, &user, ret, &renewed);
        return r != 0 || renewed ? r : open_session(entry, txn, &user, ret);
}
