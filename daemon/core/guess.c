/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/guess.h"

#include <string.h>

#include "base/ip.h"
#include "base/reason.h"
#include "base/str.h"

size_t
guess_rules(const RealmSettings *settings, bool device_is_known, GuessRule ret[GUESS_RULES_MAX]) {
        const GuessRule account = {
                .scope = device_is_known ? GUESS_ACCOUNT_DEVICE : GUESS_ACCOUNT,
                .limit = settings->lockout_threshold,
                .window = settings->lockout_duration_seconds * USEC_PER_SEC,
        };

        if (device_is_known) {
                ret[0] = account;
                return 1;
        }
        ret[0] = (GuessRule){ GUESS_SOURCE, GUESS_SOURCE_LIMIT, GUESS_SOURCE_WINDOW };
        ret[1] = account;
        ret[2] = (GuessRule){ GUESS_REALM, GUESS_REALM_LIMIT, GUESS_REALM_WINDOW };
        return 3;
}

int guess_judge(const GuessRule *rule, const GuessCounter *counter) {
        if (counter->count <= rule->limit)
                return 0;
        if (rule->scope == GUESS_ACCOUNT || rule->scope == GUESS_ACCOUNT_DEVICE)
                return IAM_E_USER_LOCKED;
        return IAM_E_SOURCE_LOCKED;
}

bool guess_is_refunded(const GuessRule *rule) {
        return rule->scope != GUESS_SOURCE;
}

const char *guess_scope_name(GuessScope scope) {
        switch (scope) {
        case GUESS_ACCOUNT:
                return "account";
        case GUESS_ACCOUNT_DEVICE:
                return "account-device";
        case GUESS_SOURCE:
                return "source";
        case GUESS_REALM:
                return "realm";
        case SENTINELS(GUESS):
                break;
        }
        return NULL;
}

void guess_source(const char *address, char ret[GUESS_SOURCE_SIZE]) {
        Ip ip;
        size_t len;

        _Static_assert(IP_TEXT_SIZE <= GUESS_SOURCE_SIZE, "a prefix must fit");
        if (str_is_empty(address)) {
                memcpy(ret, "console", sizeof("console"));
                return;
        }
        if (ip_parse(address, &ip) == 0) {
                ip = ip_prefix(&ip, 24, 48);
                ip_format(&ip, ret);
                return;
        }
        len = strnlen(address, GUESS_SOURCE_SIZE - 1);
        memcpy(ret, address, len);
        ret[len] = '\0';
        str_ascii_lower(ret);
}
