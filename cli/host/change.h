/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many files changed as one: all as planned, or all as they were, at whatever instruction it was
 * interrupted.  Knows neither what the files mean nor who decided.
 *
 * The order of the files matters where only some are changed when the machine dies: enabling goes
 * through them from the first, disabling and taking back from the last.
 */
#pragma once

#include "cli/host/record.h"

#define HOST_NEW_MODE 0644

typedef struct HostFile {
        const char *path;
        HostText now;
        HostText wanted; /* the same as now: it is left alone */
} HostFile;

typedef struct HostPlan {
        bool enables;
        HostFile files[HOST_FILES_MAX];
        size_t n;
        HostRecord record; /* as it was read */
} HostPlan;

bool host_plan_is_empty(const HostPlan *plan);

/*
 * Changes the files, asks check(context) what it thinks of the machine now, and keeps the change
 * when the answer is 0.  Any other answer, and any failure, is given back after all was undone.
 */
int host_change(const char *root, const HostPlan *plan, int (*check)(void *context), void *context);

/* Undoes what an earlier run left half done.  1: there was something; 0: there was not. */
int host_change_recover(const char *root, Arena *arena);
