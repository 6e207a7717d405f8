/* SPDX-License-Identifier: Apache-2.0 */
/* The login page: the prompts of an attempt as a form, its answers, and where it leads. */
#include "daemon/http/login.h"

#include "base/encode.h"
#include "base/reason.h"
#include "base/secret_bytes.h"
#include "daemon/app/messages.h"
#include "daemon/app/self.h"
#include "daemon/http/account.h"
#include "daemon/http/cookie.h"
#include "daemon/http/form.h"
#include "daemon/http/oauth.h"
#include "daemon/http/pages.h"

#include <string.h>

#define TAG_SIZE 9 /* 8 hex digits that name an attempt, and the NUL */
#define DEVICE_COOKIE_AGE (INT64_C(400) * 86400) /* seconds; browsers keep cookies no longer */

/* One login under way in this browser: the tag is in the URL, the handle in a cookie of its own,
 * so that two tabs do not take each other's place. */
typedef struct BrowserAttempt {
        char tag[TAG_SIZE];
        Secret handle;
} BrowserAttempt;

static void browser_attempt_done(BrowserAttempt *attempt) {
        secret_clear(&attempt->handle);
}

static const char *attempt_cookie(const HttpRequest *request, const char *tag) {
        return arena_printf(request->arena, "iam-attempt-%s", tag);
}

static const char *device_cookie(const HttpRequest *request, const Realm *realm) {
        return arena_printf(request->arena, "iam-device-%s", realm->name);
}

static const char *attempt_url(const HttpRequest *request, const Realm *realm, const char *tag) {
        const char *issuer = app_issuer(request->app, request->arena, realm);

        if (issuer == NULL)
                return NULL;
        return arena_printf(
                        request->arena, "%s/login-actions/authenticate?attempt=%s", issuer, tag);
}

int login_device_read(const HttpRequest *request, const Realm *realm, const char **ret) {
        const char *name = device_cookie(request, realm);
        int r;

        if (name == NULL)
                return -ENOMEM;
        r = cookie_read(request, name, ret);
        if (r == IAM_E_NOT_FOUND)
                *ret = NULL;
        return r < 0 ? r : 0;
}

int login_session_read(const HttpRequest *request, const Realm *realm, Secret *ret) {
        const char *name = oauth_session_cookie(request, realm);

        return name == NULL ? -ENOMEM : cookie_read_secret(request, name, ret);
}

int login_reply(const HttpRequest *request, const Realm *realm, const LoginStep *login,
                HttpReply *reply) {
        const char *name;
        char tag[TAG_SIZE];
        Sha256 hash;
        int r;

        request->app->crypto.secret_sha256(&login->handle, &hash);
        hex_encode(hash.bytes, (TAG_SIZE - 1) / 2, tag);
        name = attempt_cookie(request, tag);
        if (name == NULL)
                return -ENOMEM;
        r =
                        cookie_write(request, reply, name, &login->handle,
                                     realm->settings.temporary_token_lifetime);
        if (r < 0)
                return r;
        return http_reply_see_other(reply, attempt_url(request, realm, tag));
}

typedef struct AttemptQuery {
        const char *attempt;
} AttemptQuery;

static int read_attempt(HttpRequest *request, BrowserAttempt *ret) {
        static const FormField fields[] = { { "attempt", offsetof(AttemptQuery, attempt),
                                              TAG_SIZE - 1 } };
        AttemptQuery query = {};
        const char *name;
        int r;

        r = form_read(request->arena, request->query, fields, ELEMENTSOF(fields), &query, NULL);
        if (r != 0)
                return r;
        if (query.attempt == NULL || strlen(query.attempt) != TAG_SIZE - 1 ||
            strspn(query.attempt, "0123456789abcdef") != TAG_SIZE - 1)
                return IAM_E_ATTEMPT_GONE;
        memcpy(ret->tag, query.attempt, TAG_SIZE);
        name = attempt_cookie(request, ret->tag);
        if (name == NULL)
                return -ENOMEM;
        r = cookie_read_secret(request, name, &ret->handle);
        if (r < 0)
                return r;
        return secret_is_empty(&ret->handle) ? IAM_E_ATTEMPT_GONE : 0;
}

static int
show_login(HttpRequest *request, const Realm *realm, const BrowserAttempt *attempt,
           const LoginStep *step, const char *typed_name, HttpReply *reply) {
        LoginContext context = {};
        LoginPage page = { .realm = realm, .step = step };
        int r = 0;

        if (!id_is_null(&step->request))
                r = app_login_context(
                                request->app, request->arena, realm, &step->request, &context);
        else if (step->purpose != PURPOSE_LOGIN)
                page.cancel = account_url(request, realm, "account");
        if (r != 0)
                return r;
        r = oauth_csrf_make(request, &attempt->handle, &page.csrf);
        if (r < 0)
                return r;
        page.action = attempt_url(request, realm, attempt->tag);
        if (page.action == NULL)
                return -ENOMEM;
        page.client = context.client;
        page.redirect_uri = context.redirect_uri;
        page.name_hint = str_or(typed_name, context.login_hint);
        return page_login(request, &page, reply);
}

