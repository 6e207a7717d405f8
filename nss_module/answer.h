/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where our results become NSS statuses (glibc manual, "NSS Modules Interface"). */
#pragma once

#include <nss.h>

#include "base/macro.h"

/*
 * 0: SUCCESS with the caller's errno untouched.  > 0: NOTFOUND.  -ERANGE: TRYAGAIN, the only way to
 * ask for a larger buffer.  -EAGAIN: TRYAGAIN.  All else: UNAVAIL, so that the next service is
 * asked.
 */
enum nss_status nss_answer(int r, int saved_errno, int *errnop);
