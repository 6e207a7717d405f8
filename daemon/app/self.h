/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person sees and changes of himself, in a browser where he is signed in.  Every call finds
 * the session behind the cookie anew: IAM_E_SESSION_GONE without a live one.  A change to a factor
 * wants every factor proven a moment ago: IAM_E_FRESH_FACTOR.
 */
#pragma once

#include "daemon/app/login.h"
#include "daemon/app/totp.h"

#define SELF_SESSIONS_MAX 100 /* of each kind, on the page */

typedef struct SelfCaller {
        App *app;
        Arena *arena;
        const Caller *caller; /* a stranger, until the session says who */
        const Realm *realm;
        const Secret *session; /* the SSO cookie, or empty */
} SelfCaller;

/* A session in a browser, or a login on a host. */
typedef struct SelfSession {
        const char *id; /* of a session in a browser; NULL: a login on a host */
        const char *agent; /* the browser, as it calls itself, or NULL */
        const char *service; /* on a host: the PAM service */
        const char *tty;
        const char *address;
        Usec started_at;
        Usec seen_at; /* 0 on a host */
        bool is_this;
} SelfSession;

typedef struct SelfView {
        User user;
        StrList groups; /* full paths */
        StrList roles;
        bool has_totp;
        Usec totp_at; /* since when */
        Usec password_at; /* when it was chosen; 0: there is none */
        bool is_fresh; /* factors may be changed now */
        SelfSession *sessions;
        size_t n_sessions;
} SelfView;

int app_self_view(const SelfCaller *self, SelfView *ret);

/* Begins an attempt that leads to `where` ("account", "account/totp"): PURPOSE_REAUTH or
 * PURPOSE_CHANGE of the signed-in user, or PURPOSE_LOGIN of anybody. */
int app_self_prove(
                const SelfCaller *self, Purpose purpose, const char *where, const char *device,
                LoginStep *ret);
/* Before each of its steps: whoever signed out, or was, proves nothing more for the session that
 * he had, and nothing for another one.  IAM_E_ATTEMPT_GONE: another purpose than a login, and the
 * session that it was begun in is not the one here. */
int app_self_may_go_on(const SelfCaller *self, const LoginStep *step);
/* After such an attempt is done: the session goes on, or begins, under a new cookie. */
int app_self_enter(const SelfCaller *self, const LoginStep *login, Secret *ret_cookie);

/* IAM_E_NOT_FOUND: no session of this user. */
int app_self_end_session(const SelfCaller *self, const char *id);
/* All of them, this one too, by the credential epoch. */
int app_self_end_all(const SelfCaller *self);

/* self_totp.c: a second factor is offered, counts once its first code was typed, and is removed.
 * IAM_E_EXISTS: there is one. */
int app_self_totp_offer(const SelfCaller *self, const char **ret_id, TotpOffer *ret);
/* IAM_E_WRONG_CODE, IAM_E_CODE_REPLAYED; IAM_E_NOT_FOUND: not the offer that was made last, or one
 * of long ago. */
int app_self_totp_confirm(const SelfCaller *self, const char *id, const Secret *code);
/* All other sessions end, and this one goes on under a new cookie. */
int app_self_totp_remove(const SelfCaller *self, Secret *ret_cookie);
