/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/pages.h"

#include "base/reason.h"
#include "base/str.h"
#include "daemon/http/html.h"

#include <string.h>

const char *page_realm_title(const Realm *realm) {
        return str_is_empty(realm->display_name) ? realm->name : realm->display_name;
}

/* Pages that no attempt leads to. */
#define LANGUAGE LANGUAGE_FALLBACK

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

        html_begin(&page, LANGUAGE, MESSAGE_ERROR, MESSAGE_ERROR_HEADING);
        buf_put_str(&page, "<p role=\"alert\">");
        put_sentence(&page, words);
        buf_put_str(&page, "</p>\n<p>");
        html_message(&page, LANGUAGE, MESSAGE_ERROR_ADVICE);
        buf_put_str(&page, " <code>");
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
        case PROMPT_NEW:
                return "type=\"password\" autocomplete=\"new-password\" maxlength=\"1024\"";
        case PROMPT_INFO:
        case SENTINELS(PROMPT):
                break;
        }
        return NULL;
}

typedef struct Input {
        const char *id;
        const char *suffix; /* of the id: the second time of a prompt that is asked for twice */
        const char *label;
        const char *attributes;
        const char *value; /* or NULL */
        bool has_focus;
        bool has_notice;
} Input;

static void put_input(Buf *page, const Input *input) {
        buf_put_str(page, "<label for=\"");
        html_text(page, input->id);
        html_text(page, input->suffix);
        buf_put_str(page, "\">");
        html_text(page, input->label);
        buf_put_str(page, "</label>\n<input id=\"");
        html_text(page, input->id);
        html_text(page, input->suffix);
        buf_put_str(page, "\" name=\"");
        html_text(page, input->id);
        html_text(page, input->suffix);
        buf_printf(page, "\" %s required", input->attributes);
        if (input->has_focus)
                buf_put_str(page, " autofocus");
        if (input->has_notice)
                buf_put_str(page, " aria-invalid=\"true\" aria-describedby=\"notice\"");
        if (input->value != NULL) {
                buf_put_str(page, " value=\"");
                html_text(page, input->value);
                buf_put_char(page, '"');
        }
        buf_put_str(page, ">\n");
}

static void
put_prompt(Buf *page, const Prompt *prompt, bool has_focus, bool has_notice, const char *value) {
        Input input = {
                .id = prompt->id,
                .label = prompt->label,
                .attributes = input_attributes(prompt),
                .value = value,
                .has_focus = has_focus,
                .has_notice = has_notice,
        };

        if (input.attributes == NULL) {
                buf_put_str(page, "<p>");
                html_text(page, prompt->label);
                buf_put_str(page, "</p>\n");
                return;
        }
        put_input(page, &input);
        if (prompt->again == NULL)
                return;
        input.suffix = PAGE_AGAIN;
        input.label = prompt->again;
        input.has_focus = false;
        put_input(page, &input);
}

static void put_notice(Buf *page, const char *notice) {
        if (notice == NULL)
                return;
        buf_put_str(page, "<p id=\"notice\" role=\"alert\">");
        html_text(page, notice);
        buf_put_str(page, "</p>\n");
}

static void put_button(Buf *page, Language language, MessageId words) {
        buf_put_str(page, "<button type=\"submit\">");
        html_message(page, language, words);
        buf_put_str(page, "</button>\n</form>\n");
}

static MessageId title_of(Purpose purpose) {
        if (purpose == PURPOSE_CHANGE)
                return MESSAGE_CHANGE_PASSWORD;
        return purpose == PURPOSE_LOGIN ? MESSAGE_SIGN_IN : MESSAGE_CONFIRM_IDENTITY;
}

