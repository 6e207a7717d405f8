/* SPDX-License-Identifier: Apache-2.0 */
#include "nss_module/answer.h"
#include "nss_module/module.h"
#include "nss_module/pack.h"
#include "nss_module/source.h"

static NssWalk walk = { .lock = 0 };

static int passwd_find(const LookupKey *key, struct passwd *ret, char *buffer, size_t len) {
        DirectoryUserView user;
        _uninitialized_ NssHold hold;
        int r;

        r = nss_find_user(key, &hold, &user);
        if (r != 0)
                return r;
        r = pack_passwd(&user, ret, buffer, len);
        nss_release(&hold);
        return r;
}

_public_ enum nss_status
_nss_iam_getpwnam_r(const char *name, struct passwd *pwd, char *buffer, size_t len, int *errnop) {
        int saved_errno = errno;

        return nss_answer(
                        passwd_find(&(LookupKey){ .name = name }, pwd, buffer, len), saved_errno,
                        errnop);
}

_public_ enum nss_status
_nss_iam_getpwuid_r(uid_t uid, struct passwd *pwd, char *buffer, size_t len, int *errnop) {
        int saved_errno = errno;

        return nss_answer(
                        passwd_find(&(LookupKey){ .id = uid }, pwd, buffer, len), saved_errno,
                        errnop);
}

_public_ enum nss_status _nss_iam_setpwent(int stay_open) {
        int saved_errno = errno;
        int error, r;

        r = nss_walk_lock(&walk);
        if (r == 0) {
                r = nss_walk_begin(&walk);
                nss_walk_unlock(&walk);
        }
        return nss_answer(r, saved_errno, &error);
}

/* An entry that does not fit is given again: the walk goes on only after a success. */
static int passwd_next(struct passwd *ret, char *buffer, size_t len) {
        uint64_t cursor = walk.cursor;
        DirectoryUserView user;
        int r;

        do {
                r = directory_user_next(&walk.mapping.directory, &cursor, &user);
                if (r != 0)
                        return r;
                r = pack_passwd(&user, ret, buffer, len);
        } while (r == -EBADMSG);
        if (r == 0)
                walk.cursor = cursor;
        return r;
}

_public_ enum nss_status
_nss_iam_getpwent_r(struct passwd *pwd, char *buffer, size_t len, int *errnop) {
        int saved_errno = errno;
        int r;

        r = nss_walk_lock(&walk);
        if (r < 0)
                return nss_answer(r, saved_errno, errnop);
        if (walk.mapping.bytes == NULL)
                r = nss_walk_begin(&walk);
        if (r == 0)
                r = passwd_next(pwd, buffer, len);
        nss_walk_unlock(&walk);
        return nss_answer(r, saved_errno, errnop);
}

_public_ enum nss_status _nss_iam_endpwent(void) {
        int saved_errno = errno;

        if (nss_walk_lock(&walk) == 0) {
                nss_walk_end(&walk);
                nss_walk_unlock(&walk);
        }
        errno = saved_errno;
        return NSS_STATUS_SUCCESS;
}
