/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "base/str.h"
#include "daemon/app/login.h"

static const char *const nouns[_PURPOSE_MAX] = {
        [PURPOSE_LOGIN] = "Login",          [PURPOSE_REAUTH] = "Confirmation",
        [PURPOSE_CONFIRM] = "Confirmation", [PURPOSE_CHANGE] = "Password change",
        [PURPOSE_RESET] = "Password reset",
};

const char *login_line(Arena *arena, Door door, const LoginStep *step) {
        const char *line;

        if (step->outcome == LOGIN_ASK && step->reason == 0)
                return NULL;
        line = arena_printf(
                        arena, "%s%s%s at %s from %s: %s", nouns[step->purpose],
                        step->account != NULL ? " of " : "", str_or(step->account, ""),
                        str_or(step->service, door_name(door)), str_or(step->address, "this host"),
                        step->outcome == LOGIN_DONE ? "done" : reason_message(step->reason));
        return str_or(line, "Login: no memory to say more");
}
