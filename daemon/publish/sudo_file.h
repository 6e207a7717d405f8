/* SPDX-License-Identifier: Apache-2.0 */
/* The file of typed sudo rules (base/sudo_rule.h) for the root helper, which trusts none of it. */
#pragma once

#include "base/buf.h"
#include "daemon/publish/collect.h"

/* Rows beyond SUDO_RULES_ROWS_MAX: -E2BIG. */
int sudo_file_render(const SudoRow *rows, size_t n, Buf *ret);

/*
 * What both texts allow: the step on the way from old to new that only takes away.  1: old allows
 * something that new does not, and ret is the step; 0: it does not, and ret is untouched.
 */
int sudo_file_narrow(const Buf *old, const Buf *new, Buf *ret);

/* A file that is absent reads as empty text. */
int sudo_file_read(const char *path, Buf *ret);
int sudo_file_write(const char *path, const Buf *text);
