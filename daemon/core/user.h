/* SPDX-License-Identifier: Apache-2.0 */
/* A person, or the service account of a client: one record for the web and for hosts. */
#pragma once

#include "base/id.h"

typedef struct User {
        RealmId realm;
        Id id; /* the `sub` of every token */
        Id client; /* a service account is this client's; null id: a person */
        const char *name; /* canonical, base/names.h; of a service account "service:CLIENT" */
        const char *email; /* as given, or NULL */
        const char *email_fold; /* ASCII lower case, unique in the realm, or NULL */
        bool email_verified;
        const char *display_name; /* also the gecos field, or NULL */
        const char *given_name;
        const char *family_name;
        bool enabled;
        bool posix;
        uint32_t uid; /* and the number of the private group; 0 unless posix */
        const char *home;
        const char *shell;
        int64_t credential_epoch; /* raised: sessions, logins and grants of the user are dead */
        int64_t authz_epoch; /* raised: access tokens are dead, refresh mints new claims */
        Usec created_at;
        Usec updated_at;
        int64_t version;
} User;

typedef struct UserList {
        User *items;
        size_t n;
} UserList;
