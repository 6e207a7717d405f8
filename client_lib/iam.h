/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libiam: talk to iamd from any program.  C99; needs nothing but libc.  An iam_client is used by
 * one thread at a time; different ones are independent.  Nothing here reads the environment, starts
 * a process or a thread, raises a signal or prints.
 *
 * Functions return 0, a positive reason (iam_reason_name() names it), or -errno: -EINVAL for a
 * value that is missing or too long, -ENOENT and -ECONNREFUSED when nobody listens, -EPERM when who
 * does is not to be believed, -ETIMEDOUT, -EBADMSG for an answer that is not understood, -ENOMEM.
 * Strings are UTF-8.  Those that are given are copied; those that are lent live until the next call
 * on the same client.  libiam(3) says more, and example/check-login.c is a whole program.
 */
#ifndef IAM_H
#define IAM_H

#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IAM_AUTH_SOCKET "/run/iam/auth.socket" /* where an installed iamd listens */

typedef struct iam_client iam_client;

enum iam_outcome {
        IAM_LOGIN_NONE = 0, /* no login was begun */
        IAM_LOGIN_ASK = 1, /* answer the prompts */
        IAM_LOGIN_DONE = 2, /* the user is who they say, and what was to be chosen is stored */
        IAM_LOGIN_REFUSED = 3
};

enum iam_prompt_kind {
        IAM_PROMPT_TEXT = 1,
        IAM_PROMPT_SECRET = 2, /* do not echo */
        IAM_PROMPT_CODE = 3, /* digits; do not echo */
        IAM_PROMPT_INFO = 4, /* nothing to answer */
        IAM_PROMPT_NEW = 5 /* a secret to be chosen: do not echo, ask for it twice */
};

/* What somebody is asked to prove something for. */
enum iam_purpose {
        IAM_PURPOSE_LOGIN = 0,
        IAM_PURPOSE_CONFIRM =
                        1, /* one fresh factor of a known user: the second where there is one */
        IAM_PURPOSE_CHANGE_PASSWORD = 2, /* every factor, then a new password */
        IAM_PURPOSE_SET_PASSWORD = 3 /* uid 0 only: a new password without any proof */
};

typedef struct iam_prompt {
        const char *id;
        int kind; /* enum iam_prompt_kind */
        const char *label;
        const char *again; /* IAM_PROMPT_NEW: the label for the second time, else NULL */
} iam_prompt;

/*
 * socket_path: IAM_AUTH_SOCKET, at most 107 bytes.  *ret is the caller's, on success only. Connects
 * for each call, so that nothing is held while a person thinks: iamd serves a bounded number of
 * connections.
 */
int iam_client_new(const char *socket_path, iam_client **ret);
iam_client *iam_client_free(iam_client *client); /* wipes; NULL ok; returns NULL */
void iam_client_freep(iam_client **client);
/* Besides root, whom to believe at the other end: the account iamd runs as. */
void iam_client_trust(iam_client *client, uid_t uid);
/* How long to wait for iamd to show that it is there: for the connection and for what it answers
 * without work; and for its judgement of an answer.  5000 and 35000 unless told otherwise. */
void iam_client_set_deadlines(iam_client *client, int connect_ms, int answer_ms);

/*
 * Who on this host asks, for programs like su and sudo that speak as root for whoever runs them: a
 * name, or "#UID".  His wrong guesses are then his and not the console's.  At most 64 printable
 * ASCII characters; others count as one unknown person.
 */
void iam_client_set_invoker(iam_client *client, const char *invoker);

/*
 * The parent of the process that asks, for programs that prove who somebody is in a child and open
 * the session in its parent (sshd): a session which that parent opens soon after knows how. boot_id
 * as in iam_session.  Believed from uid 0 only.
 */
int iam_client_set_parent(
                iam_client *client, const char *boot_id, long pid, unsigned long long start);

/* The SSH key that let the person come so far, "TYPE BASE64", for sshd; a longer text than a key
 * has is left out.  Believed from uid 0 and for the service sshd only. */
