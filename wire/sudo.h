/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contract of org.iamd.Sudo, spoken on the auth socket by sudo's plugins, as uid 0 only.
 *
 *   Approve(user, path, ..., attempt)    -> Verdict    what no rule of sudo's can say: may it run
 *                                                      now, or must a factor be proven first;
 *                                                      attempt: a confirmation that was just done
 *   Report(user, event, command, ...) -> user          for the audit trail
 *
 * A reply that does not name the user who was asked about is no yes.
 */
#pragma once

#include "wire/login.h"

#define WIRE_SUDO_INTERFACE "org.iamd.Sudo"

#define WIRE_SUDO_COMMAND_MAX 1024 /* bytes; of a longer command the beginning */
#define WIRE_SUDO_EVENT_MAX 16
#define WIRE_SUDO_MESSAGE_MAX 255
#define WIRE_SUDO_PATH_MAX 512
#define WIRE_SUDO_PROCESSES_MAX 32

/* "PID:START" of the processes that sudo came of, its parent first: by these iamd finds the host
 * login. */
typedef struct WireSudoReport {
        const char *user; /* who ran sudo */
        const char *event; /* "accepted" "rejected" "failed" "finished" */
        const char *command; /* with its arguments, between single spaces */
        const char *run_as;
        const char *cwd;
        const char *tty;
        const char *message; /* why rejected or failed */
        int64_t status; /* finished: the exit status, or 128 and the signal */
        const char *boot_id;
        StrList processes;
} WireSudoReport;

typedef struct WireSudoApprove {
        const char *user;
        const char *path; /* of the program, which may hold blanks; NULL or "": not known */
        const char *run_as; /* NULL: not known */
        const char *tty;
        const char *boot_id;
        StrList processes;
        Secret attempt; /* empty: none */
} WireSudoApprove;

typedef struct WireSudoVerdict {
        const char *user;
        const char *decision; /* "allow" "factor" */
} WireSudoVerdict;

extern const WireLoginTable wire_sudo_report;
extern const WireLoginTable wire_sudo_approve;
extern const WireLoginTable wire_sudo_verdict;
