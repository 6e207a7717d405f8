/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/session.h"

#include "base/reason.h"
#include "base/str.h"

bool auth_is_fresh(const AuthContext *auth, bool has_second_factor, Usec now) {
        return auth->at + AUTH_FRESH > now && (!has_second_factor || str_eq(auth->acr, "2"));
}

/* What holds for everything a login left behind. */
static int owner_check(const Realm *realm, const User *user) {
        if (!realm->enabled)
                return IAM_E_REALM_DISABLED;
        return user->enabled ? 0 : IAM_E_USER_DISABLED;
}

static bool
is_of(const RealmId *of_realm, const Id *of_user, const Realm *realm, const User *user) {
        return id_equal(&of_realm->id, &realm->id.id) && id_equal(&user->realm.id, &realm->id.id) &&
               id_equal(of_user, &user->id);
}

int session_check(const Session *session, const Realm *realm, const User *user, Usec now) {
        const Usec idle = realm->settings.session_idle_timeout * USEC_PER_SEC;
        const Usec lifetime = realm->settings.session_lifetime * USEC_PER_SEC;
        int r = owner_check(realm, user);

        if (r != 0)
                return r;
        if (!is_of(&session->realm, &session->user, realm, user) || session->ended_at != 0 ||
            session->realm_epoch != realm->epoch ||
            session->credential_epoch != user->credential_epoch ||
            now - session->last_seen_at >= idle || now - session->created_at >= lifetime)
                return IAM_E_SESSION_GONE;
        return 0;
}

int host_login_check(const HostLogin *login, const Realm *realm, const User *user, Usec now) {
        int r = owner_check(realm, user);

        if (r != 0)
                return r;
        /* A host session lasts as long as its processes do; only epochs and its end bound it. */
        if (!is_of(&login->realm, &login->user, realm, user) || login->closed_at != 0 ||
            login->realm_epoch != realm->epoch || login->credential_epoch != user->credential_epoch)
                return IAM_E_SESSION_GONE;
        return 0;
}

bool host_login_is_one_place(const HostLogin *login) {
        return !str_eq(login->service, "systemd-user");
}

int grant_check(const Grant *grant, const Realm *realm, const Client *client, const User *user,
                const Session *session, Usec now) {
        int r = owner_check(realm, user);

        if (r != 0)
                return r;
        if (!client->enabled)
                return IAM_E_CLIENT_DISABLED;
        if (!is_of(&grant->realm, &grant->user, realm, user) ||
            !id_equal(&client->realm.id, &realm->id.id) || !id_equal(&grant->client, &client->id) ||
            grant->ended_at != 0 || grant->realm_epoch != realm->epoch ||
            grant->client_epoch != client->epoch ||
            grant->credential_epoch != user->credential_epoch)
                return IAM_E_GRANT_INVALID;
        if (id_is_null(&grant->session))
                return 0; /* offline access outlives the session */
        if (session == NULL || !id_equal(&session->id, &grant->session))
                return IAM_E_SESSION_GONE;
        return session_check(session, realm, user, now);
}

int service_check(
                const Realm *realm, const Client *client, const User *account,
                const ServiceEpochs *born) {
        int r = owner_check(realm, account);

        if (r != 0)
                return r;
        if (!client->enabled)
                return IAM_E_CLIENT_DISABLED;
        if (!id_equal(&client->realm.id, &realm->id.id) ||
            !id_equal(&account->realm.id, &realm->id.id) || id_is_null(&account->client) ||
            !id_equal(&account->client, &client->id))
                return IAM_E_GRANT_INVALID;
        if (born != NULL && (born->realm != realm->epoch || born->client != client->epoch ||
                             born->credential != account->credential_epoch))
                return IAM_E_GRANT_INVALID;
        return 0;
}
