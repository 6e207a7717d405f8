/* SPDX-License-Identifier: Apache-2.0 */
#include "base/names_switch.h"

#include <string.h>

bool names_switch_token(const char **at, const char *end, Span *ret) {
        const char *begin;

        while (*at < end && span_is_blank(**at))
                (*at)++;
        if (*at == end)
                return false;
        begin = *at;
        if (*begin == '[') {
                const char *close = memchr(begin, ']', (size_t) (end - begin));

                *at = close == NULL ? end : close + 1;
        } else {
                while (*at < end && !span_is_blank(**at) && **at != '[')
                        (*at)++;
        }
        *ret = (Span){ begin, (size_t) (*at - begin) };
        return true;
}

unsigned names_switch_database(Span line, Span *ret_services) {
        static const struct {
                const char *name;
                unsigned database;
        } known[] = { { "passwd", NAMES_PASSWD },
                      { "group", NAMES_GROUP },
                      { "initgroups", NAMES_INITGROUPS } };
        const char *at = line.at, *end = line.at + line.len, *comment;
        Span name;

        while (at < end && span_is_blank(*at))
                at++;
        name.at = at;
        while (at < end && *at >= 'a' && *at <= 'z')
                at++;
        name.len = (size_t) (at - name.at);
        while (at < end && span_is_blank(*at))
                at++;
        if (at == end || *at != ':')
                return 0;
        at++;
        comment = memchr(at, '#', (size_t) (end - at));
        end = comment != NULL ? comment : end;
        while (end > at && (span_is_blank(end[-1]) || end[-1] == '\n' || end[-1] == '\r'))
                end--;
        *ret_services = (Span){ at, (size_t) (end - at) };
        for (size_t i = 0; i < ELEMENTSOF(known); i++)
                if (span_is(name, known[i].name))
                        return known[i].database;
        return 0;
}

unsigned names_switch_asking(const char *text, size_t len, const char *service) {
        const char *at = text;
        unsigned asking = 0;
        Span line;

        while (span_line(&at, text + len, &line)) {
                Span services = {}, token;
                unsigned database = names_switch_database(line, &services);
                const char *word = services.at;

                while (database != 0 &&
                       names_switch_token(&word, services.at + services.len, &token))
                        if (span_is(token, service))
                                asking |= database;
        }
        return asking;
}
