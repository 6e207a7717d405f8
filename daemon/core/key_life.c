/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/key_life.h"

#define DAY (86400 * USEC_PER_SEC)

const SigningKey *key_in_state(const SigningKey *keys, size_t n, KeyAlg alg, KeyState state) {
        const SigningKey *found = NULL;

        for (size_t i = 0; i < n; i++)
                if (keys[i].alg == alg && keys[i].state == state &&
                    (found == NULL || keys[i].since > found->since))
                        found = &keys[i];
        return found;
}

/* No access or ID token outlives a day, whatever settings say; as a hint at sign-out an ID token is
 * good as long as its session. */
static Usec retiring_period(const RealmSettings *settings) {
        Usec session = settings->session_lifetime * USEC_PER_SEC;

        return session > DAY ? session : DAY;
}

static bool wants_successor(const SigningKey *active, const RealmSettings *settings, Usec now) {
        Usec period = settings->key_rotation_days * DAY;

        return period > 0 && now - active->since >= period - KEY_NEXT_PERIOD;
}

void key_plan(const SigningKey *keys, size_t n, const RealmSettings *settings, Usec now,
              KeyPlan *ret) {
        KeyPlan plan = { .is_empty = true };
        size_t room;

        assert(n <= KEYS_PUBLISHED_MAX);
        room = KEYS_PUBLISHED_MAX - n;
        for (KeyAlg alg = 0; alg < _KEY_ALG_MAX; alg++) {
                const SigningKey *active = key_in_state(keys, n, alg, KEY_ACTIVE);
                const SigningKey *next = key_in_state(keys, n, alg, KEY_NEXT);

                if (next != NULL && now - next->since >= KEY_NEXT_PERIOD)
                        plan.activate[alg] = next;
                else if (next == NULL && active != NULL && room > 0)
                        plan.make[alg] = wants_successor(active, settings, now);
                room -= plan.make[alg] ? 1 : 0;
                if (plan.make[alg] || plan.activate[alg] != NULL)
                        plan.is_empty = false;
        }
        for (size_t i = 0; i < n; i++)
                if (keys[i].state == KEY_RETIRING &&
                    now - keys[i].since >= retiring_period(settings)) {
                        plan.destroy[plan.n_destroy++] = &keys[i];
                        plan.is_empty = false;
                }
        *ret = plan;
}
