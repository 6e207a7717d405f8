/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `iamctl status` sees of this machine by itself, beside what the daemon says of itself: units
 * that failed, rules that sudo does not have, a plugin without which sudo runs nothing.  Changes
 * nothing.
 */
#pragma once

#include "base/json.h"

typedef struct HostLook {
        const char *root; /* "" but for tests */
        /* `systemctl` with its arguments, or NULL: there is no systemd to ask. */
        const char *const *failed_units;
        bool is_root;
} HostLook;

HostLook host_look_here(void);

/* Rows as those of the operation `status`: check, state, detail.  What only root may see is left
 * out for others. */
void host_look(const HostLook *look, JsonWriter *w);
