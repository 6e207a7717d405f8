/* SPDX-License-Identifier: Apache-2.0 */
/* The account page: what a person sees and changes of himself. */
#pragma once

#include "daemon/app/self.h"
#include "daemon/http/http.h"

int account_get(HttpRequest *request, HttpReply *reply);
int account_password_post(HttpRequest *request, HttpReply *reply);
int account_sessions_post(HttpRequest *request, HttpReply *reply);
int account_totp_get(HttpRequest *request, HttpReply *reply);
int account_totp_post(HttpRequest *request, HttpReply *reply);

/* BASE/realms/REALM/WHERE.  NULL: out of memory. */
const char *account_url(const HttpRequest *request, const Realm *realm, const char *where);
/* That page, where it says what was done just now; nobody else can make it say so to this session.
 * done: a word of account_page.c. */
int account_done_url(
                const HttpRequest *request, const Realm *realm, const char *done,
                const Secret *session, const char **ret);

/* account_page.c: how it looks. */
typedef struct AccountPage {
        const Realm *realm;
        const char *csrf;
        const SelfView *view;
        const char *done; /* what has just happened, or NULL */
} AccountPage;
int page_account(const HttpRequest *request, const AccountPage *page, HttpReply *reply);

typedef struct TotpPage {
        const Realm *realm;
        const char *csrf;
        const char *id; /* of the offer, or NULL: none was made yet */
        const TotpOffer *offer; /* shown once, or NULL */
        bool removes; /* asks whether to remove */
        bool was_wrong; /* the code did not match */
} TotpPage;
int page_totp(const HttpRequest *request, const TotpPage *page, HttpReply *reply);

/* agent_name.c: "Firefox on Linux", of a User-Agent; NULL when nothing is known of it. */
const char *agent_name(Arena *arena, const char *agent);
