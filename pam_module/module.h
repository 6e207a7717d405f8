/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pam_iam's inside.  It relays prompts; iamd alone decides.  A guest in sshd, sudo and login: no
 * environment, no standard streams, no fork, no signal, and every result starts as a failure.
 */
#pragma once

#include <security/pam_modules.h>

#include "base/macro.h"
#include "client_lib/iam.h"
#include "client_lib/owner.h"

#define PAM_PATH_MAX 107 /* bytes of a socket's path */

typedef struct PamOptions {
        char socket[PAM_PATH_MAX + 1];
        int timeout_ms; /* for one judgement of iamd; that it is there must show sooner */
        bool debug; /* one line for each step */
        bool no_warn; /* never a notice to the person */
} PamOptions;

/* Paths of this build; tests bring their own. */
extern const char *const pam_public_dir;
extern const char *const pam_auth_socket;
extern const char *const pam_local_passwd;

/* PAM_SUCCESS, or PAM_SERVICE_ERR after a log line: a typo in pam.d must fail closed. */
int pam_options_read(pam_handle_t *pamh, int argc, const char **argv, PamOptions *ret);

/* Which entry asks, for the map of results. */
typedef enum PamEntry {
        ENTRY_AUTH,
        ENTRY_ACCOUNT,
        ENTRY_SESSION,
        ENTRY_PASSWORD,
        _ENTRY_MAX,
        _ENTRY_INVALID = -EINVAL,
} PamEntry;

/* The one map: what iamd or the way to it answered, as a PAM code.  Never PAM_SUCCESS unless result
 * is 0, and never PAM_IGNORE. */
int pam_code(PamEntry entry, int result);

/* With whom it speaks for; connects for each call.  PAM_SUCCESS or what to return. */
int pam_client_new(pam_handle_t *pamh, const PamOptions *options, iam_client **ret);

/*
 * The client of a login that was done, kept for the session that the same process or a child of it
 * may open, so that the session knows how the user was authenticated.  NULL: there is none.
 */
void pam_client_keep(pam_handle_t *pamh, iam_client *client);
iam_client *pam_client_kept(pam_handle_t *pamh);
/* Tells which process may open the session when it is not this one nor a child of it.  A failure
 * costs that knowledge only. */
void pam_client_name_parent(iam_client *client);

/* Who asks from where, as PAM knows it. */
typedef struct PamItems {
        const char *user;
        const char *service;
        const char *tty;
        const char *rhost;
} PamItems;

void pam_items_read(pam_handle_t *pamh, const char *user, PamItems *ret);

/*
 * Puts the prompts, with the notice folded into the first one's text (sshd before 10.3 shows
 * information only with the next prompt), in one conversation.  Answers are the caller's to wipe
 * with pam_answers_clear().  PAM_SUCCESS, or PAM_CONV_ERR, PAM_BUF_ERR.
 */
#define PAM_ANSWERS_MAX 4
typedef struct PamAnswers {
        char *text[PAM_ANSWERS_MAX]; /* NULL for information */
        char *again[PAM_ANSWERS_MAX]; /* IAM_PROMPT_NEW: as typed the second time; else NULL */
        size_t n;
} PamAnswers;
int pam_ask(pam_handle_t *pamh, const char *notice, const iam_prompt *prompts, size_t n,
            PamAnswers *ret);
void pam_answers_clear(PamAnswers *answers);

/* session.c: PAM_SUCCESS, PAM_SESSION_ERR, or PAM_IGNORE for a name that iamd says is not its own.
 */
int pam_session(pam_handle_t *pamh, const PamOptions *options, const PamItems *items, bool opens);

/* Authentication from start to end; PAM_SUCCESS only when iamd said done for this user. */
int pam_talk(pam_handle_t *pamh, const PamOptions *options, const PamItems *items, int flags);

/* What iamd asks and a person answers, under way. */
typedef struct PamTalk {
        pam_handle_t *pamh;
        const PamOptions *options;
        const PamItems *items;
        iam_client *client;
        bool is_change; /* of the password: the one asked for is the former one */
        bool no_warn;
        bool was_answered;
} PamTalk;

/* Goes on while iamd asks, or, with stops_at_new, until a new password is to be chosen.
 * PAM_SUCCESS, or what to return. */
int pam_rounds(PamTalk *talk, bool stops_at_new);
/* PAM_SUCCESS only when iamd said done for this user; PAM_AUTH_ERR or PAM_USER_UNKNOWN. */
int pam_conclude(const PamTalk *talk);

/*
 * change.c: a new password.  In the preliminary pass the person proves who he is, unless root asks
 * for somebody; in the other one he chooses.  What he proved in the same login counts.
 */
int pam_change(pam_handle_t *pamh, const PamOptions *options, const PamItems *items, int flags);
