/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/edit.h"

#include <string.h>

#include "base/names_switch.h"
#include "base/reason.h"

#define SERVICE "iam"
#define SUDOERS_INCLUDE "@includedir /etc/sudoers.d\n"

/*
 * Where " iam" goes: directly behind the local files, so that a hit costs no other service's time.
 * When something is to be done after these ("[SUCCESS=merge]"), it must stay between what it stands
 * between now: then at the end.  NULL with ret_why: not to be guessed; with NULL: it is there.
 */
static const char *place_of(Span services, const char **ret_why) {
        const char *at = services.at, *end = at + services.len, *behind_files = NULL;
        bool is_after_files = false, ends_in_action = false, has_action = false;
        Span token;

        *ret_why = NULL;
        while (names_switch_token(&at, end, &token)) {
                if (span_is(token, SERVICE))
                        return NULL;
                ends_in_action = token.at[0] == '[';
                has_action = has_action || (is_after_files && ends_in_action);
                is_after_files = span_is(token, "files") || span_is(token, "compat");
                if (is_after_files && behind_files == NULL)
                        behind_files = at;
        }
        if (behind_files == NULL)
                *ret_why = "a line does not ask the local files";
        else if (has_action && ends_in_action)
                *ret_why = "a line ends in an action, and iam must not come behind it";
        if (*ret_why != NULL)
                return NULL;
        return has_action ? end : behind_files;
}

static void put_missing(Buf *out, unsigned seen) {
        if (out->len > 0 && out->bytes[out->len - 1] != '\n')
                buf_put_char(out, '\n');
        if ((seen & NAMES_PASSWD) == 0)
                buf_put_str(out, "passwd: files " SERVICE "\n");
        if ((seen & NAMES_GROUP) == 0)
                buf_put_str(out, "group: files " SERVICE "\n");
}

int edit_names_add(const char *text, size_t len, Buf *ret, const char **ret_why) {
        const char *at = text;
        unsigned seen = 0;
        Span line;

        while (span_line(&at, text + len, &line)) {
                Span services = {};
                unsigned database = names_switch_database(line, &services);
                const char *place = NULL;

                if (database != 0) {
                        place = place_of(services, ret_why);
                        if (*ret_why != NULL)
                                return IAM_E_INVALID;
                        seen |= database;
                }
                if (place == NULL) {
                        buf_put(ret, line.at, line.len);
                        continue;
                }
                buf_put(ret, line.at, (size_t) (place - line.at));
                buf_put_str(ret, " " SERVICE);
                buf_put(ret, place, line.len - (size_t) (place - line.at));
        }
        if ((seen & (NAMES_PASSWD | NAMES_GROUP)) != (NAMES_PASSWD | NAMES_GROUP))
                put_missing(ret, seen);
        return buf_error(ret);
}

/* The line without the service, the blanks before it, and the action that is about it. */
static void put_without(Buf *out, Span line, Span services) {
        const char *at = services.at, *end = at + services.len, *kept = line.at, *before = at;
        bool is_ours = false;
        Span token;

        while (names_switch_token(&at, end, &token)) {
                is_ours = span_is(token, SERVICE) || (is_ours && token.at[0] == '[');
                if (is_ours) {
                        buf_put(out, kept, (size_t) (before - kept));
                        kept = at;
                }
                before = at;
        }
        buf_put(out, kept, (size_t) (line.at + line.len - kept));
}

void edit_names_remove(const char *text, size_t len, Buf *ret) {
        const char *at = text;
        Span line;

        while (span_line(&at, text + len, &line)) {
                Span services = {};

                if (names_switch_database(line, &services) != 0)
                        put_without(ret, line, services);
                else
                        buf_put(ret, line.at, line.len);
        }
}

/* "@includedir /etc/sudoers.d"; older files have "#includedir". */
static bool is_include(Span line) {
        static const char name[] = "includedir", folder[] = "/etc/sudoers.d";
        const char *at = line.at, *end = line.at + line.len;

        while (at < end && span_is_blank(*at))
                at++;
        if (at == end || (*at != '@' && *at != '#') ||
            (size_t) (end - at) < sizeof(name) + sizeof(folder) ||
            memcmp(at + 1, name, sizeof(name) - 1) != 0)
                return false;
        at += sizeof(name);
        if (!span_is_blank(*at))
                return false;
        while (at < end && span_is_blank(*at))
                at++;
        while (end > at && (span_is_blank(end[-1]) || end[-1] == '\n' || end[-1] == '/'))
                end--;
        return span_is((Span){ at, (size_t) (end - at) }, folder);
}

void edit_sudoers_add(const char *text, size_t len, Buf *ret) {
        const char *at = text;
        bool has_include = false;
        Span line;

        while (span_line(&at, text + len, &line))
                has_include = has_include || is_include(line);
        buf_put(ret, text, len);
        if (has_include)
                return;
        if (len > 0 && text[len - 1] != '\n')
                buf_put_char(ret, '\n');
        buf_put_str(ret, SUDOERS_INCLUDE);
}

static bool has_line(const char *text, size_t len, Span wanted) {
        const char *at = text;
        Span line;

        while (span_line(&at, text + len, &line))
                if (line.len == wanted.len && memcmp(line.at, wanted.at, line.len) == 0)
                        return true;
        return false;
}

void edit_lines_add(const char *text, size_t len, const char *ours, size_t n_ours, Buf *ret) {
        const char *at = ours;
        Span line;

        buf_put(ret, text, len);
        if (len > 0 && text[len - 1] != '\n')
                buf_put_char(ret, '\n');
        while (span_line(&at, ours + n_ours, &line))
                if (!has_line(text, len, line))
                        buf_put(ret, line.at, line.len);
}

void edit_lines_remove(const char *text, size_t len, const char *ours, size_t n_ours, Buf *ret) {
        const char *at = text;
        Span line;

        while (span_line(&at, text + len, &line))
                if (!has_line(ours, n_ours, line))
                        buf_put(ret, line.at, line.len);
}
