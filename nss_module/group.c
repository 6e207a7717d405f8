/* SPDX-License-Identifier: Apache-2.0 */
#include "nss_module/answer.h"
#include "nss_module/module.h"
#include "nss_module/pack.h"
#include "nss_module/source.h"

static NssWalk walk = { .lock = 1 };

static int group_find(const LookupKey *key, struct group *ret, char *buffer, size_t len) {
        DirectoryGroupView group;
        _uninitialized_ NssHold hold;
        int r;

        r = nss_find_group(key, &hold, &group);
        if (r != 0)
                return r;
        r = pack_group(&group, ret, buffer, len);
        nss_release(&hold);
        return r;
}

_public_ enum nss_status
_nss_iam_getgrnam_r(const char *name, struct group *grp, char *buffer, size_t len, int *errnop) {
        int saved_errno = errno;

        return nss_answer(
                        group_find(&(LookupKey){ .name = name }, grp, buffer, len), saved_errno,
                        errnop);
}

_public_ enum nss_status
_nss_iam_getgrgid_r(gid_t gid, struct group *grp, char *buffer, size_t len, int *errnop) {
        int saved_errno = errno;

        return nss_answer(
                        group_find(&(LookupKey){ .id = gid }, grp, buffer, len), saved_errno,
                        errnop);
}

_public_ enum nss_status _nss_iam_setgrent(int stay_open) {
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
static int group_next(struct group *ret, char *buffer, size_t len) {
        uint64_t cursor = walk.cursor;
        DirectoryGroupView group;
        int r;

        do {
                r = directory_group_next(&walk.mapping.directory, &cursor, &group);
                if (r != 0)
                        return r;
                r = pack_group(&group, ret, buffer, len);
        } while (r == -EBADMSG);
        if (r == 0)
                walk.cursor = cursor;
        return r;
}

_public_ enum nss_status
_nss_iam_getgrent_r(struct group *grp, char *buffer, size_t len, int *errnop) {
        int saved_errno = errno;
        int r;

        r = nss_walk_lock(&walk);
        if (r < 0)
                return nss_answer(r, saved_errno, errnop);
        if (walk.mapping.bytes == NULL)
                r = nss_walk_begin(&walk);
        if (r == 0)
                r = group_next(grp, buffer, len);
        nss_walk_unlock(&walk);
        return nss_answer(r, saved_errno, errnop);
}

_public_ enum nss_status _nss_iam_endgrent(void) {
        int saved_errno = errno;

        if (nss_walk_lock(&walk) == 0) {
                nss_walk_end(&walk);
                nss_walk_unlock(&walk);
        }
        errno = saved_errno;
        return NSS_STATUS_SUCCESS;
}
