/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/guard.h"

#include "tests/support/test.h"

#define FIELD(n, v)                                                                                \
        { .name = (n), .value = (v), .name_len = sizeof(n) - 1, .value_len = sizeof(v) - 1 }
#define HOST FIELD("Host", "id.example.org")

typedef struct Row {
        const char *what;
        int status;
        const char *version; /* NULL: HTTP/1.1 */
        const char *target; /* NULL: / */
        GuardField fields[4];
} Row;

static int check(const Row *row) {
        GuardHead head = {
                .method = "POST",
                .version = row->version != NULL ? row->version : "HTTP/1.1",
                .target = row->target != NULL ? row->target : "/",
                .fields = row->fields,
        };

        while (head.n_fields < ELEMENTSOF(row->fields) && row->fields[head.n_fields].name != NULL)
                head.n_fields++;
        return guard_check(&head);
}

static void check_all(const Row *rows, size_t n) {
        for (size_t i = 0; i < n; i++)
                if (check(&rows[i]) != rows[i].status)
                        fail_msg("%s: %d, not %d", rows[i].what, check(&rows[i]), rows[i].status);
}

/* RFC 9112 section 6.3, and the probes under which servers were seen to disagree. */
TEST(a_body_has_one_length_that_everyone_reads_alike) {
        /* clang-format off */
        static const Row rows[] = {
                { "plain", 0, .fields = { HOST } },
                { "length", 0, .fields = { HOST, FIELD("Content-Length", "5") } },
                { "chunked", 0, .fields = { HOST, FIELD("Transfer-Encoding", "chunked") } },
                { "Chunked", 0, .fields = { HOST, FIELD("transfer-encoding", "Chunked") } },
                { "two lengths", 400, .fields = { HOST, FIELD("Content-Length", "5"), FIELD("Content-Length", "6") } },
                { "one length twice", 400, .fields = { HOST, FIELD("Content-Length", "5"), FIELD("content-length", "5") } },
                { "a list of lengths", 400, .fields = { HOST, FIELD("Content-Length", "5, 5") } },
                { "length and encoding", 400, .fields = { HOST, FIELD("Content-Length", "5"), FIELD("Transfer-Encoding", "chunked") } },
                { "encoding and length", 400, .fields = { HOST, FIELD("Transfer-Encoding", "chunked"), FIELD("Content-Length", "5") } },
                { "two encodings", 400, .fields = { HOST, FIELD("Transfer-Encoding", "chunked"), FIELD("Transfer-Encoding", "chunked") } },
                { "xchunked", 501, .fields = { HOST, FIELD("Transfer-Encoding", "xchunked") } },
                { "gzip, chunked", 501, .fields = { HOST, FIELD("Transfer-Encoding", "gzip, chunked") } },
                { "chunked, chunked", 501, .fields = { HOST, FIELD("Transfer-Encoding", "chunked, chunked") } },
                { "identity", 501, .fields = { HOST, FIELD("Transfer-Encoding", "identity") } },
                { "no encoding named", 501, .fields = { HOST, FIELD("Transfer-Encoding", "") } },
                { "chunked and a tab", 501, .fields = { HOST, FIELD("Transfer-Encoding", "chunked\t") } },
                { "vertical tab", 400, .fields = { HOST, FIELD("Transfer-Encoding", "\vchunked") } },
                { "chunked in 1.0", 400, "HTTP/1.0", .fields = { HOST, FIELD("Transfer-Encoding", "chunked") } },
                { "signed", 400, .fields = { HOST, FIELD("Content-Length", "+5") } },
                { "negative", 400, .fields = { HOST, FIELD("Content-Length", "-5") } },
                { "hex", 400, .fields = { HOST, FIELD("Content-Length", "0x5") } },
                { "spaced", 400, .fields = { HOST, FIELD("Content-Length", "5 5") } },
                { "empty", 400, .fields = { HOST, FIELD("Content-Length", "") } },
                { "beyond 64 bits", 400, .fields = { HOST, FIELD("Content-Length", "18446744073709551621") } },
                { "at the limit", 0, .fields = { HOST, FIELD("Content-Length", "65536") } },
                { "over the limit", 413, .fields = { HOST, FIELD("Content-Length", "65537") } },
        };
        /* clang-format on */

        check_all(rows, ELEMENTSOF(rows));
}

TEST(there_is_one_host) {
        /* clang-format off */
        static const Row rows[] = {
                { "none", 400, .fields = { FIELD("Accept", "*/*") } },
                { "two", 400, .fields = { HOST, HOST } },
                { "two, case", 400, .fields = { HOST, FIELD("hOST", "evil.example") } },
                { "none in 1.0", 0, "HTTP/1.0" },
                { "one in 1.0", 0, "HTTP/1.0", .fields = { HOST } },
                { "two in 1.0", 400, "HTTP/1.0", .fields = { HOST, HOST } },
        };
        /* clang-format on */

        check_all(rows, ELEMENTSOF(rows));
}

