/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The least that an NSS module can do: constant answers, copied nowhere.  What glibc itself costs,
 * as the measure for bench_nss.  Names that begin with 'n' and numbers from 1895000000 are missing.
 */
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <stdlib.h>

#include "base/macro.h"

#define FIRST_MISSING 1895000000u

static char name_text[] = "user";
static char star[] = "*";
static char home[] = "/home/user";
static char shell[] = "/bin/sh";

enum nss_status _nss_nothing_getpwnam_r(const char *, struct passwd *, char *, size_t, int *);
enum nss_status _nss_nothing_getpwuid_r(uid_t, struct passwd *, char *, size_t, int *);
enum nss_status
_nss_nothing_initgroups_dyn(const char *, gid_t, long *, long *, gid_t **, long, int *);

static enum nss_status answer(bool is_missing, int *errnop) {
        if (!is_missing)
                return NSS_STATUS_SUCCESS;
        *errnop = ENOENT;
        return NSS_STATUS_NOTFOUND;
}

static const struct passwd entry = {
        .pw_name = name_text,
        .pw_passwd = star,
        .pw_uid = 100000,
        .pw_gid = 100000,
        .pw_gecos = star,
        .pw_dir = home,
        .pw_shell = shell,
};

_public_ enum nss_status _nss_nothing_getpwnam_r(
                const char *name, struct passwd *pwd, char *buffer, size_t len, int *errnop) {
        *pwd = entry;
        return answer(name[0] == 'n', errnop);
}

_public_ enum nss_status
_nss_nothing_getpwuid_r(uid_t uid, struct passwd *pwd, char *buffer, size_t len, int *errnop) {
        *pwd = entry;
        return answer(uid >= FIRST_MISSING, errnop);
}

_public_ enum nss_status _nss_nothing_initgroups_dyn(
                const char *name, gid_t group, long *start, long *size, gid_t **groups, long limit,
                int *errnop) {
        return answer(name[0] == 'n', errnop);
}
