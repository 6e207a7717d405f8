/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/form.h"

#include "base/reason.h"
#include "tests/support/test.h"

typedef struct Values {
        const char *name;
        const char *text;
} Values;

static const FormField fields[] = {
        { "name", offsetof(Values, name), 8 },
        { "text", offsetof(Values, text), 16 },
};

static Arena arena = ARENA_INIT(65536);

static int read_form(const char *text, Values *ret, const char **ret_where) {
        arena_reset(&arena);
        *ret = (Values){};
        return form_read(&arena, text, fields, ELEMENTSOF(fields), ret, ret_where);
}

TEST(a_form_is_read_by_its_table) {
        Values values;

        ASSERT_OK(read_form("name=al%69ce&text=a+b%20c%2Bd%c3%a4", &values, NULL));
        ASSERT_STREQ(values.name, "alice");
        ASSERT_STREQ(values.text, "a b c+d\xc3\xa4");
        ASSERT_OK(read_form("n%61me=bob", &values, NULL));
        ASSERT_STREQ(values.name, "bob");
        ASSERT_OK(read_form("text=a=b==", &values, NULL));
        ASSERT_STREQ(values.text, "a=b==");
}

/* RFC 6749 section 3.1: empty is absent, unknown is ignored, twice is refused. */
TEST(an_empty_parameter_is_an_absent_one) {
        static const char *const forms[] = { "",           "&",  "&&", "name",       "name=",
                                             "name=&text", "=x", "=",  "name=&name=" };
        Values values;

        for (size_t i = 0; i < ELEMENTSOF(forms); i++) {
                ASSERT_OK(read_form(forms[i], &values, NULL));
                ASSERT_TRUE(values.name == NULL);
                ASSERT_TRUE(values.text == NULL);
        }
}

TEST(an_unknown_parameter_is_ignored) {
        Values values;

        ASSERT_OK(read_form("x=1&name=a&x=2&NAME=b&name%20=c", &values, NULL));
        ASSERT_STREQ(values.name, "a");
}

TEST(a_known_parameter_given_twice_is_refused_by_name) {
        const char *where = NULL;
        Values values;

        ASSERT_CODE(read_form("name=a&text=x&name=a", &values, &where), IAM_E_REQUEST_INVALID);
        ASSERT_STREQ(where, "name");
        ASSERT_CODE(read_form("name=a&n%61me=b", &values, NULL), IAM_E_REQUEST_INVALID);
}

TEST(a_bad_escape_a_nul_and_bad_utf8_are_refused) {
        static const char *const forms[] = {
                "name=%",         "name=%4",           "name=%4g",  "name=%g4", "name=a%",
                "name=%00",       "name=a%00b",        "name=%ff",  "name=%c3", "name=%c0%80",
                "name=%ed%a0%80", "name=%f4%90%80%80", "name=\xff", "n%00me=a", "%zz=1",
                "name=%u0041",    "name=% 41",
        };
        Values values;

        for (size_t i = 0; i < ELEMENTSOF(forms); i++)
                if (read_form(forms[i], &values, NULL) != IAM_E_REQUEST_INVALID)
                        fail_msg("accepted: %s", forms[i]);
}

TEST(a_field_has_its_limit) {
        const char *where = NULL;
        Values values;

        ASSERT_OK(read_form("name=12345678", &values, NULL));
        ASSERT_OK(read_form("name=%31%32%33%34%35%36%37%38", &values, NULL));
        ASSERT_CODE(read_form("name=123456789", &values, &where), IAM_E_TOO_LARGE);
        ASSERT_STREQ(where, "name");
}

TEST(without_memory_nothing_is_read) {
        CLEANUP(arena_done) Arena small = ARENA_INIT(2);
        Values values = {};

        ASSERT_CODE(form_read(&small, "name=abc", fields, ELEMENTSOF(fields), &values, NULL),
                    -ENOMEM);
}
