/* SPDX-License-Identifier: Apache-2.0 */
/* Guesses are counted before anything is hashed, in a transaction of their own (law 5). */
#include <string.h>

#include "base/names.h"
#include "base/reason.h"
#include "daemon/app/login_call.h"

/* One byte of scope, then at most a name, a source, or an account with its device. */
#define KEY_MAX (1 + EMAIL_MAX + 1)
_Static_assert(sizeof(Id) + sizeof(Sha256) < EMAIL_MAX, "a name is the longest key");
_Static_assert(GUESS_SOURCE_SIZE < EMAIL_MAX, "a name is the longest key");

/* What is counted, as bytes: the account by its id whatever alias was typed, an unknown one by the
 * name as typed. */
static int key_make(const LoginCall *call, GuessScope scope, GuessKey *ret) {
        const Attempt *attempt = &call->view.attempt;
        uint8_t bytes[KEY_MAX];
        char source[GUESS_SOURCE_SIZE];
        size_t len = 0;

        bytes[len++] = (uint8_t) scope;
        if (scope == GUESS_SOURCE) {
                guess_source(attempt->address, source);
                memcpy(bytes + len, source, strlen(source));
                len += strlen(source);
        } else if (scope == GUESS_ACCOUNT && !call->view.has_user) {
                size_t n = strnlen(attempt->name, EMAIL_MAX);
                memcpy(bytes + len, attempt->name, n);
                len += n;
        } else if (scope == GUESS_ACCOUNT || scope == GUESS_ACCOUNT_DEVICE) {
                memcpy(bytes + len, &attempt->user, sizeof(Id));
                len += sizeof(Id);
        }
        if (scope == GUESS_ACCOUNT_DEVICE) {
                memcpy(bytes + len, &attempt->device, sizeof(Sha256));
                len += sizeof(Sha256);
        }
        ret->scope = scope;
        return call->app->crypto.keyed_hash(call->app->crypto.self, "guess", bytes, len, &ret->key);
}

static int give_back(LoginCall *call, Txn *txn, size_t n) {
        for (size_t i = 0; i < n; i++) {
                int r;

                if (!guess_is_refunded(&call->guess.rules[i]))
                        continue;
                r = call->app->store.guesses->refund(txn, &call->realm, &call->guess.keys[i]);
                if (r != 0)
                        return r;
        }
        return 0;
}

static int reserve_run(Txn *txn, void *context) {
        LoginCall *call = context;
        LoginGuess *guess = &call->guess;

        guess->refused_by = NULL;
        for (size_t i = 0; i < guess->n; i++) {
                GuessCounter counter;
                int reason;
                int r;

                r = call->app->store.guesses->reserve(
                                txn, &call->realm, &guess->keys[i], guess->rules[i].window,
                                call->now, &counter);
                if (r != 0)
                        return r;
                reason = guess_judge(&guess->rules[i], &counter);
                if (reason == 0)
                        continue;
                r = give_back(call, txn, i);
                if (r != 0)
                        return r;
                guess->refused_by = guess_scope_name(guess->rules[i].scope);
                return call->app->store.keep(txn, reason);
        }
        return 0;
}

int login_guess_reserve(LoginCall *call) {
        LoginGuess *guess = &call->guess;

        guess->n = guess_rules(
                        &call->view.realm.settings, call->view.device_is_known, guess->rules);
        for (size_t i = 0; i < guess->n; i++) {
                int r = key_make(call, guess->rules[i].scope, &guess->keys[i]);
                if (r < 0)
                        return r;
        }
        return call->app->store.txn(call->app->store.self, reserve_run, call);
}

int login_guess_refund(LoginCall *call, Txn *txn) {
        for (size_t i = 0; i < call->guess.n; i++) {
                int r = call->app->store.guesses->refund(txn, &call->realm, &call->guess.keys[i]);
                if (r != 0)
                        return r;
        }
        return 0;
}

/* Source and realm only get their guess back: whoever owns one account must not be able to wipe
 * what he tried on others. */
int login_guess_forget(LoginCall *call, Txn *txn) {
        for (size_t i = 0; i < call->guess.n; i++) {
                GuessScope scope = call->guess.rules[i].scope;
                bool mine = scope == GUESS_ACCOUNT || scope == GUESS_ACCOUNT_DEVICE;
                int r;

                r = (mine ? call->app->store.guesses->forget : call->app->store.guesses->refund)(
                                txn, &call->realm, &call->guess.keys[i]);
                if (r != 0)
                        return r;
        }
        return 0;
}
