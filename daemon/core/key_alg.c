/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "daemon/core/ports/crypto.h"

static const char *const names[_KEY_ALG_MAX] = {
        [KEY_ALG_ES256] = "ES256",
        [KEY_ALG_RS256] = "RS256",
};

const char *key_alg_name(KeyAlg alg) {
        assert(alg >= 0 && alg < _KEY_ALG_MAX);
        return names[alg];
}

KeyAlg key_alg_from_name(const char *name) {
        for (int i = 0; i < _KEY_ALG_MAX; i++)
                if (str_eq(names[i], name))
                        return (KeyAlg) i;
        return _KEY_ALG_INVALID;
}

static const char *const states[_KEY_STATE_MAX] = {
        [KEY_NEXT] = "next",
        [KEY_ACTIVE] = "active",
        [KEY_RETIRING] = "retiring",
        [KEY_DESTROYED] = "destroyed",
};

const char *key_state_name(KeyState state) {
        assert(state >= 0 && state < _KEY_STATE_MAX);
        return states[state];
}

KeyState key_state_from_name(const char *name) {
        for (int i = 0; i < _KEY_STATE_MAX; i++)
                if (str_eq(states[i], name))
                        return (KeyState) i;
        return _KEY_STATE_INVALID;
}
