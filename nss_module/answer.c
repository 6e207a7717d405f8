/* SPDX-License-Identifier: Apache-2.0 */
#include "nss_module/answer.h"

enum nss_status nss_answer(int r, int saved_errno, int *errnop) {
        if (r == 0) {
                errno = saved_errno;
                return NSS_STATUS_SUCCESS;
        }
        /* errnop is errno itself in glibc's callers: set last. */
        if (r > 0) {
                *errnop = ENOENT;
                return NSS_STATUS_NOTFOUND;
        }
        if (r == -ERANGE || r == -EAGAIN) {
                *errnop = -r;
                return NSS_STATUS_TRYAGAIN;
        }
        *errnop = r == -ENOENT ? ENOENT : ECONNREFUSED;
        return NSS_STATUS_UNAVAIL;
}
