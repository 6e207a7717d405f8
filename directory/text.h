/* SPDX-License-Identifier: Apache-2.0 */
/* The text rules of a snapshot's fields, fast for plain ASCII: they run on every lookup. */
#pragma once

#include "base/macro.h"

/* text[len] is the NUL.  Same answers as text_is_passwd_field() and path_is_absolute_clean(). */
bool field_is_acceptable(const char *text, size_t len, size_t max);
bool path_is_acceptable(const char *text, size_t len);
