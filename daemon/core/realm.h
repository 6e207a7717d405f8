/* SPDX-License-Identifier: Apache-2.0 */
/* A realm: the isolation boundary, with the settings that are obeyed in it. */
#pragma once

#include "base/id.h"
#include "base/str.h"
#include "daemon/core/ports/crypto.h"

/* X(name, default, min, max, unit and meaning): stored as JSON members of these names. */
#define REALM_INT_SETTINGS(X)                                                                      \
        X(access_token_lifetime, 300, 30, 86400, "seconds an access token is valid")               \
        X(refresh_token_lifetime, 86400, 60, 31536000, "seconds a refresh token is valid")         \
        X(id_token_lifetime, 300, 30, 86400, "seconds an ID token is valid")                       \
        X(authorization_code_lifetime, 60, 10, 600, "seconds an authorization code is valid")      \
        X(temporary_token_lifetime, 300, 60, 3600, "seconds a login may take")                     \
        X(session_idle_timeout, 3600, 60, 2592000, "seconds until an unused session ends")         \
        X(session_lifetime, 28800, 60, 31536000, "seconds until any session ends")                 \
        X(lockout_threshold, 10, 3, 1000, "wrong guesses per account from unknown devices")        \
        X(lockout_duration_seconds, 900, 10, 86400, "seconds such guesses are remembered")         \
        X(password_min_length, 12, 8, 128, "characters a new password needs")                      \
        X(key_rotation_days, 90, 0, 3650, "days until a signing key gets a successor; 0: never")   \
        X(password_max_age_days, 0, 0, 3650, "days until a password must be changed; 0: never")

#define REALM_BOOL_SETTINGS(X)                                                                     \
        X(posix_by_default, true, "new users and groups get a POSIX identity")                     \
        X(login_with_email, false, "an e-mail address serves as login name too")

typedef struct RealmSettings {
#define X(name, initial, min, max, doc) int64_t name;
        REALM_INT_SETTINGS(X)
#undef X
#define X(name, initial, doc) bool name;
        REALM_BOOL_SETTINGS(X)
#undef X
        KeyAlg default_signing_algorithm; /* of ID tokens; RS256 as relying parties expect */
        const char *default_shell; /* "/bin/bash" */
        const char *home_prefix; /* "/home/": the user's name follows */
} RealmSettings;

typedef struct Realm {
        RealmId id;
        const char *name;
        const char *display_name;
        bool enabled;
        int64_t epoch; /* raised: every session, login and grant of the realm is dead */
        RealmSettings settings;
        Usec created_at;
        Usec updated_at;
        int64_t version;
} Realm;

typedef struct RealmList {
        Realm *items;
        size_t n;
} RealmList;

void realm_settings_init(RealmSettings *ret); /* the defaults above */
/* IAM_E_INVALID with the name of the offending setting in ret_what. */
int realm_settings_check(const RealmSettings *settings, const char **ret_what);
