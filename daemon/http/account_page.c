/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/account.h"
#include "daemon/http/html.h"
#include "daemon/http/pages.h"

#include "base/secret_bytes.h"
#include "base/str.h"

#include <time.h>

#define LANGUAGE LANGUAGE_FALLBACK
#define TIME_SIZE 32
#define LISTED_MAX 50 /* groups, and roles */

/* Minutes are enough, and UTC is the same for everybody. */
static const char *time_text(Usec at, char ret[TIME_SIZE]) {
        time_t seconds = at / USEC_PER_SEC;
        struct tm tm;

        if (gmtime_r(&seconds, &tm) == NULL ||
            strftime(ret, TIME_SIZE, "%Y-%m-%d %H:%M UTC", &tm) == 0)
                return "?";
        return ret;
}

static void put_with(Buf *page, const HttpRequest *request, MessageId id, const char *value) {
        html_text(page, message_with(request->arena, LANGUAGE, id, value));
}

static void put_time(Buf *page, const HttpRequest *request, MessageId id, Usec at) {
        char text[TIME_SIZE];

        put_with(page, request, id, time_text(at, text));
}

static void put_heading(Buf *page, MessageId id) {
        buf_put_str(page, "<h2>");
        html_message(page, LANGUAGE, id);
        buf_put_str(page, "</h2>\n");
}

static void
form_begin(Buf *page, const HttpRequest *request, const Realm *realm, const char *where,
           const char *csrf) {
        buf_put_str(page, "<form method=\"post\" action=\"");
        html_text(page, account_url(request, realm, where));
        buf_put_str(page, "\">\n");
        html_hidden(page, "csrf", csrf);
}

static void form_end(Buf *page, MessageId words, const char *class) {
        buf_printf(page, "<button type=\"submit\" class=\"%s\">", class);
        html_message(page, LANGUAGE, words);
        buf_put_str(page, "</button>\n</form>\n");
}

static void
put_link(Buf *page, const HttpRequest *request, const Realm *realm, const char *where,
         MessageId words, const char *class) {
        buf_printf(page, "<a class=\"%s\" href=\"", class);
        html_text(page, account_url(request, realm, where));
        buf_put_str(page, "\">");
        html_message(page, LANGUAGE, words);
        buf_put_str(page, "</a>\n");
}

/* Who am I */

static void put_fact(Buf *page, MessageId label, const char *value) {
        if (str_is_empty(value))
                return;
        buf_put_str(page, "<dt>");
        html_message(page, LANGUAGE, label);
        buf_put_str(page, "</dt><dd>");
        html_text(page, value);
        buf_put_str(page, "</dd>\n");
}

/* Of more than so many nobody reads all, and the page has its limit. */
static void put_list(Buf *page, const HttpRequest *request, MessageId label, const StrList *list) {
        size_t n = list->n < LISTED_MAX ? list->n : LISTED_MAX;

        buf_put_str(page, "<dt>");
        html_message(page, LANGUAGE, label);
        buf_put_str(page, "</dt><dd>");
        for (size_t i = 0; i < n; i++) {
                buf_put_str(page, i > 0 ? ", " : "");
                html_text(page, list->items[i]);
        }
        if (list->n > n) {
                buf_put_str(page, ", ");
                put_with(page, request, MESSAGE_ACCOUNT_MORE,
                         str_or(arena_printf(request->arena, "%zu", list->n - n), "?"));
        }
        if (list->n == 0)
                html_message(page, LANGUAGE, MESSAGE_ACCOUNT_NONE);
        buf_put_str(page, "</dd>\n");
}

static void put_person(Buf *page, const HttpRequest *request, const SelfView *view) {
        buf_put_str(page, "<section>\n");
        put_heading(page, MESSAGE_ACCOUNT_PERSON);
        buf_put_str(page, "<dl>\n");
        put_fact(page, MESSAGE_LABEL_USERNAME, view->user.name);
        put_fact(page, MESSAGE_ACCOUNT_NAME, view->user.display_name);
        put_fact(page, MESSAGE_ACCOUNT_EMAIL, view->user.email);
        put_list(page, request, MESSAGE_ACCOUNT_GROUPS, &view->groups);
        put_list(page, request, MESSAGE_ACCOUNT_ROLES, &view->roles);
        buf_put_str(page, "</dl>\n</section>\n");
}

/* How he signs in */

static void row_begin(Buf *page, const char *title) {
        buf_put_str(page, "<li><div><strong>");
        html_text(page, title);
        buf_put_str(page, "</strong>\n<small>");
}

