/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one login engine for every door.  An attempt asks for prompts described as data; browser
 * pages, the PAM conversation and the CLI render the same ones.  Runs in the hash lane.
 */
#pragma once

#include "daemon/app/app.h"

#define LOGIN_PROMPTS_MAX 4
#define LOGIN_HANDLE_SIZE 44 /* 43 characters and the NUL */

typedef enum PromptKind {
        PROMPT_TEXT,
        PROMPT_SECRET, /* no echo */
        PROMPT_CODE, /* a one-time code: digits, no echo, numeric keyboard */
        PROMPT_NEW, /* a secret to be chosen: no echo, asked for twice */
        PROMPT_INFO, /* nothing to answer */
        _PROMPT_MAX,
        _PROMPT_INVALID = -EINVAL,
} PromptKind;

typedef struct Prompt {
        const char *id; /* "username", "password", "totp", "new-password"; "expired" tells only */
        PromptKind kind;
        const char *label; /* from the message catalogue, rendered: "Password" */
        const char *again; /* PROMPT_NEW: the label for the second time, else NULL */
} Prompt;

typedef enum LoginOutcome {
        LOGIN_ASK, /* answer the prompts */
        LOGIN_DONE, /* user and auth are set */
        LOGIN_REFUSED, /* over; reason for the journal, the same words for everyone */
        _LOGIN_MAX,
        _LOGIN_INVALID = -EINVAL,
} LoginOutcome;

typedef struct LoginStep {
        LoginOutcome outcome;
        Purpose purpose;
        Language language;
        Secret handle; /* 43 characters; the client's key to this attempt */
        Prompt prompts[LOGIN_PROMPTS_MAX];
        size_t n_prompts;
        const char *notice; /* "That did not match. Try again.", or NULL */
        int reason; /* the true reason of notice or refusal: journal and audit only */
        bool new_device; /* done, and the device is now to be remembered: see device */
        Secret device; /* the device cookie to set */
        RealmId realm;
        const char *realm_name;
        Id user; /* LOGIN_DONE */
        const char *user_name;
        const char *service; /* of the attempt, or NULL */
        const char *address; /* likewise */
        const char *account; /* the known user whom the attempt is about, or NULL: journal only */
        AuthContext auth;
        int64_t credential_epoch; /* the user's when the proof was given */
        Id request; /* the authorization request the attempt carries, or null id */
        Id session; /* of LoginStart */
} LoginStep;

/*
 * One line for the journal: what for, who, at which door, from where, and the true reason: "Login
 * of alice at sshd from 192.0.2.7: wrong password".  A name that nobody has is left out: people
 * type passwords where names belong.  NULL when there is nothing to tell (a step that only asks
 * on).
 */
const char *login_line(Arena *arena, Door door, const LoginStep *step);

typedef struct LoginStart {
        RealmId realm;
        const char *name; /* already known (PAM, login_hint), or NULL */
        const char *service;
        const char *tty;
        const char *device; /* device cookie as presented, or NULL */
        Id request;
        const char *key; /* "TYPE BASE64": the SSH key that let the person come so far, or NULL */
        const char *opener_boot; /* see Attempt; NULL: nobody else opens the session */
        int64_t opener_pid;
        uint64_t opener_start;
        Purpose purpose; /* all but PURPOSE_LOGIN name a user who exists */
        Id session; /* the browser's, for which more is proven; null id: none */
        Usec factor_at; /* when the second factor was proven, where that still counts; 0: ask */
        const Secret *proof; /* PURPOSE_CHANGE: the handle of the login that just proved all, or
                                NULL */
} LoginStart;

/* A page may answer "username" again while the password is asked; PAM has named its user. */
typedef struct LoginAnswer {
        const char *id;
        const Secret *value;
        const Secret *again; /* PROMPT_NEW: as typed the second time */
} LoginAnswer;

typedef struct LoginAnswers {
        const LoginAnswer *items;
        size_t n; /* at most LOGIN_PROMPTS_MAX */
} LoginAnswers;

/* IAM_E_UNKNOWN_USER: another purpose than a login, for nobody. */
int app_login_start(
                App *app, Arena *arena, const Caller *caller, const LoginStart *in, LoginStep *ret);
/* IAM_E_ATTEMPT_GONE: unknown, expired or finished handle, or one of another realm or door. */
int app_login_answer(
                App *app, Arena *arena, const Caller *caller, const RealmId *realm,
                const Secret *handle, const LoginAnswers *answers, LoginStep *ret);
/*
 * The door could not put the question to the person (sshd's password method answers one prompt
 * only, a batch program none): the attempt ends as after a wrong answer, and the journal and the
 * audit trail learn why.  reason: IAM_E_FACTOR_NOT_SERVED, or another that the door found.
 */
int app_login_abandon(
                App *app, Arena *arena, const Caller *caller, const RealmId *realm,
                const Secret *handle, int reason, LoginStep *ret);
/* What the attempt asks now, without answering: a page reload, a daemon restart.  A PAM attempt
 * that was just done says so again: its answer may have been lost with the connection. */
int app_login_resume(
                App *app, Arena *arena, const Caller *caller, const RealmId *realm,
                const Secret *handle, LoginStep *ret);

/* How long a PAM attempt that was done is remembered: to be told again, to open a session. */
#define LOGIN_DONE_MEMORY (60 * USEC_PER_SEC)
/* When and how the user of a done attempt proved himself. */
AuthContext app_login_auth(const Attempt *attempt);
