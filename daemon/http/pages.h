/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages for people: server-rendered, usable without JavaScript and with a screen reader.  Every
 * text goes through the escaping writer; there is no script and no inline style.
 */
#pragma once

#include "daemon/app/login.h"
#include "daemon/http/http.h"

/* What the name of a field that is asked for twice ends with the second time. */
#define PAGE_AGAIN "-again"

int page_error(const HttpRequest *request, int status, const char *words, HttpReply *reply);
/* The attempt's prompts as a form.  client: whom the person signs in to, or NULL. */
typedef struct LoginPage {
        const Realm *realm;
        const LoginStep *step;
        const char *action; /* where the form posts to, with its query */
        const char *csrf;
        const char *client;
        const char *name_hint; /* fills the user name in, or NULL */
        const char *redirect_uri; /* where the browser goes afterwards, for form-action; or NULL */
        const char *cancel; /* where it goes instead, or NULL */
} LoginPage;
int page_login(const HttpRequest *request, const LoginPage *page, HttpReply *reply);

typedef struct LogoutPage {
        const Realm *realm;
        const char *action;
        const char *csrf;
        const char *id_token_hint;
        const char *client_id;
        const char *post_logout_redirect_uri;
        const char *state;
} LogoutPage;
/* The realm's name for people. */
const char *page_realm_title(const Realm *realm);
int page_sign_out(const HttpRequest *request, const LogoutPage *page, HttpReply *reply);
int page_signed_out(const HttpRequest *request, const Realm *realm, HttpReply *reply);
/* OAuth 2.0 Form Post Response Mode: a form that a person sends on without JavaScript. */
int page_form_post(
                const HttpRequest *request, const char *action, const HttpHeader *fields, size_t n,
                HttpReply *reply);