static void put_factors(Buf *page, const HttpRequest *request, const AccountPage *account) {
        const SelfView *view = account->view;

        buf_put_str(page, "<section>\n");
        put_heading(page, MESSAGE_ACCOUNT_FACTORS);
        buf_put_str(page, "<ul class=\"rows\">\n");
        row_begin(page, message_text(LANGUAGE, MESSAGE_LABEL_PASSWORD));
        if (view->password_at != 0)
                put_time(page, request, MESSAGE_ACCOUNT_PASSWORD_SINCE, view->password_at);
        else
                html_message(page, LANGUAGE, MESSAGE_ACCOUNT_NO_PASSWORD);
        buf_put_str(page, "</small></div>\n");
        if (view->password_at != 0) {
                form_begin(page, request, account->realm, "account/password", account->csrf);
                form_end(page, MESSAGE_CHANGE_PASSWORD, "quiet");
        }
        buf_put_str(page, "</li>\n");
        row_begin(page, message_text(LANGUAGE, MESSAGE_ACCOUNT_TOTP));
        if (view->has_totp)
                put_time(page, request, MESSAGE_ACCOUNT_TOTP_SINCE, view->totp_at);
        else
                html_message(page, LANGUAGE, MESSAGE_ACCOUNT_TOTP_OFF);
        buf_put_str(page, "</small></div>\n");
        put_link(page, request, account->realm, "account/totp",
                 view->has_totp ? MESSAGE_ACCOUNT_REMOVE : MESSAGE_ACCOUNT_SET_UP, "quiet");
        buf_put_str(page, "</li>\n</ul>\n</section>\n");
}

/* Where he is signed in */

static const char *session_title(const HttpRequest *request, const SelfSession *session) {
        const char *name;

        if (session->service != NULL)
                return message_with(
                                request->arena, LANGUAGE, MESSAGE_ACCOUNT_ON_HOST,
                                session->service);
        name = agent_name(request->arena, session->agent);
        return str_or(name, message_text(LANGUAGE, MESSAGE_ACCOUNT_BROWSER));
}

static void
put_session(Buf *page, const HttpRequest *request, const AccountPage *account,
            const SelfSession *session) {
        row_begin(page, session_title(request, session));
        if (!str_is_empty(session->address)) {
                html_text(page, session->address);
                buf_put_str(page, " &middot; ");
        }
        if (!str_is_empty(session->tty)) {
                html_text(page, session->tty);
                buf_put_str(page, " &middot; ");
        }
        put_time(page, request, MESSAGE_ACCOUNT_SINCE, session->started_at);
        if (session->seen_at != 0) {
                buf_put_str(page, " &middot; ");
                put_time(page, request, MESSAGE_ACCOUNT_SEEN, session->seen_at);
        }
        buf_put_str(page, "</small></div>\n");
        if (session->is_this) {
                buf_put_str(page, "<span class=\"mark\">");
                html_message(page, LANGUAGE, MESSAGE_ACCOUNT_THIS);
                buf_put_str(page, "</span>\n");
        } else if (session->id != NULL) {
                form_begin(page, request, account->realm, "account/sessions", account->csrf);
                html_hidden(page, "action", "end");
                html_hidden(page, "id", session->id);
                form_end(page, MESSAGE_SIGN_OUT, "quiet");
        }
        buf_put_str(page, "</li>\n");
}

static void put_sessions(Buf *page, const HttpRequest *request, const AccountPage *account) {
        const SelfView *view = account->view;

        buf_put_str(page, "<section>\n");
        put_heading(page, MESSAGE_ACCOUNT_SESSIONS);
        buf_put_str(page, "<ul class=\"rows\">\n");
        for (size_t i = 0; i < view->n_sessions; i++)
                put_session(page, request, account, &view->sessions[i]);
        buf_put_str(page, "<li><div><small>");
        html_message(page, LANGUAGE, MESSAGE_ACCOUNT_END_ALL_WORDS);
        buf_put_str(page, "</small></div>\n");
        form_begin(page, request, account->realm, "account/sessions", account->csrf);
        html_hidden(page, "action", "end-all");
        form_end(page, MESSAGE_ACCOUNT_END_ALL, "quiet danger");
        buf_put_str(page, "</li>\n</ul>\n</section>\n");
}

static void put_done(Buf *page, const char *done) {
        static const struct {
                const char *word;
                MessageId message;
        } table[] = {
                { "password", MESSAGE_ACCOUNT_DONE_PASSWORD },
                { "totp", MESSAGE_ACCOUNT_DONE_TOTP },
                { "totp-removed", MESSAGE_ACCOUNT_DONE_TOTP_REMOVED },
                { "session", MESSAGE_ACCOUNT_DONE_SESSION },
        };

        for (size_t i = 0; i < ELEMENTSOF(table); i++) {
                if (!str_eq(done, table[i].word))
                        continue;
                buf_put_str(page, "<p role=\"status\">");
                html_message(page, LANGUAGE, table[i].message);
                buf_put_str(page, "</p>\n");
        }
}

static void put_where(Buf *page, const Realm *realm) {
        buf_put_str(page, "<p class=\"where\">");
        html_text(page, page_realm_title(realm));
        buf_put_str(page, "</p>\n");
}

int page_account(const HttpRequest *request, const AccountPage *account, HttpReply *reply) {
        CLEANUP(buf_done) Buf page = BUF_INIT(PAGE_WIDE_MAX);

        html_begin_wide(&page, LANGUAGE, MESSAGE_ACCOUNT, MESSAGE_ACCOUNT);
        put_where(&page, account->realm);
        put_done(&page, account->done);
        put_person(&page, request, account->view);
        put_factors(&page, request, account);
        put_sessions(&page, request, account);
        buf_put_str(&page, "<p class=\"onward\">");
        put_link(&page, request, account->realm, "protocol/openid-connect/logout", MESSAGE_SIGN_OUT,
                 "");
        buf_put_str(&page, "</p>\n");
        return html_end(&page, request, 200, NULL, reply);
}

