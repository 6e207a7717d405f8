/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RP-Initiated Logout 1.0.  A valid ID token of this session's user ends it at once; anything else
 * asks the person first, so that no page can sign people out behind their back.
 */
#include "daemon/app/access_token.h"
#include "daemon/app/oidc.h"
#include "daemon/core/redirect_uri.h"

#include "base/reason.h"

typedef struct LogoutCall {
        App *app;
        Arena *arena;
        const Caller *caller;
        const Realm *realm;
        const LogoutIn *in;
        Usec now;
        bool has_cookie;
        Sha256 cookie;
        bool has_hint;
        IdTokenHint hint;
        const char *client_id; /* whom the redirect URI must belong to, or NULL */
        bool has_session;
        Session session;
        bool uri_is_registered;
} LogoutCall;

static int load_run(Txn *txn, void *context) {
        LogoutCall *call = context;
        const StorePort *store = &call->app->store;
        const char *uri = call->in->post_logout_redirect_uri;
        Client client;
        int r;

        call->has_session = false;
        call->uri_is_registered = false;
        if (call->has_cookie) {
                r = store->sessions->by_cookie(
                                txn, &call->realm->id, &call->cookie, call->arena, &call->session);
                if (r != 0 && r != IAM_E_NOT_FOUND)
                        return r;
                call->has_session = r == 0 && call->session.ended_at == 0;
        }
        if (uri == NULL || call->client_id == NULL)
                return 0;
        r = store->clients->by_name(txn, &call->realm->id, call->client_id, call->arena, &client);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r;
        call->uri_is_registered = str_list_has(&client.post_logout_uris, uri);
        return 0;
}

static int end_run(Txn *txn, void *context) {
        LogoutCall *call = context;
        const AuditEvent event = {
                .kind = EVENT_SESSION_ENDED,
                .success = true,
                .actor_kind = "user",
                .actor = call->session.user,
                .target_kind = "session",
                .target = call->session.id,
        };
        int r;

        r = call->app->store.sessions->end(txn, &call->realm->id, &call->session.id, call->now);
        if (r != 0)
                return r == IAM_E_NOT_FOUND ? 0 : r;
        return app_audit(call->app, txn, call->caller, &call->realm->id, call->now, &event);
}

/* The hint, and agreement of client_id with it (section 2). */
static int read_hint(LogoutCall *call) {
        const LogoutIn *in = call->in;
        int r;

        if (in->id_token_hint == NULL)
                return 0;
        r = id_token_hint_check(
                        call->app, call->arena, call->realm, in->id_token_hint, &call->hint);
        if (r < 0)
                return r;
        if (r > 0 || (in->client_id != NULL && !str_eq(in->client_id, call->hint.client_id)))
                return IAM_E_REQUEST_INVALID;
        call->has_hint = true;
        call->client_id = call->hint.client_id;
        return 0;
}

/* Of this very session where the hint names one: a person may have signed in anew since. */
static bool hint_is_of_session(const LogoutCall *call) {
        const Id *sid = &call->hint.session;

        return call->has_hint && id_equal(&call->hint.user, &call->session.user) &&
               (id_is_null(sid) || id_equal(sid, &call->session.id));
}

int app_logout(App *app, Arena *arena, const Caller *caller, const Realm *realm, const LogoutIn *in,
               LogoutOut *ret) {
        LogoutCall call = {
                .app = app,
                .arena = arena,
                .caller = caller,
                .realm = realm,
                .in = in,
                .now = app->clock.now(app->clock.self),
                .client_id = in->client_id,
        };
        LogoutOut out = {};
        int r;

        if (in->session != NULL && !secret_is_empty(in->session)) {
                app->crypto.secret_sha256(in->session, &call.cookie);
                call.has_cookie = true;
        }
        r = read_hint(&call);
        if (r != 0)
                return r;
        r = app->store.read(app->store.self, load_run, &call);
        if (r != 0)
                return r;
        if (in->post_logout_redirect_uri != NULL && !call.uri_is_registered)
                return IAM_E_REDIRECT_MISMATCH;
        if (call.has_session && !in->confirmed && !hint_is_of_session(&call)) {
                *ret = (LogoutOut){ .ask = true };
                return 0;
        }
        if (call.has_session) {
                r = app->store.txn(app->store.self, end_run, &call);
                if (r != 0)
                        return r;
        }
        out.signed_out = true;
        /* Without the hint there is no proof who asks, but a person who pressed the button. */
        if (in->post_logout_redirect_uri != NULL && (call.has_hint || in->confirmed)) {
                out.location = redirect_uri_with(
                                arena, in->post_logout_redirect_uri, "state", in->state);
                if (out.location == NULL)
                        return -ENOMEM;
        }
        *ret = out;
        return 0;
}
