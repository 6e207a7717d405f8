/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "daemon/core/session.h"
#include "tests/support/test.h"

#define NOW ((Usec) 1000000 * USEC_PER_SEC)

/* A live whole: each case breaks one thing of it. */
typedef struct Whole {
        Realm realm;
        User user;
        Client client;
        Session session;
        HostLogin login;
        Grant grant;
} Whole;

static Whole whole(void) {
        Whole w = { .realm = { .enabled = true, .epoch = 1, .id = { { { 1 } } } } };

        realm_settings_init(&w.realm.settings);
        w.user = (User){
                .realm = w.realm.id, .id = { { 2 } }, .enabled = true, .credential_epoch = 2
        };
        w.client = (Client){ .realm = w.realm.id, .id = { { 3 } }, .enabled = true, .epoch = 3 };
        w.session = (Session){ .realm = w.realm.id,
                               .id = { { 4 } },
                               .user = w.user.id,
                               .realm_epoch = 1,
                               .credential_epoch = 2,
                               .created_at = NOW,
                               .last_seen_at = NOW };
        w.login = (HostLogin){ .realm = w.realm.id,
                               .user = w.user.id,
                               .realm_epoch = 1,
                               .credential_epoch = 2,
                               .opened_at = NOW };
        w.grant = (Grant){ .realm = w.realm.id,
                           .user = w.user.id,
                           .client = w.client.id,
                           .session = w.session.id,
                           .realm_epoch = 1,
                           .client_epoch = 3,
                           .credential_epoch = 2 };
        return w;
}

static int session_of(const Whole *w, Usec now) {
        return session_check(&w->session, &w->realm, &w->user, now);
}

static int login_of(const Whole *w) {
        return host_login_check(&w->login, &w->realm, &w->user, NOW);
}

static int grant_of(const Whole *w) {
        return grant_check(&w->grant, &w->realm, &w->client, &w->user, &w->session, NOW);
}

#define BROKEN(change)                                                                             \
        ({                                                                                         \
                Whole w = whole();                                                                 \
                change;                                                                            \
                w;                                                                                 \
        })

TEST(what_is_whole_is_live) {
        Whole w = whole();

        ASSERT_OK(session_of(&w, NOW));
        ASSERT_OK(login_of(&w));
        ASSERT_OK(grant_of(&w));
}

TEST(each_break_has_its_reason) {
        const struct {
                Whole whole;
                int session, login, grant;
        } cases[] = {
                { BROKEN(w.realm.enabled = false), IAM_E_REALM_DISABLED, IAM_E_REALM_DISABLED,
                  IAM_E_REALM_DISABLED },
                { BROKEN(w.user.enabled = false), IAM_E_USER_DISABLED, IAM_E_USER_DISABLED,
                  IAM_E_USER_DISABLED },
                { BROKEN(w.client.enabled = false), 0, 0, IAM_E_CLIENT_DISABLED },
                { BROKEN(w.realm.epoch++), IAM_E_SESSION_GONE, IAM_E_SESSION_GONE,
                  IAM_E_GRANT_INVALID },
                { BROKEN(w.user.credential_epoch++), IAM_E_SESSION_GONE, IAM_E_SESSION_GONE,
                  IAM_E_GRANT_INVALID },
                { BROKEN(w.user.authz_epoch++), 0, 0, 0 },
                { BROKEN(w.client.epoch++), 0, 0, IAM_E_GRANT_INVALID },
                { BROKEN(w.session.ended_at = NOW), IAM_E_SESSION_GONE, 0, IAM_E_SESSION_GONE },
                { BROKEN(w.login.closed_at = NOW), 0, IAM_E_SESSION_GONE, 0 },
                { BROKEN(w.grant.ended_at = NOW), 0, 0, IAM_E_GRANT_INVALID },
                { BROKEN(w.user.id.bytes[0]++), IAM_E_SESSION_GONE, IAM_E_SESSION_GONE,
                  IAM_E_GRANT_INVALID },
                { BROKEN(w.client.id.bytes[0]++), 0, 0, IAM_E_GRANT_INVALID },
                { BROKEN(w.user.realm.id.bytes[0]++), IAM_E_SESSION_GONE, IAM_E_SESSION_GONE,
                  IAM_E_GRANT_INVALID },
                { BROKEN(w.grant.session.bytes[0]++), 0, 0, IAM_E_SESSION_GONE },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ASSERT_CODE(session_of(&cases[i].whole, NOW), cases[i].session);
                ASSERT_CODE(login_of(&cases[i].whole), cases[i].login);
                ASSERT_CODE(grant_of(&cases[i].whole), cases[i].grant);
        }
}

TEST(a_session_ends_when_idle_and_when_old) {
        Whole w = whole();
        const Usec idle = w.realm.settings.session_idle_timeout * USEC_PER_SEC;
        const Usec lifetime = w.realm.settings.session_lifetime * USEC_PER_SEC;

        ASSERT_OK(session_of(&w, NOW + idle - 1));
        ASSERT_CODE(session_of(&w, NOW + idle), IAM_E_SESSION_GONE);
        w.session.last_seen_at = NOW + lifetime;
        ASSERT_OK(session_of(&w, NOW + lifetime - 1));
        ASSERT_CODE(session_of(&w, NOW + lifetime), IAM_E_SESSION_GONE);
}

TEST(an_offline_grant_needs_no_session) {
        Whole w = whole();

        ASSERT_CODE(grant_check(&w.grant, &w.realm, &w.client, &w.user, NULL, NOW),
                    IAM_E_SESSION_GONE);
        w.grant.session = (Id){};
        ASSERT_OK(grant_check(&w.grant, &w.realm, &w.client, &w.user, NULL, NOW));
}
