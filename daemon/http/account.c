/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/account.h"

#include "base/encode.h"
#include "base/reason.h"
#include "base/secret_bytes.h"
#include "daemon/http/cookie.h"
#include "daemon/http/form.h"
#include "daemon/http/login.h"
#include "daemon/http/oauth.h"
#include "daemon/http/pages.h"

#include <string.h>

/* A request to one of these pages: whose realm, and the cookie it came with. */
typedef struct Visit {
        HttpRequest *request;
        Realm realm;
        Secret session;
} Visit;

typedef struct AccountForm {
        const char *csrf;
        const char *action;
        const char *id;
        const char *code;
} AccountForm;

#define FIELD(name, most)                                                                          \
        { #name, offsetof(AccountForm, name), most }

static const FormField form_fields[] = {
        FIELD(csrf, BASE64_SIZE(SHA256_SIZE)),
        FIELD(action, 16),
        FIELD(id, ID_TEXT_SIZE),
        FIELD(code, 64),
};

static void visit_done(Visit *visit) {
        secret_clear(&visit->session);
}

static int visit_begin(Visit *visit, HttpRequest *request) {
        int r;

        visit->request = request;
        r = oauth_realm(request, &visit->realm);
        return r != 0 ? r : login_session_read(request, &visit->realm, &visit->session);
}

static SelfCaller self_of(const Visit *visit) {
        return (SelfCaller){
                .app = visit->request->app,
                .arena = visit->request->arena,
                .caller = &visit->request->caller,
                .realm = &visit->realm,
                .session = &visit->session,
        };
}

const char *account_url(const HttpRequest *request, const Realm *realm, const char *where) {
        const char *issuer = app_issuer(request->app, request->arena, realm);

        if (issuer == NULL || where == NULL)
                return NULL;
        return arena_printf(request->arena, "%s/%s", issuer, where);
}

static const char *done_use(const HttpRequest *request, const char *done) {
        return arena_printf(request->arena, "account-done %s", done);
}

int account_done_url(
                const HttpRequest *request, const Realm *realm, const char *done,
                const Secret *session, const char **ret) {
        const char *use = done_use(request, done);
        const char *mark;
        int r;

        if (use == NULL)
                return -ENOMEM;
        r = oauth_mark_make(request, use, session, &mark);
        if (r < 0)
                return r;
        *ret = account_url(
                        request, realm,
                        arena_printf(request->arena, "account?done=%s&mark=%s", done, mark));
        return *ret == NULL ? -ENOMEM : 0;
}

/* Anybody may send a person to "?done=password"; only we say that it was. */
typedef struct DoneQuery {
        const char *done;
        const char *mark;
} DoneQuery;

static int read_done(const Visit *visit, const char **ret) {
        static const FormField fields[] = {
                { "done", offsetof(DoneQuery, done), 16 },
                { "mark", offsetof(DoneQuery, mark), BASE64_SIZE(SHA256_SIZE) },
        };
        const HttpRequest *request = visit->request;
        DoneQuery query = {};
        const char *expected;
        const char *use;
        int r;

        *ret = NULL;
        r = form_read(request->arena, request->query, fields, ELEMENTSOF(fields), &query, NULL);
        if (r != 0 || query.done == NULL || query.mark == NULL)
                return r;
        use = done_use(request, query.done);
        if (use == NULL)
                return -ENOMEM;
        r = oauth_mark_make(request, use, &visit->session, &expected);
        if (r == 0 && bytes_equal(expected, strlen(expected), query.mark, strlen(query.mark)))
                *ret = query.done;
        return r;
}

static int go_done(const Visit *visit, const char *done, const Secret *session, HttpReply *reply) {
        const char *url;
        int r = account_done_url(visit->request, &visit->realm, done, session, &url);

        return r != 0 ? r : http_reply_see_other(reply, url);
}

static int go(const Visit *visit, const char *where, HttpReply *reply) {
        return http_reply_see_other(reply, account_url(visit->request, &visit->realm, where));
}

/* Asks for proofs, and comes back to `where`. */
static int prove(const Visit *visit, Purpose purpose, const char *where, HttpReply *reply) {
        const SelfCaller self = self_of(visit);
        const char *device = NULL;
        LoginStep step = {};
        int r;

        r = login_device_read(visit->request, &visit->realm, &device);
        if (r == 0)
                r = app_self_prove(&self, purpose, where, device, &step);
        if (r == 0)
                r = login_reply(visit->request, &visit->realm, &step, reply);
        secret_clear(&step.handle);
        return r;
}

/* What a page does about a session that is none, or whose proofs are too old. */
static int turn_away(const Visit *visit, int r, const char *where, HttpReply *reply) {
        if (r == IAM_E_SESSION_GONE)
                return prove(visit, PURPOSE_LOGIN, where, reply);
        return r == IAM_E_FRESH_FACTOR ? prove(visit, PURPOSE_REAUTH, where, reply) : r;
}

/* A form of ours, sent from our page by the session that it was made for. */
static int read_form(const Visit *visit, AccountForm *ret) {
        const char *body;
        int r;

        r = oauth_body(visit->request, &body);
        if (r == 0)
                r = form_read(visit->request->arena, body, form_fields, ELEMENTSOF(form_fields),
                              ret, NULL);
        return r != 0 ? r : oauth_csrf_check(visit->request, &visit->session, ret->csrf);
}

int account_get(HttpRequest *request, HttpReply *reply) {
        CLEANUP(visit_done) Visit visit = {};
        AccountPage page = { .realm = &visit.realm };
        SelfCaller self;
        SelfView view;
        int r;

        r = visit_begin(&visit, request);
        if (r != 0)
                return r;
        r = read_done(&visit, &page.done);
        if (r != 0)
                return r;
        self = self_of(&visit);
        r = app_self_view(&self, &view);
        if (r != 0)
                return turn_away(&visit, r, "account", reply);
        page.view = &view;
        r = oauth_csrf_make(request, &visit.session, &page.csrf);
        return r != 0 ? r : page_account(request, &page, reply);
}

int account_password_post(HttpRequest *request, HttpReply *reply) {
        CLEANUP(visit_done) Visit visit = {};
        AccountForm form = {};
        int r;

        r = visit_begin(&visit, request);
        if (r == 0)
                r = read_form(&visit, &form);
        if (r != 0)
                return r;
        r = prove(&visit, PURPOSE_CHANGE, "account", reply);
        return r == IAM_E_SESSION_GONE ? go(&visit, "account", reply) : r;
}

static int signed_out(const Visit *visit, HttpReply *reply) {
        const char *cookie = oauth_session_cookie(visit->request, &visit->realm);
        int r;

        if (cookie == NULL)
                return -ENOMEM;
        r = cookie_delete(visit->request, reply, cookie);
        return r != 0 ? r : page_signed_out(visit->request, &visit->realm, reply);
}

int account_sessions_post(HttpRequest *request, HttpReply *reply) {
        CLEANUP(visit_done) Visit visit = {};
        AccountForm form = {};
        SelfCaller self;
        int r;

        r = visit_begin(&visit, request);
        if (r == 0)
                r = read_form(&visit, &form);
        if (r != 0)
                return r;
        self = self_of(&visit);
        if (str_eq(form.action, "end-all")) {
                r = app_self_end_all(&self);
                if (r == 0)
                        return signed_out(&visit, reply);
        } else {
                r = app_self_end_session(&self, form.id);
                if (r == 0)
                        return go_done(&visit, "session", &visit.session, reply);
        }
        return r == IAM_E_SESSION_GONE ? go(&visit, "account", reply) : r;
}

static int show_totp(const Visit *visit, TotpPage *page, HttpReply *reply) {
        int r = oauth_csrf_make(visit->request, &visit->session, &page->csrf);

        page->realm = &visit->realm;
        return r != 0 ? r : page_totp(visit->request, page, reply);
}

int account_totp_get(HttpRequest *request, HttpReply *reply) {
        CLEANUP(visit_done) Visit visit = {};
        TotpPage page = {};
        SelfCaller self;
        SelfView view;
        int r;

        r = visit_begin(&visit, request);
        if (r != 0)
                return r;
        self = self_of(&visit);
        r = app_self_view(&self, &view);
        if (r == 0 && !view.is_fresh)
                r = IAM_E_FRESH_FACTOR;
        if (r != 0)
                return turn_away(&visit, r, "account/totp", reply);
        page.removes = view.has_totp;
        return show_totp(&visit, &page, reply);
}

static int totp_offer(const Visit *visit, HttpReply *reply) {
        CLEANUP(totp_offer_clear) TotpOffer offer = {};
        const SelfCaller self = self_of(visit);
        TotpPage page = { .offer = &offer };
        int r;

        r = app_self_totp_offer(&self, &page.id, &offer);
        return r != 0 ? r : show_totp(visit, &page, reply);
}

static int totp_confirm(const Visit *visit, const AccountForm *form, HttpReply *reply) {
        CLEANUP(secret_clear) Secret code = {};
        const SelfCaller self = self_of(visit);
        TotpPage page = { .id = form->id, .was_wrong = true };
        const char *text = str_or(form->code, "");
        int r;

        r = secret_move_in(&code, (char *) (uintptr_t) text, strlen(text));
        if (r == 0)
                r = app_self_totp_confirm(&self, form->id, &code);
        if (r == 0)
                return go_done(visit, "totp", &visit->session, reply);
        if (r == IAM_E_WRONG_CODE || r == IAM_E_CODE_REPLAYED)
                return show_totp(visit, &page, reply);
        return r;
}

static int totp_remove(const Visit *visit, HttpReply *reply) {
        CLEANUP(secret_clear) Secret session = {};
        const char *cookie = oauth_session_cookie(visit->request, &visit->realm);
        const SelfCaller self = self_of(visit);
        int r;

        if (cookie == NULL)
                return -ENOMEM;
        r = app_self_totp_remove(&self, &session);
        if (r == 0)
                r = cookie_write(visit->request, reply, cookie, &session, /* max_age= */ -1);
        return r != 0 ? r : go_done(visit, "totp-removed", &session, reply);
}

int account_totp_post(HttpRequest *request, HttpReply *reply) {
        CLEANUP(visit_done) Visit visit = {};
        AccountForm form = {};
        int r;

        r = visit_begin(&visit, request);
        if (r == 0)
                r = read_form(&visit, &form);
        if (r != 0)
                return r;
        if (str_eq(form.action, "offer"))
                r = totp_offer(&visit, reply);
        else if (str_eq(form.action, "confirm"))
                r = totp_confirm(&visit, &form, reply);
        else if (str_eq(form.action, "remove"))
                r = totp_remove(&visit, reply);
        else
                r = IAM_E_REQUEST_INVALID;
        return turn_away(&visit, r, "account/totp", reply);
}
