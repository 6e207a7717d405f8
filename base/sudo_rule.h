/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of typed sudo rules and what may stand in it, once: for those who store rules, for the
 * daemon that writes the file, and for the root helper that must not believe it.  The first line is
 * {"format":"iam-sudo-rules","version":1,"rows":N}, then come N lines
 * {"uid":65536,"user":"alice","runAs":"root","command":"/usr/bin/id -u"}, each with its newline.
 */
#pragma once

#include "base/macro.h"

#define SUDO_RULES_FORMAT "iam-sudo-rules"
#define SUDO_RULES_VERSION 1
#define SUDO_RULES_ROWS_MAX 65536
#define SUDO_RULES_FILE_MAX ((size_t) 32 << 20)
#define SUDO_COMMAND_MAX 1024

/* "ALL", or the lower-case name of any account of the host, local ones too: root, www-data. */
bool sudo_run_as_is_acceptable(const char *text);

/*
 * "ALL", or an absolute path with arguments between single spaces.  As in sudoers a path alone
 * allows any arguments, and `""` in their place allows none.  No wildcards, quotes, negations,
 * folders or regular expressions: nothing that sudo would match by more than the letter.
 */
bool sudo_command_is_acceptable(const char *text);

/*
 * False when sudo cannot have taken the rule for the program at that path, whatever its arguments,
 * and that account to run as.  sudo finds a command by its file, under whatever folder it has a
 * link, but never by another last name; what is not known ("", NULL) may match.
 */
bool sudo_rule_may_match(
                const char *rule_run_as, const char *rule_command, const char *run_as,
                const char *path);
