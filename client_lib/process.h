/* SPDX-License-Identifier: Apache-2.0 */
/* How a process is known though its number is used again: the boot, its pid, and when it began. */
#pragma once

#include "base/macro.h"

#define PROCESS_BOOT_ID_SIZE 33 /* 32 hex digits and the NUL */

typedef struct ProcessStat {
        pid_t parent; /* 0: none, or in another PID namespace */
        uint64_t start; /* field 22 of /proc/PID/stat */
} ProcessStat;

/* The kernel's id of this boot, without dashes. */
int process_boot_id(char ret[PROCESS_BOOT_ID_SIZE]);
int process_stat(pid_t pid, ProcessStat *ret);
