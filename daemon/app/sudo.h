/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sudo's plugins tell and ask about a realm user on this host.  sudo's own policy has decided
 * before; here is what it cannot know.  Runs in the store lane.
 */
#pragma once

#include "daemon/app/account.h"

/* A process that sudo came of. */
typedef struct SudoProcess {
        int64_t pid;
        uint64_t start;
} SudoProcess;

typedef struct SudoIn {
        const char *user; /* who runs sudo */
        const char *tty;
        const char *command; /* of a report: with its arguments */
        const char *path; /* of an approval: of the program alone */
        const char *run_as;
        const char *cwd;
        const char *boot_id;
        const SudoProcess *processes; /* sudo's parent first */
        size_t n_processes;
} SudoIn;

typedef struct SudoReport {
        AuditEventKind event; /* EVENT_SUDO_ACCEPTED, ... */
        const char *message; /* why rejected or failed, or NULL */
        int64_t status; /* of EVENT_SUDO_FINISHED */
} SudoReport;

/*
 * May it run now, as far as the user's rules want a fresh factor?  *ret_needs_factor: not before
 * one is proven, by an attempt of PURPOSE_CONFIRM.  handle: of such an attempt that was just done,
 * which is used up; or NULL.  IAM_E_UNKNOWN_USER, IAM_E_USER_DISABLED, IAM_E_REALM_DISABLED.
 */
int app_sudo_approve(
                App *app, Arena *arena, const Caller *caller, const SudoIn *in,
                const Secret *handle, bool *ret_needs_factor);

/* Into the audit trail.  IAM_E_UNKNOWN_USER: nobody of a realm of this host. */
int app_sudo_report(
                App *app, Arena *arena, const Caller *caller, const SudoIn *in,
                const SudoReport *report);