/* Where the attempt stands, for the browser that may take it further. */
static int
resume(HttpRequest *request, const Realm *realm, const BrowserAttempt *attempt, LoginStep *ret) {
        CLEANUP(secret_clear) Secret session = {};
        const SelfCaller self = {
                .app = request->app,
                .arena = request->arena,
                .caller = &request->caller,
                .realm = realm,
                .session = &session,
        };
        int r;

        r = app_login_resume(
                        request->app, request->arena, &request->caller, &realm->id,
                        &attempt->handle, ret);
        if (r == 0)
                r = login_session_read(request, realm, &session);
        if (r == 0)
                r = app_self_may_go_on(&self, ret);
        secret_clear(&ret->handle);
        return r;
}

int login_get(HttpRequest *request, HttpReply *reply) {
        CLEANUP(browser_attempt_done) BrowserAttempt attempt = {};
        LoginStep step = {};
        Realm realm;
        int r;

        r = oauth_realm(request, &realm);
        if (r != 0)
                return r;
        r = read_attempt(request, &attempt);
        if (r != 0)
                return r;
        r = resume(request, &realm, &attempt, &step);
        if (r != 0)
                return r;
        return show_login(request, &realm, &attempt, &step, /* typed_name= */ NULL, reply);
}

/* The answers as the form brought them, named by the prompts that were asked. */
typedef struct Answers {
        const char *csrf;
        const char *typed_name; /* shown again when it did not match, or NULL */
        const char *texts[LOGIN_PROMPTS_MAX];
        const char *again_texts[LOGIN_PROMPTS_MAX];
        Secret secrets[LOGIN_PROMPTS_MAX];
        Secret again_secrets[LOGIN_PROMPTS_MAX];
        LoginAnswer items[LOGIN_PROMPTS_MAX];
        size_t n;
} Answers;

static void answers_done(Answers *answers) {
        for (size_t i = 0; i < LOGIN_PROMPTS_MAX; i++) {
                secret_clear(&answers->secrets[i]);
                secret_clear(&answers->again_secrets[i]);
        }
}

static int
answers_fields(Arena *arena, const LoginStep *step, FormField ret[static 2 * LOGIN_PROMPTS_MAX + 1],
               size_t *ret_n) {
        size_t n = 0;

        ret[n++] = (FormField){ "csrf", offsetof(Answers, csrf), BASE64_SIZE(SHA256_SIZE) };
        for (size_t i = 0; i < step->n_prompts; i++) {
                const Prompt *prompt = &step->prompts[i];

                ret[n++] = (FormField){
                        .name = prompt->id,
                        .offset = offsetof(Answers, texts) + i * sizeof(char *),
                        .max = SECRET_MAX,
                };
                if (prompt->kind != PROMPT_NEW)
                        continue;
                ret[n++] = (FormField){
                        .name = arena_printf(arena, "%s" PAGE_AGAIN, prompt->id),
                        .offset = offsetof(Answers, again_texts) + i * sizeof(char *),
                        .max = SECRET_MAX,
                };
                if (ret[n - 1].name == NULL)
                        return -ENOMEM;
        }
        *ret_n = n;
        return 0;
}

/* Out of the form, which is wiped where it stood. */
static int take_secret(const char *given, Secret *ret) {
        char *text = (char *) (uintptr_t) given;

        return text != NULL ? secret_move_in(ret, text, strlen(text)) : 0;
}

static int answers_take(Arena *arena, const LoginStep *step, Answers *answers) {
        for (size_t i = 0; i < step->n_prompts; i++) {
                int r;

                if (answers->texts[i] == NULL)
                        continue;
                if (step->prompts[i].kind == PROMPT_TEXT) {
                        answers->typed_name = arena_strdup(arena, answers->texts[i]);
                        if (answers->typed_name == NULL)
                                return -ENOMEM;
                }
                r = take_secret(answers->texts[i], &answers->secrets[i]);
                if (r == 0)
                        r = take_secret(answers->again_texts[i], &answers->again_secrets[i]);
                if (r < 0)
                        return r;
                answers->items[answers->n++] = (LoginAnswer){
                        .id = step->prompts[i].id,
                        .value = &answers->secrets[i],
                        .again = &answers->again_secrets[i],
                };
        }
        return 0;
}

static int answers_read(HttpRequest *request, const LoginStep *step, Answers *answers) {
        FormField fields[2 * LOGIN_PROMPTS_MAX + 1];
        const char *body;
        size_t n;
        int r;

        r = answers_fields(request->arena, step, fields, &n);
        if (r == 0)
                r = oauth_body(request, &body);
        if (r == 0)
                r = form_read(request->arena, body, fields, n, answers, NULL);
        return r != 0 ? r : answers_take(request->arena, step, answers);
}

