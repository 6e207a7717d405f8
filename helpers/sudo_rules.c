/* SPDX-License-Identifier: Apache-2.0 */
#include "helpers/sudo_rules.h"

#include <string.h>

#include "base/json.h"
#include "base/names.h"
#include "base/reason.h"
#include "base/str.h"
#include "base/sudo_rule.h"

static const char header[] =
                "# Written by iam-sudoers from the roles of the identity server; changes here are\n"
                "# lost.  A rule is changed with `iamctl role sudo`.\n";

typedef struct Row {
        uint32_t uid;
        char user[USER_NAME_MAX + 1];
        char run_as[USER_NAME_MAX + 1];
        char command[SUDO_COMMAND_MAX + 1];
} Row;

static bool get_int(const JsonValue *object, const char *name, int64_t max, int64_t *ret) {
        JsonValue value;

        return json_member(object, name, &value) == 1 && json_get_int(&value, ret) == 0 &&
               *ret >= 0 && *ret <= max;
}

/* A string whose length is what strlen() says: one with a NUL inside would read as another. */
static bool get_text(const JsonValue *object, const char *name, char *ret, size_t capacity) {
        JsonValue value;
        size_t len;

        return json_member(object, name, &value) == 1 &&
               json_get_str(&value, ret, capacity, &len) == 0 && strlen(ret) == len;
}

static const char *head_read(const JsonValue *object, int64_t *ret_rows) {
        JsonValue format;
        int64_t version;

        if (object->type != JSON_OBJECT || json_count(object) != 3)
                return "the first line is not the head of a rules file";
        if (json_member(object, "format", &format) != 1 || format.type != JSON_STRING ||
            !json_str_eq(&format, SUDO_RULES_FORMAT))
                return "the format is not " SUDO_RULES_FORMAT;
        if (!get_int(object, "version", INT64_MAX, &version) || version != SUDO_RULES_VERSION)
                return "the version is not one that this program reads";
        if (!get_int(object, "rows", SUDO_RULES_ROWS_MAX, ret_rows))
                return "the number of rows is missing or beyond the limit";
        return NULL;
}

/* Four members, all of them known, is: no unknown ones. */
static const char *row_read(const JsonValue *object, const LocalAccounts *local, Row *ret) {
        int64_t uid;

        if (object->type != JSON_OBJECT || json_count(object) != 4)
                return "a row has exactly uid, user, runAs and command";
        if (!get_int(object, "uid", UINT32_MAX, &uid))
                return "uid is not a number";
        ret->uid = (uint32_t) uid;
        if (!posix_id_is_acceptable(ret->uid))
                return "uid is not one that a realm may hold";
        if (!get_text(object, "user", ret->user, sizeof(ret->user)) || !name_is_user(ret->user))
                return "user is not a name that a realm may hold";
        if (local_accounts_have(local, ret->user, ret->uid))
                return "a local account has that name or uid";
        if (!get_text(object, "runAs", ret->run_as, sizeof(ret->run_as)) ||
            !sudo_run_as_is_acceptable(ret->run_as))
                return "runAs is not a user name or ALL";
        if (!get_text(object, "command", ret->command, sizeof(ret->command)) ||
            !sudo_command_is_acceptable(ret->command))
                return "command is not ALL or a plain absolute path with plain arguments";
        return NULL;
}

/* What sudoers gives a meaning of its own stands behind a backslash. */
static void put_command(Buf *ret, const char *command) {
        for (; *command != '\0'; command++) {
                if (strchr(",:=", *command) != NULL)
                        buf_put_char(ret, '\\');
                buf_put_char(ret, *command);
        }
}

static void put_row(Buf *ret, const Row *row, bool is_first_of_user) {
        if (is_first_of_user)
                buf_printf(ret, "# %s\n", row->user);
        buf_printf(ret, "#%u ALL=(%s) ", row->uid, row->run_as);
        put_command(ret, row->command);
        buf_put_char(ret, '\n');
}

/* The next line without its newline; false at the end, or when the last one has none. */
static bool line_next(const char **at, const char *end, const char **ret, size_t *ret_len) {
        const char *newline = *at == end ? NULL : memchr(*at, '\n', (size_t) (end - *at));

        if (newline == NULL)
                return false;
        *ret = *at;
        *ret_len = (size_t) (newline - *at);
        *at = newline + 1;
        return true;
}

static const char *line_check(const char *line, size_t len, JsonValue *ret) {
        if (len > SUDO_ROW_MAX)
                return "the line is too long";
        return json_check(line, len, ret, NULL) < 0 ? "the line is not JSON" : NULL;
}

int sudo_rules_render(
                const char *text, size_t len, const LocalAccounts *local, Buf *ret,
                SudoRefusal *ret_refusal) {
        const char *at = text, *end = text + len, *line, *why = NULL;
        int64_t rows = 0, n = -1; /* rows read; -1: the head is not */
        uint32_t last_uid = 0;
        JsonValue object;
        size_t line_len;
        Row row;

        buf_put_str(ret, header);
        if (!line_next(&at, end, &line, &line_len))
                why = "there is no first line";
        if (why == NULL)
                why = line_check(line, line_len, &object);
        if (why == NULL)
                why = head_read(&object, &rows);
        if (why == NULL)
                n = 0;
        for (; why == NULL && line_next(&at, end, &line, &line_len); n++) {
                why = n == rows ? "there are more rows than the head says"
                                : line_check(line, line_len, &object);
                if (why == NULL)
                        why = row_read(&object, local, &row);
                if (why != NULL)
                        break;
                put_row(ret, &row, row.uid != last_uid);
                last_uid = row.uid;
        }
        if (why == NULL && (at != end || n != rows)) {
                n = -2;
                why = at != end ? "the last line does not end" : "there are fewer rows than said";
        }
        if (why != NULL) {
                *ret_refusal = (SudoRefusal){ .line = (size_t) (n + 2), .why = why };
                return IAM_E_INVALID;
        }
        return buf_error(ret);
}