int page_login(const HttpRequest *request, const LoginPage *login, HttpReply *reply) {
        CLEANUP(buf_done) Buf page = BUF_INIT(PAGE_MAX);
        const LoginStep *step = login->step;
        bool has_focus = false;

        html_begin(&page, step->language, title_of(step->purpose), title_of(step->purpose));
        buf_put_str(&page, "<p class=\"where\">");
        html_text(&page, page_realm_title(login->realm));
        /* Who is signed in may read his own name; nobody else's is told (law 4). */
        const char *about = step->purpose == PURPOSE_LOGIN ? login->client : step->account;
        if (about != NULL) {
                buf_put_str(&page, " &middot; ");
                html_text(&page, about);
        }
        buf_put_str(&page, "</p>\n");
        put_notice(&page, step->notice);
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
        put_button(&page, step->language, MESSAGE_CONTINUE);
        if (login->cancel != NULL) {
                buf_put_str(&page, "<p class=\"onward\"><a href=\"");
                html_text(&page, login->cancel);
                buf_put_str(&page, "\">");
                html_message(&page, step->language, MESSAGE_CANCEL);
                buf_put_str(&page, "</a></p>\n");
        }
        return html_end(&page, request, 200, login->redirect_uri, reply);
}

int page_sign_out(const HttpRequest *request, const LogoutPage *logout, HttpReply *reply) {
        CLEANUP(buf_done) Buf page = BUF_INIT(PAGE_MAX);

        html_begin(&page, LANGUAGE, MESSAGE_SIGN_OUT, MESSAGE_SIGN_OUT_QUESTION);
        buf_put_str(&page, "<p>");
        html_text(&page, message_with(request->arena, LANGUAGE, MESSAGE_SIGN_OUT_WORDS,
                                      page_realm_title(logout->realm)));
        buf_put_str(&page, "</p>\n<form method=\"post\" action=\"");
        html_text(&page, logout->action);
        buf_put_str(&page, "\">\n");
        html_hidden(&page, "csrf", logout->csrf);
        html_hidden(&page, "confirm", "yes");
        html_hidden(&page, "id_token_hint", logout->id_token_hint);
        html_hidden(&page, "client_id", logout->client_id);
        html_hidden(&page, "post_logout_redirect_uri", logout->post_logout_redirect_uri);
        html_hidden(&page, "state", logout->state);
        put_button(&page, LANGUAGE, MESSAGE_SIGN_OUT);
        return html_end(&page, request, 200, logout->post_logout_redirect_uri, reply);
}

int page_signed_out(const HttpRequest *request, const Realm *realm, HttpReply *reply) {
        CLEANUP(buf_done) Buf page = BUF_INIT(PAGE_MAX);

        html_begin(&page, LANGUAGE, MESSAGE_SIGNED_OUT, MESSAGE_SIGNED_OUT_HEADING);
        buf_put_str(&page, "<p class=\"where\">");
        html_text(&page, page_realm_title(realm));
        buf_put_str(&page, "</p>\n<p>");
        html_message(&page, LANGUAGE, MESSAGE_CLOSE_WINDOW);
        buf_put_str(&page, "</p>\n");
        return html_end(&page, request, 200, NULL, reply);
}

int page_form_post(
                const HttpRequest *request, const char *action, const HttpHeader *fields, size_t n,
                HttpReply *reply) {
        CLEANUP(buf_done) Buf page = BUF_INIT(PAGE_MAX);

        html_begin(&page, LANGUAGE, MESSAGE_ONWARD, MESSAGE_ONWARD);
        buf_put_str(&page, "<form method=\"post\" id=\"onward\" action=\"");
        html_text(&page, action);
        buf_put_str(&page, "\">\n");
        for (size_t i = 0; i < n; i++)
                html_hidden(&page, fields[i].name, fields[i].value);
        buf_put_str(&page, "<p>");
        html_message(&page, LANGUAGE, MESSAGE_ONWARD_WORDS);
        buf_put_str(&page, "</p>\n");
        put_button(&page, LANGUAGE, MESSAGE_CONTINUE);
        buf_put_str(&page, "<script src=\"/assets/onward.js\"></script>\n");
        return html_end(&page, request, 200, action, reply);
}
