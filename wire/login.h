/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contract of org.iamd.Login, spoken on the auth socket: prompts as data and handles of
 * attempts.  The daemon decides; whoever speaks this renders prompts and carries answers.
 *
 *   Start(user, purpose, service, tty, rhost, ruser) -> Step     a login begins, or another proof
 *   Answer(attempt, id, value, again, ...) -> Step   one prompt is answered, what is chosen twice;
 *                                                    rhost and ruser again, only for a fair place
 *                                                    in the queue
 *   Abandon(attempt, why) -> Step                    the door cannot put the question
 *   Resume(attempt) -> Step                          after a broken connection
 *   Account(user, service, tty, rhost, ruser) -> AccountOut    may the account be used now
 *   OpenSession, CloseSession(..., bootId, leaderPid, leaderStart) -> user       uid 0 only
 *
 * Purposes: "login" (when none is given), "confirm" (one fresh factor of a known user),
 * "change-password" (every factor, then the new password; proof: the attempt of a login that was
 * done just now, which makes the factors unnecessary), "set-password" (uid 0 only: no proof at
 * all).
 *
 * What a caller that is not root says of rhost and ruser is not believed: its uid is its source.
 * A reply that does not name the user who was asked about is no yes.
 */
#pragma once

#include "wire/field.h"

#define WIRE_LOGIN_INTERFACE "org.iamd.Login"

#define WIRE_ATTEMPT_MAX 128 /* bytes of an attempt's handle */
#define WIRE_SERVICE_MAX 64 /* of a PAM service */
#define WIRE_TTY_MAX 64
#define WIRE_BOOT_ID_SIZE 32
#define WIRE_RHOST_MAX 255
#define WIRE_RUSER_MAX 64
#define WIRE_LOGIN_NAME_MAX 254
#define WIRE_PROMPTS_MAX 4
#define WIRE_PROMPT_TEXT_MAX 1024 /* bytes of a label or a notice */
#define WIRE_LOGIN_MESSAGE_MAX ((size_t) 16 << 10)

typedef struct WireLoginStart {
        const char *user;
        const char *service;
        const char *tty;
        const char *rhost; /* NULL or "": this host */
        const char *ruser; /* who on this host asks, as with su and sudo; NULL or "": a console */
        const char *boot_id; /* the parent of the process that asks, which may open the session */
        int64_t parent_pid; /* of what was proven here; believed from uid 0 only */
        int64_t parent_start;
        const char *key; /* "TYPE BASE64": what sshd took before; believed of sshd and uid 0 only */
        const char *purpose; /* NULL: "login" */
        Secret proof; /* "change-password": the attempt of the login before it, or empty */
} WireLoginStart;

typedef struct WireAccountIn {
        const char *user;
        const char *service;
        const char *tty;
        const char *rhost;
        const char *ruser;
} WireAccountIn;

typedef struct WireLoginAnswer {
        Secret attempt;
        const char *id;
        Secret value;
        Secret again; /* to a prompt of the kind "new": as typed the second time */
        const char *rhost;
        const char *ruser;
} WireLoginAnswer;

typedef struct WireLoginAttempt {
        Secret attempt;
        const char *why; /* Abandon: "unserved" (one prompt only), "cancelled", or NULL */
} WireLoginAttempt;

typedef struct WirePrompt {
        const char *id;
        const char *kind; /* "text" "secret" "code" "new" "info" */
        const char *label;
        const char *again; /* "new": the label for the second time */
} WirePrompt;

typedef struct WireLoginStep {
        const char *outcome; /* "ask" "done" "refused" */
        Secret attempt;
        WireRows prompts; /* of WirePrompt */
        const char *notice;
        const char *user; /* done: the canonical name */
        const char *reason; /* the true one, told to uid 0 only: for the journal */
} WireLoginStep;

typedef struct WireAccountOut {
        const char *user;
        int64_t uid;
} WireAccountOut;

typedef struct WireHostSession {
        const char *user;
        const char *service;
        const char *tty;
        const char *rhost;
        const char *boot_id;
        int64_t leader_pid;
        int64_t leader_start;
        const char *key; /* likewise */
        Secret attempt; /* the login it came of, when the same process made it */
} WireHostSession;

typedef struct WireLoginTable {
        const WireField *fields;
        size_t n;
} WireLoginTable;

extern const WireLoginTable wire_login_start;
extern const WireLoginTable wire_login_answer;
extern const WireLoginTable wire_login_attempt;
extern const WireLoginTable wire_login_step;
extern const WireLoginTable wire_account_in;
extern const WireLoginTable wire_account_out;
extern const WireLoginTable wire_host_session;
