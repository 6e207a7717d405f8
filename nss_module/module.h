/* SPDX-License-Identifier: Apache-2.0 */
/* The functions that glibc looks up by name in libnss_iam.so.2; nss.h's own conventions. */
#pragma once

#include <grp.h>
#include <nss.h>
#include <pwd.h>

#include "base/macro.h"

enum nss_status
_nss_iam_getpwnam_r(const char *name, struct passwd *pwd, char *buffer, size_t len, int *errnop);
enum nss_status
_nss_iam_getpwuid_r(uid_t uid, struct passwd *pwd, char *buffer, size_t len, int *errnop);
enum nss_status _nss_iam_setpwent(int stay_open);
enum nss_status _nss_iam_getpwent_r(struct passwd *pwd, char *buffer, size_t len, int *errnop);
enum nss_status _nss_iam_endpwent(void);

enum nss_status
_nss_iam_getgrnam_r(const char *name, struct group *grp, char *buffer, size_t len, int *errnop);
enum nss_status
_nss_iam_getgrgid_r(gid_t gid, struct group *grp, char *buffer, size_t len, int *errnop);
enum nss_status _nss_iam_setgrent(int stay_open);
enum nss_status _nss_iam_getgrent_r(struct group *grp, char *buffer, size_t len, int *errnop);
enum nss_status _nss_iam_endgrent(void);

enum nss_status _nss_iam_initgroups_dyn(
                const char *name, gid_t group, long *start, long *size, gid_t **groups, long limit,
                int *errnop);
