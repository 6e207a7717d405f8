/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/html.h"

#include "base/str.h"

#include <string.h>

void html_text(Buf *page, const char *text) {
        if (text == NULL)
                return;
        for (; *text != '\0'; text++) {
                switch (*text) {
                case '&':
                        buf_put_str(page, "&amp;");
                        break;
                case '<':
                        buf_put_str(page, "&lt;");
                        break;
                case '>':
                        buf_put_str(page, "&gt;");
                        break;
                case '"':
                        buf_put_str(page, "&quot;");
                        break;
                case '\'':
                        buf_put_str(page, "&#39;");
                        break;
                default:
                        buf_put_char(page, *text);
                }
        }
}

void html_hidden(Buf *page, const char *name, const char *value) {
        if (value == NULL)
                return;
        buf_put_str(page, "<input type=\"hidden\" name=\"");
        html_text(page, name);
        buf_put_str(page, "\" value=\"");
        html_text(page, value);
        buf_put_str(page, "\">\n");
}

void html_message(Buf *page, Language language, MessageId id) {
        html_text(page, message_text(language, id));
}

static void
begin(Buf *page, Language language, MessageId title, MessageId heading, const char *attributes) {
        buf_printf(page, "<!DOCTYPE html>\n<html lang=\"%s\">\n", language_name(language));
        buf_put_str(page,
                    "<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
        html_message(page, language, title);
        buf_put_str(page, "</title>\n<link rel=\"stylesheet\" href=\"/assets/iam.css\">\n</head>\n"
                          "<body>\n");
        buf_printf(page, "<main%s>\n<h1>", attributes);
        html_message(page, language, heading);
        buf_put_str(page, "</h1>\n");
}

void html_begin(Buf *page, Language language, MessageId title, MessageId heading) {
        begin(page, language, title, heading, "");
}

void html_begin_wide(Buf *page, Language language, MessageId title, MessageId heading) {
        begin(page, language, title, heading, " class=\"wide\"");
}

/* "scheme://authority" of a registered URI, or "scheme:" of a private-use one. */
static const char *source_of(Arena *arena, const char *uri) {
        const char *colon = strchr(uri, ':');

        if (colon == NULL)
                return "";
        if (!str_starts_with(colon, "://"))
                return arena_strndup(arena, uri, (size_t) (colon - uri) + 1);
        return arena_strndup(arena, uri, (size_t) (colon - uri) + 3 + strcspn(colon + 3, "/?#; ,"));
}

int html_end(Buf *page, const HttpRequest *request, int status, const char *form_target,
             HttpReply *reply) {
        const char *source = form_target != NULL ? source_of(request->arena, form_target) : "";
        const char *policy;
        const char *body;
        int r;

        buf_put_str(page, "</main>\n</body>\n</html>\n");
        r = buf_copy(page, request->arena, &body);
        if (r < 0)
                return r;
        if (source == NULL)
                return -ENOMEM;
        http_reply_text(reply, status, "text/html; charset=utf-8", body);
        policy = arena_printf(
                        request->arena,
                        "default-src 'none'; style-src 'self'; script-src 'self'; "
                        "form-action 'self'%s%s; frame-ancestors 'none'; base-uri 'none'",
                        *source != '\0' ? " " : "", source);
        return http_reply_header(reply, "Content-Security-Policy", policy);
}