static int
set_cookies(HttpRequest *request, const Realm *realm, const BrowserAttempt *attempt,
            const LoginStep *step, const Secret *session, HttpReply *reply) {
        const char *session_name = oauth_session_cookie(request, realm);
        const char *device_name = device_cookie(request, realm);
        const char *attempt_name = attempt_cookie(request, attempt->tag);
        int r;

        if (session_name == NULL || device_name == NULL || attempt_name == NULL)
                return -ENOMEM;
        r = cookie_write(request, reply, session_name, session, /* max_age= */ -1);
        if (r < 0)
                return r;
        if (step->new_device) {
                r = cookie_write(request, reply, device_name, &step->device, DEVICE_COOKIE_AGE);
                if (r < 0)
                        return r;
        }
        return cookie_delete(request, reply, attempt_name);
}

/* An attempt without an authorization request came from our own pages, and says which one. */
static int
finish_here(HttpRequest *request, const Realm *realm, const BrowserAttempt *attempt,
            const LoginStep *step, const Secret *former, HttpReply *reply) {
        CLEANUP(secret_clear) Secret session = {};
        const SelfCaller self = {
                .app = request->app,
                .arena = request->arena,
                .caller = &request->caller,
                .realm = realm,
                .session = former,
        };
        const char *onward = NULL;
        int r;

        r = app_self_enter(&self, step, &session);
        if (r == 0)
                r = set_cookies(request, realm, attempt, step, &session, reply);
        if (r == 0 && step->purpose == PURPOSE_CHANGE)
                r = account_done_url(request, realm, "password", &session, &onward);
        else if (r == 0)
                onward = account_url(request, realm, step->service);
        return r != 0 ? r : http_reply_see_other(reply, onward);
}

static int
finish(HttpRequest *request, const Realm *realm, const BrowserAttempt *attempt,
       const LoginStep *step, HttpReply *reply) {
        CLEANUP(secret_clear) Secret former = {};
        AuthorizeOut out = {};
        int r;

        r = login_session_read(request, realm, &former);
        if (r < 0)
                return r;
        if (id_is_null(&step->request))
                return finish_here(request, realm, attempt, step, &former, reply);
        r = app_authorize_finish(
                        request->app, request->arena, &request->caller, realm, step, &former, &out);
        if (r == 0)
                r = set_cookies(request, realm, attempt, step, &out.session, reply);
        if (r == 0)
                r = oauth_reply_onward(request, &out.reply, reply);
        secret_clear(&out.session);
        return r;
}

static void log_step(const HttpRequest *request, const LoginStep *step) {
        const char *line = login_line(request->arena, DOOR_BROWSER, step);

        if (line == NULL)
                return;
        log_event(request->log, step->outcome == LOGIN_DONE ? LOG_LOGIN : LOG_LOGIN_REFUSED,
                  LOG_FIELDS({ "IAM_USER", step->account }, { "IAM_REALM", step->realm_name },
                             { "IAM_ADDRESS", step->address },
                             { "IAM_TRACE", request->caller.trace },
                             { "IAM_REASON", reason_name(step->reason) }),
                  "%s", line);
}

static int
answer(HttpRequest *request, const Realm *realm, const BrowserAttempt *attempt,
       const Answers *answers, HttpReply *reply) {
        LoginStep step = {};
        int r;

        r = app_login_answer(
                        request->app, request->arena, &request->caller, &realm->id,
                        &attempt->handle, &(LoginAnswers){ answers->items, answers->n }, &step);
        if (r != 0)
                return r;
        log_step(request, &step);
        switch (step.outcome) {
        case LOGIN_ASK:
                r = show_login(request, realm, attempt, &step, answers->typed_name, reply);
                break;
        case LOGIN_DONE:
                r = finish(request, realm, attempt, &step, reply);
                break;
        case LOGIN_REFUSED:
                r = page_error(request, 403,
                               str_or(step.notice, message_text(step.language, MESSAGE_REFUSED)),
                               reply);
                break;
        case SENTINELS(LOGIN):
                r = -EINVAL;
                break;
        }
        secret_clear(&step.handle);
        secret_clear(&step.device);
        return r;
}

int login_post(HttpRequest *request, HttpReply *reply) {
        CLEANUP(browser_attempt_done) BrowserAttempt attempt = {};
        CLEANUP(answers_done) Answers answers = {};
        LoginStep asked = {};
        Realm realm;
        int r;

        r = oauth_realm(request, &realm);
        if (r != 0)
                return r;
        r = read_attempt(request, &attempt);
        if (r != 0)
                return r;
        r = resume(request, &realm, &attempt, &asked);
        if (r != 0)
                return r;
        r = answers_read(request, &asked, &answers);
        if (r != 0)
                return r;
        r = oauth_csrf_check(request, &attempt.handle, answers.csrf);
        if (r != 0)
                return r;
        return answer(request, &realm, &attempt, &answers, reply);
}
