/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/guard.h"

#include "base/str.h"

#include <string.h>
#include <strings.h>

typedef struct Framing {
        unsigned hosts;
        unsigned lengths;
        unsigned encodings;
        uint64_t length;
        bool is_chunked;
} Framing;

static bool is_token_char(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_named(const GuardField *field, const char *name) {
        return field->name_len == strlen(name) &&
               strncasecmp(field->name, name, field->name_len) == 0;
}

/* RFC 9110 section 5: a token as name, no control bytes but tab in the value. */
static bool field_is_wellformed(const GuardField *field) {
        if (field->name_len == 0)
                return false;
        for (size_t i = 0; i < field->name_len; i++)
                if (!is_token_char(field->name[i]))
                        return false;
        for (size_t i = 0; i < field->value_len; i++) {
                uint8_t c = (uint8_t) field->value[i];

                if ((c < 0x20 && c != '\t') || c == 0x7f)
                        return false;
        }
        return true;
}

static bool target_is_wellformed(const char *target) {
        if (target[0] != '/')
                return false; /* absolute, authority and asterisk forms are for proxies */
        for (; *target != '\0'; target++)
                if ((uint8_t) *target <= 0x20 || (uint8_t) *target >= 0x7f || *target == '#' ||
                    *target == '\\')
                        return false;
        return true;
}

static int read_framing(const GuardField *field, Framing *framing) {
        if (is_named(field, "host"))
                framing->hosts++;
        if (is_named(field, "content-length")) {
                framing->lengths++;
                if (str_to_u64(field->value, &framing->length) < 0)
                        return 400; /* signed, listed, spaced */
        }
        if (is_named(field, "transfer-encoding")) {
                framing->encodings++;
                framing->is_chunked = strcasecmp(field->value, "chunked") == 0;
        }
        return 0;
}

static int check_framing(const GuardHead *head, const Framing *framing) {
        /* RFC 9112 section 3.2; health checks in HTTP/1.0 send none. */
        if (framing->hosts > 1 || (framing->hosts == 0 && strcmp(head->version, "HTTP/1.1") == 0))
                return 400;
        if (framing->lengths > 1 || framing->encodings > 1)
                return 400;
        if (framing->lengths > 0 && framing->encodings > 0)
                return 400;
        if (framing->encodings > 0 && !framing->is_chunked)
                return 501;
        if (framing->encodings > 0 && strcmp(head->version, "HTTP/1.1") != 0)
                return 400;
        return framing->length > HTTP_BODY_MAX ? 413 : 0;
}

int guard_check(const GuardHead *head) {
        Framing framing = {};
        size_t bytes = 0;

        if (strcmp(head->version, "HTTP/1.1") != 0 && strcmp(head->version, "HTTP/1.0") != 0)
                return 505;
        if (strlen(head->target) > HTTP_TARGET_MAX)
                return 414;
        if (!target_is_wellformed(head->target))
                return 400;
        if (head->n_fields > HTTP_HEADERS_MAX)
                return 431;
        for (size_t i = 0; i < head->n_fields; i++) {
                const GuardField *field = &head->fields[i];
                int status;

                bytes += field->name_len + field->value_len;
                if (!field_is_wellformed(field))
                        return 400;
                status = read_framing(field, &framing);
                if (status != 0)
                        return status;
        }
        if (bytes > HTTP_HEADER_BYTES_MAX)
                return 431;
        return check_framing(head, &framing);
}
