/* SPDX-License-Identifier: Apache-2.0 */
/* Which files of this machine say that it asks iamd, and what they shall say. */
#pragma once

#include "cli/host/change.h"

/* The lines that sshd needs: shipped, so that they can be read, and copied by enabling. */
#define HOST_SSHD_SHIPPED "/usr/share/iam/sshd.conf"
#define HOST_SSHD_FILE "/etc/ssh/sshd_config.d/10-iam.conf"
/* Likewise those for sudo's own file. */
#define HOST_SUDO_SHIPPED "/usr/share/iam/sudo.conf"
#define HOST_SUDO_FILE "/etc/sudo.conf"
#define HOST_SUDO "/usr/bin/sudo"

/*
 * IAM_E_INVALID with the file and a sentence about it: what stands there must be changed by hand.
 * -errno with the file.
 */
typedef struct HostTrouble {
        const char *path;
        const char *why;
} HostTrouble;

int host_plan_make(Arena *arena, bool enable, HostPlan *ret, HostTrouble *ret_trouble);
