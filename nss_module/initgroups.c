/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "nss_module/answer.h"
#include "nss_module/module.h"
#include "nss_module/source.h"

/* glibc's growing array: *start entries are filled, *size fit, limit (when positive) may not be
 * passed. */
typedef struct GidList {
        gid_t *gids;
        long start;
        long size;
        long limit;
} GidList;

/* 1: there is room for one more; 0: the limit is reached, which is no error. */
static int list_reserve(GidList *list) {
        long size = list->size > 0 ? list->size : 1;
        gid_t *gids;

        if (list->start < list->size)
                return 1;
        if (list->limit > 0 && list->size >= list->limit)
                return 0;
        if (size > DIRECTORY_GIDS_MAX * 2L)
                return 0;
        size *= 2;
        if (list->limit > 0 && size > list->limit)
                size = list->limit;
        gids = realloc(list->gids, (size_t) size * sizeof(*gids));
        if (gids == NULL)
                return -ENOMEM;
        list->gids = gids;
        list->size = size;
        return 1;
}

static int list_fill(GidList *list, const DirectoryUserView *user, gid_t skip) {
        for (uint32_t i = 0; i < user->gid_count; i++) {
                uint32_t gid = directory_user_gid(user, i);
                int r;

                if (gid == 0 || gid == skip)
                        continue;
                r = list_reserve(list);
                if (r <= 0)
                        return r;
                list->gids[list->start++] = gid;
        }
        return 0;
}

_public_ enum nss_status _nss_iam_initgroups_dyn(
                const char *name, gid_t group, long *start, long *size, gid_t **groups, long limit,
                int *errnop) {
        GidList list = { .gids = *groups, .start = *start, .size = *size, .limit = limit };
        int saved_errno = errno;
        DirectoryUserView user;
        _uninitialized_ NssHold hold;
        int r;

        r = nss_find_user(&(LookupKey){ .name = name }, &hold, &user);
        /* The found name is the caller's; of the record only numbers are handed on. */
        if (r == 0 && !directory_name_is_acceptable(name, user.name_len)) {
                nss_release(&hold);
                r = IAM_E_NOT_FOUND;
        }
        if (r != 0)
                return nss_answer(r, saved_errno, errnop);
        r = list_fill(&list, &user, group);
        nss_release(&hold);
        /* Also after a failure: the old array may be gone. */
        *groups = list.gids;
        *size = list.size;
        *start = list.start;
        return nss_answer(r, saved_errno, errnop);
}