/* One-time codes */

#define QUIET_ZONE 4 /* modules on each side, ISO/IEC 18004 */

/* Runs of dark modules as one path: no style, which the policy of the pages forbids. */
static void put_qr(Buf *page, const QrMatrix *qr) {
        const int side = qr->size + 2 * QUIET_ZONE;

        if (qr->size == 0)
                return;
        buf_printf(page, "<svg class=\"qr\" role=\"img\" viewBox=\"0 0 %d %d\" aria-label=\"", side,
                   side);
        html_message(page, LANGUAGE, MESSAGE_TOTP_QR);
        buf_printf(page,
                   "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
                   "<path d=\"",
                   side, side);
        for (int y = 0; y < qr->size; y++) {
                for (int x = 0; x < qr->size;) {
                        const uint8_t *row = qr->modules + (size_t) y * qr->size;
                        int end = x;

                        while (end < qr->size && row[end] != 0)
                                end++;
                        if (end > x)
                                buf_printf(page, "M%d %dh%dv1h-%dz", x + QUIET_ZONE, y + QUIET_ZONE,
                                           end - x, end - x);
                        x = end > x ? end : x + 1;
                }
        }
        buf_put_str(page, "\"/></svg>\n");
}

/* In fours, as people copy it. */
static void put_secret(Buf *page, const Secret *text) {
        const uint8_t *bytes = secret_bytes(text);

        buf_put_str(page, "<p class=\"secret\"><code>");
        for (size_t i = 0; i < text->len; i++) {
                if (i > 0 && i % 4 == 0)
                        buf_put_char(page, ' ');
                buf_put_char(page, (char) bytes[i]);
        }
        buf_put_str(page, "</code></p>\n");
}

static void put_paragraph(Buf *page, MessageId words) {
        buf_put_str(page, "<p>");
        html_message(page, LANGUAGE, words);
        buf_put_str(page, "</p>\n");
}

static void put_offer(Buf *page, const TotpOffer *offer) {
        put_paragraph(page, MESSAGE_TOTP_SCAN);
        put_qr(page, &offer->qr);
        put_paragraph(page, MESSAGE_TOTP_TYPE);
        put_secret(page, &offer->text);
}

static void put_code_form(Buf *page, const HttpRequest *request, const TotpPage *totp) {
        if (totp->was_wrong) {
                buf_put_str(page, "<p id=\"notice\" role=\"alert\">");
                html_message(page, LANGUAGE, MESSAGE_TOTP_WRONG);
                buf_put_str(page, "</p>\n");
        } else {
                put_paragraph(page, MESSAGE_TOTP_CONFIRM);
        }
        form_begin(page, request, totp->realm, "account/totp", totp->csrf);
        html_hidden(page, "action", "confirm");
        html_hidden(page, "id", totp->id);
        buf_put_str(page, "<label for=\"code\">");
        html_message(page, LANGUAGE, MESSAGE_LABEL_TOTP);
        buf_put_str(page, "</label>\n<input id=\"code\" name=\"code\" type=\"text\" "
                          "inputmode=\"numeric\" autocomplete=\"one-time-code\" maxlength=\"16\" "
                          "required");
        if (totp->was_wrong)
                buf_put_str(page, " autofocus aria-invalid=\"true\" aria-describedby=\"notice\"");
        buf_put_str(page, ">\n");
        form_end(page, MESSAGE_TOTP_TURN_ON, "main");
}

int page_totp(const HttpRequest *request, const TotpPage *totp, HttpReply *reply) {
        CLEANUP(buf_done) Buf page = BUF_INIT(PAGE_WIDE_MAX);
        MessageId title = totp->removes ? MESSAGE_TOTP_REMOVE : MESSAGE_TOTP_SET_UP;

        html_begin(&page, LANGUAGE, title, title);
        put_where(&page, totp->realm);
        if (totp->offer != NULL)
                put_offer(&page, totp->offer);
        if (totp->id != NULL) {
                put_code_form(&page, request, totp);
        } else {
                put_paragraph(&page,
                              totp->removes ? MESSAGE_TOTP_REMOVE_WORDS : MESSAGE_TOTP_WORDS);
                form_begin(&page, request, totp->realm, "account/totp", totp->csrf);
                html_hidden(&page, "action", totp->removes ? "remove" : "offer");
                form_end(&page, totp->removes ? MESSAGE_ACCOUNT_REMOVE : MESSAGE_TOTP_SHOW, "main");
        }
        buf_put_str(&page, "<p class=\"onward\">");
        if (totp->was_wrong)
                put_link(&page, request, totp->realm, "account/totp", MESSAGE_TOTP_AGAIN, "");
        put_link(&page, request, totp->realm, "account", MESSAGE_CANCEL, "");
        buf_put_str(&page, "</p>\n");
        return html_end(&page, request, 200, NULL, reply);
}
