/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules for names and POSIX numbers, once, for the daemon and for the modules that must not
 * believe it (law 13).  DECISIONS "Names, ids, time".
 */
#pragma once

#include "base/macro.h"

#define USER_NAME_MAX 32 /* characters, without the NUL */
#define REALM_NAME_MAX 32
#define CLIENT_NAME_MAX 64
#define ROLE_NAME_MAX 64
#define EMAIL_MAX 254 /* RFC 5321 section 4.5.3.1.3 */
#define GECOS_MAX 128
#define HOST_PATH_MAX 255 /* home directories and shells */

bool name_is_user(const char *name); /* [a-z_][a-z0-9._-]{0,31}, not reserved */
bool name_is_group(const char *name); /* the same rule */
bool name_is_realm(const char *name); /* [a-z0-9]([a-z0-9-]{0,31}), not all digits */
bool name_is_role(const char *name); /* [A-Za-z0-9][A-Za-z0-9._:-]{0,63} */
bool name_is_client(const char *name); /* [A-Za-z0-9][A-Za-z0-9._-]{0,63} */
bool name_is_email(const char *text); /* ASCII addr-spec without comments or quoting */
/* Names that no realm may hand out on any host: root, daemon, nobody, systemd-*, iam ... */
bool name_is_reserved(const char *name);

/*
 * The ranges that iamd allocates from: 65536-99999 and 1879048192-2147483647.  Between them lie the
 * subordinate uids that useradd gives to local accounts (100000-600100000): whoever holds such a
 * range becomes any uid in it by newuidmap, and owns its files.
 */
#define POSIX_ID_FIRST 65536u
#define POSIX_ID_FIRST_END 99999u
#define POSIX_ID_SECOND 1879048192u
#define POSIX_ID_SECOND_END 2147483647u
/* Numbers a realm may hold at all: ours, and 1000-60000 by import. */
#define POSIX_ID_IMPORT 1000u
#define POSIX_ID_IMPORT_END 60000u
static inline bool posix_id_is_ours(uint32_t id) {
        return (id >= POSIX_ID_FIRST && id <= POSIX_ID_FIRST_END) ||
               (id >= POSIX_ID_SECOND && id <= POSIX_ID_SECOND_END);
}

static inline bool posix_id_is_acceptable(uint32_t id) {
        return posix_id_is_ours(id) || (id >= POSIX_ID_IMPORT && id <= POSIX_ID_IMPORT_END);
}

/* A field of passwd or group: UTF-8 without ':', '\n' or control characters. */
bool text_is_passwd_field(const char *text, size_t max);
bool path_is_absolute_clean(
                const char *path,
                size_t max); /* absolute, passwd-safe; no "..", ".", "//" nor "/" at the end */
