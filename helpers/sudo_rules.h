/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the typed rules that the daemon wrote (base/sudo_rule.h) to the text of a sudoers file.  The
 * reader believes nothing: one row that is not exactly what it must be refuses the whole file.  The
 * text is made from checked numbers and words only; no byte of the input is copied unlooked at.
 * Pure: the file, the local accounts and the time are the caller's.
 */
#pragma once

#include "base/buf.h"
#include "local/accounts.h"

#define SUDO_ROW_MAX 2048 /* bytes of one line of the input */
#define SUDOERS_TEXT_MAX ((size_t) 64 << 20)

typedef struct SudoRefusal {
        size_t line; /* from 1; 0: the file as a whole */
        const char *why;
} SudoRefusal;

/*
 * Puts a comment and one line for each row: "#UID ALL=(RUNAS) COMMAND".  IAM_E_INVALID with
 * ret_refusal when the rules are not acceptable; then what ret holds must be thrown away.
 */
int sudo_rules_render(
                const char *text, size_t len, const LocalAccounts *local, Buf *ret,
                SudoRefusal *ret_refusal);
