/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/sudo_demand.h"

#include "base/sudo_rule.h"

int64_t sudo_demand(const Closure *closure, const char *run_as, const char *path) {
        int64_t least = SUDO_NO_FACTOR;
        bool is_known = false;

        for (size_t i = 0; i < closure->n_sudo; i++) {
                const SudoRule *rule = closure->sudo[i].rule;

                if (!sudo_rule_may_match(rule->run_as, rule->command, run_as, path))
                        continue;
                is_known = true;
                if (rule->fresh_factor == SUDO_NO_FACTOR)
                        continue;
                if (least == SUDO_NO_FACTOR || rule->fresh_factor < least)
                        least = rule->fresh_factor;
        }
        return is_known ? least : 0;
}

Usec sudo_factor_at(const HostLogin *login, bool has_second_factor) {
        const char *amr = login->auth.amr;
        Usec at = str_words_have(amr, has_second_factor ? "otp" : "pwd") ? login->auth.at : 0;

        return login->confirmed_at > at ? login->confirmed_at : at;
}
