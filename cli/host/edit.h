/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest changes to files that belong to the administrator: all that is not ours stays as it
 * is, to the byte.  Pure: text in, text out.
 */
#pragma once

#include "base/buf.h"

/*
 * nsswitch.conf: `iam` after the local files in the lines of passwd and group (and initgroups,
 * where there is one); a line that is missing is added.  What is there already stays. IAM_E_INVALID
 * with a sentence in ret_why: a line says what a machine should not guess about.
 */
int edit_names_add(const char *text, size_t len, Buf *ret, const char **ret_why);
/* Takes `iam`, and what is said about it alone, out of those lines. */
void edit_names_remove(const char *text, size_t len, Buf *ret);

/* sudoers: reads /etc/sudoers.d; one line at the end when nothing does. */
void edit_sudoers_add(const char *text, size_t len, Buf *ret);

/* Adds those of our lines that are not there, at the end. */
void edit_lines_add(const char *text, size_t len, const char *ours, size_t n_ours, Buf *ret);
/* Leaves out each line that is one of ours; comments of ours too.  What is left may be empty. */
void edit_lines_remove(const char *text, size_t len, const char *ours, size_t n_ours, Buf *ret);