void iam_client_set_key(iam_client *client, const char *key);

/* Begins a login.  service, tty and rhost may be NULL; an rhost of NULL or "" is a console. */
int iam_login_start(
                iam_client *client, const char *user, const char *service, const char *tty,
                const char *rhost);
/* The same for another purpose (enum iam_purpose).  A change of the password that follows a login
 * which this client has just done does not ask for its factors again. */
int iam_login_start_for(
                iam_client *client, int purpose, const char *user, const char *service,
                const char *tty, const char *rhost);
/* Survives a restart of iamd: goes on by the attempt's handle. */
int iam_login_answer(iam_client *client, const char *id, const char *value);
/* To a prompt of the kind IAM_PROMPT_NEW: as typed the first and the second time. */
int iam_login_answer_new(iam_client *client, const char *id, const char *value, const char *again);
/* The prompts cannot be put to the person.  why: "unserved" or "cancelled". */
int iam_login_abandon(iam_client *client, const char *why);

int iam_login_outcome(const iam_client *client); /* enum iam_outcome */
size_t iam_login_prompts(const iam_client *client, const iam_prompt **ret);
const char *iam_login_notice(const iam_client *client); /* to show before the prompts, or NULL */
const char *iam_login_user(const iam_client *client); /* done: the canonical name, else NULL */
const char *iam_login_reason(const iam_client *client); /* for the journal; root hears it only */

/* May the account be used here now?  Needs uid 0, as the next two.  "password-expired": once the
 * password is changed. */
int iam_account_check(
                iam_client *client, const char *user, const char *service, const char *tty,
                const char *rhost);

/* A host session: the process that leads it, as (boot id, pid, start time). */
typedef struct iam_session {
        const char *user;
        const char *service;
        const char *tty;
        const char *rhost;
        const char *boot_id; /* 32 hex digits */
        long leader_pid;
        unsigned long long leader_start; /* field 22 of /proc/PID/stat */
} iam_session;

int iam_session_open(iam_client *client, const iam_session *session);
int iam_session_close(iam_client *client, const iam_session *session);

/* A process that may be gone when somebody asks, known by its start time too. */
typedef struct iam_process {
        long pid;
        unsigned long long start; /* field 22 of /proc/PID/stat */
} iam_process;

/* A command under sudo, as its plugins know it.  Texts are UTF-8; all but user may be NULL. */
typedef struct iam_sudo {
        const char *user; /* who runs sudo */
        const char *command; /* for a report: the path and its arguments, between single spaces */
        const char *path; /* for an approval: of the program alone */
        const char *run_as; /* an account's name */
        const char *cwd;
        const char *tty;
        const char *boot_id; /* 32 hex digits */
        const iam_process *processes; /* whom sudo came of, its parent first */
        size_t n_processes;
} iam_sudo;

enum iam_sudo_decision {
        IAM_SUDO_DENIED = 0,
        IAM_SUDO_ALLOWED = 0x5a3c,
        IAM_SUDO_FACTOR = 0x27d1 /* by a login for IAM_PURPOSE_CONFIRM; then ask again */
};

/* May the command run now, as far as its rules want a fresh factor?  A confirmation that this
 * client has just done is handed in and used up.  Needs uid 0. */
int iam_sudo_approve(iam_client *client, const iam_sudo *sudo, int *ret_decision);

enum iam_sudo_event {
        IAM_SUDO_ACCEPTED = 1,
        IAM_SUDO_REJECTED = 2,
        IAM_SUDO_FAILED = 3,
        IAM_SUDO_FINISHED = 4 /* status: of its exit, or 128 and the signal */
};

/* For the audit trail.  message: why it was rejected or failed, or NULL.  Needs uid 0. */
int iam_sudo_report(
                iam_client *client, const iam_sudo *sudo, int event, int status,
                const char *message);

const char *iam_reason_name(int reason); /* "not-found" */

#ifdef __cplusplus
}
#endif

#endif
