/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in, in browsers and on hosts, and the end of that. */
#include "daemon/core/session.h"
#include "base/reason.h"
#include "daemon/app/user.h"

typedef struct SessionListing {
        AppCall *call;
        Txn *txn;
        SessionRow *rows;
        size_t n;
        User user; /* of the row before: lists often repeat it */
} SessionListing;

static int listing_user(SessionListing *l, const Id *id) {
        if (!id_is_null(&l->user.id) && id_equal(&l->user.id, id))
                return 0;
        return l->call->app->store.users->by_id(
                        l->txn, &l->call->realm.id, id, l->call->arena, &l->user);
}

/* Only what still opens a door is shown. */
static int add_browser(SessionListing *l, const Session *session) {
        int r = listing_user(l, &session->user);

        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r;
        if (session_check(session, &l->call->realm, &l->user, l->call->now) != 0)
                return 0;
        SessionRow *row = &l->rows[l->n++];
        *row = (SessionRow){
                .id = call_id_text(l->call, &session->id),
                .kind = "browser",
                .user = l->user.name,
                .amr = session->auth.amr,
                .address = session->address,
                .started_at = session->created_at,
                .seen_at = session->last_seen_at,
        };
        return row->id == NULL ? -ENOMEM : 0;
}

static int add_host(SessionListing *l, const HostLogin *login) {
        int r = listing_user(l, &login->user);

        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r;
        if (host_login_check(login, &l->call->realm, &l->user, l->call->now) != 0)
                return 0;
        SessionRow *row = &l->rows[l->n++];
        *row = (SessionRow){
                .id = call_id_text(l->call, &login->id),
                .kind = "host",
                .user = l->user.name,
                .amr = login->auth.amr,
                .service = login->service,
                .tty = login->tty,
                .address = login->address,
                .started_at = login->opened_at,
        };
        return row->id == NULL ? -ENOMEM : 0;
}

int app_session_list(AppCall *call, Txn *txn) {
        const SessionOps *sessions = call->app->store.sessions;
        const SessionListIn *in = call->in;
        SessionListOut *out = call->out;
        SessionListing listing = { .call = call, .txn = txn };
        Page page = { .limit = WIRE_PAGE_MAX / 2 };
        const Id *only = NULL;
        HostLoginList logins;
        SessionList browsers;
        int r;

        if (in->user != NULL) {
                r = call_user(call, txn, in->user, "user", &listing.user);
                if (r != 0)
                        return r;
                only = arena_memdup(call->arena, &listing.user.id, sizeof(Id));
                if (only == NULL)
                        return -ENOMEM;
        }
        r = sessions->list(txn, &call->realm.id, only, call->arena, &page, &browsers);
        if (r == 0)
                r = sessions->login_list(txn, &call->realm.id, only, call->arena, &page, &logins);
        if (r != 0)
                return r;
        listing.rows = CALL_ROWS(call, SessionRow, browsers.n + logins.n, &out->sessions);
        if (listing.rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; r == 0 && i < browsers.n; i++)
                r = add_browser(&listing, &browsers.items[i]);
        for (size_t i = 0; r == 0 && i < logins.n; i++)
                r = add_host(&listing, &logins.items[i]);
        out->sessions.n = listing.n;
        return r;
}

/* Everything of a user: what "sign out everywhere" means. */
static int end_all(AppCall *call, Txn *txn, const char *name) {
        User user;
        int r;

        r = call_user(call, txn, name, "user", &user);
        if (r != 0)
                return r;
        user.credential_epoch++;
        return user_update(call, txn, &user);
}

int app_session_end(AppCall *call, Txn *txn) {
        const SessionOps *sessions = call->app->store.sessions;
        const SessionEndIn *in = call->in;
        Session session;
        Id id;
        int r;

        if ((in->id == NULL) == (in->user == NULL))
                return call_blame(call, in->id == NULL ? IAM_E_MISSING : IAM_E_INVALID, "id");
        if (in->user != NULL)
                return end_all(call, txn, in->user);

        r = call_expect(call, id_parse(in->id, &id) == 0, "id");
        if (r != 0)
                return r;
        r = sessions->by_id(txn, &call->realm.id, &id, call->arena, &session);
        if (r == 0)
                r = sessions->end(txn, &call->realm.id, &id, call->now);
        else if (r == IAM_E_NOT_FOUND)
                r = sessions->login_close(txn, &call->realm.id, &id, call->now);
        if (r > 0)
                return call_blame(call, r, "id");
        if (r == 0)
                call_target(call, "session", &id, NULL);
        return r;
}
