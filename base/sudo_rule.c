/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sudo_rule.h"

#include <string.h>

#include "base/names.h"
#include "base/str.h"

static bool is_word_char(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool sudo_run_as_is_acceptable(const char *text) {
        if (str_eq(text, "ALL"))
                return true;
        /* Upper case would name an alias of somebody else's sudoers. */
        if (str_is_empty(text) || !((text[0] >= 'a' && text[0] <= 'z') || text[0] == '_'))
                return false;
        for (size_t n = 0; text[n] != '\0'; n++) {
                bool is_upper = text[n] >= 'A' && text[n] <= 'Z';

                if (n >= USER_NAME_MAX || is_upper ||
                    (!is_word_char(text[n]) && strchr("._-", text[n]) == NULL))
                        return false;
        }
        return true;
}

/* Each of these sudoers takes by the letter, ",:=" after a backslash. */
static bool is_argument_char(char c) {
        return is_word_char(c) || (c != '\0' && strchr("/._+@%~-,:=", c) != NULL);
}

static bool path_is_acceptable(const char *text, size_t len) {
        char path[HOST_PATH_MAX + 1];

        if (len >= sizeof(path))
                return false;
        memcpy(path, text, len);
        path[len] = '\0';
        for (size_t i = 0; i < len; i++) {
                if (!is_argument_char(path[i]) || strchr(",:=", path[i]) != NULL)
                        return false;
        }
        /* "/" alone is a folder, and sudoedit is a word of sudoers' own that takes no path. */
        return len > 1 && path_is_absolute_clean(path, HOST_PATH_MAX) &&
               !str_ends_with(path, "/sudoedit");
}

bool sudo_command_is_acceptable(const char *text) {
        size_t len, path_len;

        if (text == NULL)
                return false;
        len = strnlen(text, SUDO_COMMAND_MAX + 1);
        if (len > SUDO_COMMAND_MAX)
                return false;
        if (str_eq(text, "ALL"))
                return true;
        path_len = strcspn(text, " ");
        if (!path_is_acceptable(text, path_len))
                return false;
        if (str_eq(text + path_len, " \"\""))
                return true;
        for (size_t i = path_len; i < len; i++) {
                bool is_last = i + 1 == len;

                /* "/bin/a x, /bin/b" looks like a list of commands, and is none. */
                if (text[i] == ' ' ? is_last || text[i + 1] == ' ' || text[i - 1] == ','
                                   : !is_argument_char(text[i]))
                        return false;
        }
        return true;
}

/* The last name of a path that is so long. */
static const char *last_name(const char *path, size_t len, size_t *ret_len) {
        size_t start = len;

        while (start > 0 && path[start - 1] != '/')
                start--;
        *ret_len = len - start;
        return path + start;
}

bool sudo_rule_may_match(
                const char *rule_run_as, const char *rule_command, const char *run_as,
                const char *path) {
        const char *mine;
        const char *theirs;
        size_t mine_len;
        size_t theirs_len;

        if (!str_is_empty(run_as) && !str_eq(rule_run_as, "ALL") && !str_eq(rule_run_as, run_as))
                return false;
        if (str_is_empty(path) || str_eq(rule_command, "ALL"))
                return true;
        mine = last_name(rule_command, strcspn(rule_command, " "), &mine_len);
        theirs = last_name(path, strlen(path), &theirs_len);
        return mine_len == theirs_len && memcmp(mine, theirs, mine_len) == 0;
}