/* RFC 9110 section 5. */
TEST(a_field_is_a_token_and_a_value_without_control_bytes) {
        /* clang-format off */
        static const Row rows[] = {
                { "tab", 0, .fields = { HOST, FIELD("X-A", "a\tb") } },
                { "obs-text", 0, .fields = { HOST, FIELD("X-A", "\xc3\xa4") } },
                { "empty value", 0, .fields = { HOST, FIELD("X-A", "") } },
                { "space before colon", 400, .fields = { HOST, FIELD("Content-Length ", "5") } },
                { "tab before colon", 400, .fields = { HOST, FIELD("Transfer-Encoding\t", "chunked") } },
                { "space first", 400, .fields = { HOST, FIELD(" X-A", "b") } },
                { "no name", 400, .fields = { HOST, FIELD("", "b") } },
                { "NUL in a name", 400, .fields = { HOST, FIELD("X\0A", "b") } },
                { "NUL in a value", 400, .fields = { HOST, FIELD("X-A", "a\0b") } },
                { "CR in a value", 400, .fields = { HOST, FIELD("X-A", "a\rb") } },
                { "LF in a value", 400, .fields = { HOST, FIELD("X-A", "a\nb") } },
                { "DEL in a value", 400, .fields = { HOST, FIELD("X-A", "a\x7f") } },
                { "colon in a name", 400, .fields = { HOST, FIELD("X:A", "b") } },
                { "8 bit in a name", 400, .fields = { HOST, FIELD("X\xe4", "b") } },
        };
        /* clang-format on */

        check_all(rows, ELEMENTSOF(rows));
}

TEST(the_target_is_a_path_of_visible_characters) {
        /* clang-format off */
        static const Row rows[] = {
                { "query", 0, .target = "/a?b=c%20d", .fields = { HOST } },
                { "absolute", 400, .target = "http://id.example.org/", .fields = { HOST } },
                { "authority", 400, .target = "id.example.org:443", .fields = { HOST } },
                { "asterisk", 400, .target = "*", .fields = { HOST } },
                { "empty", 400, .target = "", .fields = { HOST } },
                { "fragment", 400, .target = "/a#b", .fields = { HOST } },
                { "backslash", 400, .target = "/a\\b", .fields = { HOST } },
                { "space", 400, .target = "/a b", .fields = { HOST } },
                { "tab", 400, .target = "/a\tb", .fields = { HOST } },
                { "8 bit", 400, .target = "/\xc3\xa4", .fields = { HOST } },
                { "DEL", 400, .target = "/\x7f", .fields = { HOST } },
        };
        /* clang-format on */

        check_all(rows, ELEMENTSOF(rows));
}

TEST(only_http_1_is_spoken) {
        static const char *const versions[] = { "HTTP/0.9", "HTTP/2.0",  "HTTP/1.2",
                                                "http/1.1", "HTTP/1.1 ", "" };

        for (size_t i = 0; i < ELEMENTSOF(versions); i++) {
                Row row = { .version = versions[i], .fields = { HOST } };

                ASSERT_EQ(check(&row), 505);
        }
}

TEST(the_target_has_its_limit) {
        static char target[HTTP_TARGET_MAX + 2];
        Row row = { .target = target, .fields = { HOST } };

        memset(target, 'a', HTTP_TARGET_MAX);
        target[0] = '/';
        ASSERT_EQ(check(&row), 0);
        target[HTTP_TARGET_MAX] = 'a';
        ASSERT_EQ(check(&row), 414);
}

TEST(the_number_and_size_of_fields_have_their_limits) {
        static GuardField fields[HTTP_HEADERS_MAX + 1];
        static char value[HTTP_HEADER_BYTES_MAX + 1];
        GuardHead head = { "GET", "HTTP/1.1", "/", fields, HTTP_HEADERS_MAX };

        fields[0] = (GuardField) HOST;
        for (size_t i = 1; i < ELEMENTSOF(fields); i++)
                fields[i] = (GuardField) FIELD("X-A", "b");
        ASSERT_EQ(guard_check(&head), 0);
        head.n_fields++;
        ASSERT_EQ(guard_check(&head), 431);

        memset(value, 'a', sizeof(value));
        fields[1] = (GuardField){ "X", value, 1, sizeof(value) - 1 - 18 - 1 };
        head.n_fields = 2;
        ASSERT_EQ(guard_check(&head), 0);
        fields[1].value_len++;
        ASSERT_EQ(guard_check(&head), 431);
}
