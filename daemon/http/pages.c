/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/pages.h"

#include "base/reason.h"
#include "base/str.h"
#include "daemon/http/html.h"

#include <string.h>

static const char *realm_title(const Realm *realm) {
        return str_is_empty(realm->display_name) ? realm->name : realm->display_name;
}

/* A reason's message, which is written small and without an end, as a sentence. */
static void put_sentence(Buf *page, const char *words) {
        size_t len = strlen(words);
        char first[2] = { words[0], '\0' };

        if (first[0] >= 'a' && first[0] <= 'z')
                first[0] = (char) (first[0] - 'a' + 'A');
        html_text(page, first);
        html_text(page, len > 0 ? words + 1 : NULL);
        if (len > 0 && strchr(".!?", words[len - 1]) == NULL)
                buf_put_char(page, '.');
}

int page_error(const HttpRequest *request, int status, const char *words, HttpReply *reply) {
        CLEANUP(buf_done) Buf page = BUF_INIT(PAGE_MAX);

        html_begin(&page, "Sign-in error", "That did not work");
        buf_put_str(&page, "<p role=\"alert\">");
        put_sentence(&page, words);
        buf_put_str(&page, "</p>\n<p>Go back to the application and try again. If this keeps "
                           "happening, tell your administrator this number: <code>");
        html_text(&page, request->caller.trace);
        buf_put_str(&page, "</code></p>\n");
        return html_end(&page, request, status, NULL, reply);
}

/* How a kind of prompt is typed: shown or hidden, which keyboard, what a password manager fills. */
static const char *input_attributes(const Prompt *prompt) {
        switch (prompt->kind) {
        case PROMPT_TEXT:
                return "type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" "
                       "spellcheck=\"false\" maxlength=\"254\"";
        case PROMPT_SECRET:
                return "type=\"password\" autocomplete=\"current-password\" maxlength=\"1024\"";
        case PROMPT_CODE:
                return "type=\"text\" inputmode=\"numeric\" autocomplete=\"one-time-code\" "
                       "maxlength=\"16\"";
        case PROMPT_INFO:
        case SENTINELS(PROMPT):
                break;
        }
        return NULL;
}

static void
put_prompt(Buf *page, const Prompt *prompt, bool has_focus, bool has_notice, const char *value) {
        const char *attributes = input_attributes(prompt);

        if (attributes == NULL) {
                buf_put_str(page, "<p>");
                html_text(page, prompt->label);
                buf_put_str(page, "</p>\n");
                return;
        }
        buf_put_str(page, "<label for=\"");
        html_text(page, prompt->id);
        buf_put_str(page, "\">");
        html_text(page, prompt->label);
        buf_put_str(page, "</label>\n<input id=\"");
        html_text(page, prompt->id);
        buf_put_str(page, "\" name=\"");
        html_text(page, prompt->id);
        buf_printf(page, "\" %s required", attributes);
        if (has_focus)
                buf_put_str(page, " autofocus");
        if (has_notice)
                buf_put_str(page, " aria-invalid=\"true\" aria-describedby=\"notice\"");
        if (value != NULL) {
                buf_put_str(page, " value=\"");
                html_text(page, value);
                buf_put_char(page, '"');
        }
        buf_put_str(page, ">\n");
}

int page_login(const HttpRequest *request, const LoginPage *login, HttpReply *reply) {
        CLEANUP(buf_done) Buf page = BUF_INIT(PAGE_MAX);
        const LoginStep *step = login->step;
        bool has_focus = false;

        html_begin(&page, "Sign in", "Sign in");
        buf_put_str(&page, "<p class=\"where\">");
        html_text(&page, realm_title(login->realm));
        if (login->client != NULL) {
                buf_put_str(&page, " &middot; ");
                html_text(&page, login->client);
        }
        buf_put_str(&page, "</p>\n");
        if (step->notice != NULL) {
                buf_put_str(&page, "<p id=\"notice\" role=\"alert\">");
                html_text(&page, step->notice);
                buf_put_str(&page, "</p>\n");
        }
        buf_put_str(&page, "<form method=\"post\" action=\"");
        html_text(&page, login->action);
        buf_put_str(&page, "\">\n");
        html_hidden(&page, "csrf", login->csrf);
        for (size_t i = 0; i < step->n_prompts; i++) {
                const Prompt *prompt = &step->prompts[i];
                const char *value = prompt->kind == PROMPT_TEXT ? login->name_hint : NULL;
                bool is_next = !has_focus && value == NULL && prompt->kind != PROMPT_INFO;

                put_prompt(&page, prompt, is_next, step->notice != NULL, value);
                has_focus = has_focus || is_next;
        }
        buf_put_str(&page, "<button type=\"submit\">Continue</button>\n</form>\n");
        return html_end(&page, request, 200, login->redirect_uri, reply);
}

int page_sign_out(const HttpRequest *request, const LogoutPage *logout, HttpReply *reply) {
        CLEANUP(buf_done) Buf page = BUF_INIT(PAGE_MAX);

        html_begin(&page, "Sign out", "Sign out?");
        buf_put_str(&page, "<p>You will be signed out of every application of ");
        html_text(&page, realm_title(logout->realm));
        buf_put_str(&page, " in this browser.</p>\n<form method=\"post\" action=\"");
        html_text(&page, logout->action);
        buf_put_str(&page, "\">\n");
        html_hidden(&page, "csrf", logout->csrf);
        html_hidden(&page, "confirm", "yes");
        html_hidden(&page, "id_token_hint", logout->id_token_hint);
        html_hidden(&page, "client_id", logout->client_id);
        html_hidden(&page, "post_logout_redirect_uri", logout->post_logout_redirect_uri);
        html_hidden(&page, "state", logout->state);
        buf_put_str(&page, "<button type=\"submit\">Sign out</button>\n</form>\n");
        return html_end(&page, request, 200, logout->post_logout_redirect_uri, reply);
}

int page_signed_out(const HttpRequest *request, const Realm *realm, HttpReply *reply) {
        CLEANUP(buf_done) Buf page = BUF_INIT(PAGE_MAX);

        html_begin(&page, "Signed out", "You are signed out");
        buf_put_str(&page, "<p class=\"where\">");
        html_text(&page, realm_title(realm));
        buf_put_str(&page, "</p>\n<p>You can close this window.</p>\n");
        return html_end(&page, request, 200, NULL, reply);
}

int page_form_post(
                const HttpRequest *request, const char *action, const HttpHeader *fields, size_t n,
                HttpReply *reply) {
        CLEANUP(buf_done) Buf page = BUF_INIT(PAGE_MAX);

        html_begin(&page, "Signing in", "Signing in");
        buf_put_str(&page, "<form method=\"post\" id=\"onward\" action=\"");
        html_text(&page, action);
        buf_put_str(&page, "\">\n");
        for (size_t i = 0; i < n; i++)
                html_hidden(&page, fields[i].name, fields[i].value);
        buf_put_str(&page, "<p>Press the button to go back to the application.</p>\n"
                           "<button type=\"submit\">Continue</button>\n</form>\n"
                           "<script src=\"/assets/onward.js\"></script>\n");
        return html_end(&page, request, 200, action, reply);
}
