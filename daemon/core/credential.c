/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/credential.h"

#define DAY ((Usec) 86400 * USEC_PER_SEC)

bool password_has_expired(const Credential *password, const RealmSettings *settings, Usec now) {
        if (password->must_change)
                return true;
        return settings->password_max_age_days > 0 &&
               password->changed_at + settings->password_max_age_days * DAY <= now;
}
