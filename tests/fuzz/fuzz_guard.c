/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A head that the guard lets pass has one length, one host and no control bytes; a path that the
 * router finds has nothing in its parameters that means something to a path.
 */
#include "tests/support/fuzz.h"

#include "daemon/http/guard.h"
#include "daemon/http/router.h"

#include <string.h>
#include <strings.h>

static size_t count(const GuardHead *head, const char *name) {
        size_t n = 0;

        for (size_t i = 0; i < head->n_fields; i++)
                n += head->fields[i].name_len == strlen(name) &&
                     strncasecmp(head->fields[i].name, name, strlen(name)) == 0;
        return n;
}

static void check_passed(const GuardHead *head) {
        FUZZ_ASSERT(count(head, "host") <= 1);
        FUZZ_ASSERT(count(head, "content-length") + count(head, "transfer-encoding") <= 1);
        FUZZ_ASSERT(head->target[0] == '/' && strlen(head->target) <= HTTP_TARGET_MAX);
        for (size_t i = 0; i < head->n_fields; i++) {
                FUZZ_ASSERT(memchr(head->fields[i].name, ' ', head->fields[i].name_len) == NULL);
                FUZZ_ASSERT(memchr(head->fields[i].value, '\0', head->fields[i].value_len) == NULL);
                FUZZ_ASSERT(memchr(head->fields[i].value, '\n', head->fields[i].value_len) == NULL);
        }
}

static void check_route(const char *path) {
        for (int method = 0; method < _HTTP_METHOD_MAX; method++) {
                HttpMatch match;

                router_match(http_routes, http_routes_n, (HttpMethod) method, path, &match);
                if (match.route == NULL)
                        continue;
                for (size_t i = 0; i < HTTP_PATH_PARAMS_MAX; i++)
                        FUZZ_ASSERT(strpbrk(match.params[i], "/%?#;\\ ") == NULL);
        }
}

/* Input: the target and then name:value fields, each ended by a line break. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        static GuardField fields[HTTP_HEADERS_MAX + 1];
        GuardHead head = { .method = "GET", .version = "HTTP/1.1", .fields = fields };
        char *text = malloc(len + 2);
        char *line;
        char *end;

        FUZZ_ASSERT(text != NULL);
        memcpy(text, data, len);
        text[len] = '\n';
        text[len + 1] = '\0';
        end = memchr(text, '\n', len + 1);
        *end = '\0';
        head.target = text;
        for (line = end + 1; line < text + len && head.n_fields < ELEMENTSOF(fields);
             line = end + 1) {
                char *colon;

                end = memchr(line, '\n', (size_t) (text + len + 1 - line));
                *end = '\0';
                colon = memchr(line, ':', (size_t) (end - line));
                if (colon == NULL)
                        continue;
                *colon = '\0';
                fields[head.n_fields++] = (GuardField){
                        .name = line,
                        .value = colon + 1,
                        .name_len = (size_t) (colon - line),
                        .value_len = (size_t) (end - colon - 1),
                };
        }
        if (guard_check(&head) == 0)
                check_passed(&head);
        text[strcspn(text, "?")] = '\0';
        check_route(text);
        free(text);
        return 0;
}
