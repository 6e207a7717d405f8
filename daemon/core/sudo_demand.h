/* SPDX-License-Identifier: Apache-2.0 */
/* How fresh a proven factor must be for a command under sudo.  Pure. */
#pragma once

#include "daemon/core/closure.h"
#include "daemon/core/session.h"

/*
 * The strictest of what the user's rules ask for, over those that sudo could have taken for the
 * command, whichever it did take: seconds, or SUDO_NO_FACTOR.  0, each time, when it can have taken
 * none of them: then the rule was taken away and still stands in sudoers, or never was iamd's.
 */
int64_t sudo_demand(const Closure *closure, const char *run_as, const char *path);

/* When the login last proved what counts as fresh: the second factor where the user has one, else
 * the password.  0: never. */
Usec sudo_factor_at(const HostLogin *login, bool has_second_factor);
