/* SPDX-License-Identifier: Apache-2.0 */
/* The text rules of a snapshot's fields, fast for plain ASCII: they run on every lookup. */
#pragma once

#include "base/macro.h"

/* text[len] is the NUL.  Same answers as text_is_passwd_field() and path_is_absolute_clean(). */
bool field_is_acceptable(const char *text, size_t len, size_t max);
bool path_is_acceptable(const char *text, size_t len);

/*
 * Whether name, gecos, home and shell, one after the other and each with its NUL, are beyond doubt
 * acceptable: one pass over all four, for what nearly every account looks like.  When false, the
 * slower rules decide.
 */
bool passwd_texts_are_plain(
                const char *texts, size_t name_len, size_t gecos_len, size_t home_len,
                size_t shell_len);
