/* SPDX-License-Identifier: Apache-2.0 */
/* Authentication: iamd's prompts to the person, the person's answers to iamd, until it decides. */
#include <security/pam_appl.h>
#include <security/pam_ext.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/reason.h"
#include "base/ssh_key.h"
#include "base/str.h"
#include "client_lib/directory_map.h"
#include "pam_module/module.h"

#define ROUNDS_MAX 16 /* iamd ends an attempt sooner; a hostile one must not ask for ever */
#define CONNECT_MS 5000 /* a dead iamd must not keep anybody waiting as a busy one may */

static const char *item(pam_handle_t *pamh, int which) {
        const void *value = NULL;

        return pam_get_item(pamh, which, &value) == PAM_SUCCESS ? value : NULL;
}

/* Whoever runs a set-user-ID program, as the kernel says; what the program says once it has put on
 * root's uid, as sudo does. */
static void note_invoker(pam_handle_t *pamh, iam_client *client) {
        char number[16];

        if (getuid() == 0) {
                iam_client_set_invoker(client, item(pamh, PAM_RUSER));
                return;
        }
        (void) snprintf(number, sizeof(number), "#%u", (unsigned) getuid());
        iam_client_set_invoker(client, number);
}

/* What sshd was content with before it asks us. */
static void note_key(pam_handle_t *pamh, iam_client *client) {
        const char *methods = pam_getenv(pamh, "SSH_AUTH_INFO_0");
        char key[SSH_KEY_TEXT_MAX + 1];

        if (methods != NULL && str_eq(item(pamh, PAM_SERVICE), "sshd") &&
            ssh_key_of_methods(methods, key))
                iam_client_set_key(client, key);
}

int pam_client_new(pam_handle_t *pamh, const PamOptions *options, iam_client **ret) {
        int r = iam_client_new(options->socket, ret);

        if (r < 0)
                return pam_code(ENTRY_AUTH, r);
        iam_client_trust(*ret, directory_owner(pam_public_dir));
        iam_client_set_deadlines(
                        *ret, options->timeout_ms < CONNECT_MS ? options->timeout_ms : CONNECT_MS,
                        options->timeout_ms);
        note_invoker(pamh, *ret);
        note_key(pamh, *ret);
        return PAM_SUCCESS;
}

void pam_items_read(pam_handle_t *pamh, const char *user, PamItems *ret) {
        *ret = (PamItems){
                .user = user,
                .service = item(pamh, PAM_SERVICE),
                .tty = item(pamh, PAM_TTY),
                .rhost = item(pamh, PAM_RHOST),
        };
}

/* The program serves one question only.  The person hears what a wrong password gets, so that
 * nobody learns that it was right; the journal says what to do. */
static int give_up_unserved(pam_handle_t *pamh, iam_client *client, const PamItems *items) {
        pam_syslog(pamh, LOG_NOTICE,
                   "%s could not put the second question to %s; for ssh, set "
                   "KbdInteractiveAuthentication yes in sshd_config: the password method serves "
                   "one question only",
                   str_or(items->service, "the program"), items->user);
        (void) iam_login_abandon(client, "unserved");
        return PAM_AUTH_ERR;
}

/* The person could not be asked.  When somebody from the network answered the first question and
 * cannot be asked the second, the program most likely serves one only; at a console it is somebody
 * who pressed Ctrl-C. */
static int give_up(const PamTalk *talk, int code) {
        if (talk->was_answered && !talk->is_change && !str_is_empty(talk->items->rhost))
                return give_up_unserved(talk->pamh, talk->client, talk->items);
        (void) iam_login_abandon(talk->client, "cancelled");
        return talk->was_answered ? PAM_AUTH_ERR : code;
}

/*
 * sshd's password method, and others that were given a password and no person, answer every hidden
 * question with the password.  That is no code: it must not count as a guess at one.  Where a key
 * stands for the password the code is the first question, and what is no number is the password.
 */
static bool is_password(const PamTalk *talk, const iam_prompt *prompt, const char *text) {
        const void *password = NULL;

        if (prompt->kind != IAM_PROMPT_CODE)
                return false;
        if (!talk->was_answered)
                return text[strspn(text, "0123456789 ")] != '\0';
        return pam_get_item(talk->pamh, PAM_AUTHTOK, &password) == PAM_SUCCESS &&
               password != NULL && strcmp(password, text) == 0;
}

/* The password alone becomes PAM_AUTHTOK, for modules after us that open a keyring with it; in a
 * change that is the new one. */
static int keep_password(const PamTalk *talk, const iam_prompt *prompt, const char *text) {
        if (prompt->kind == IAM_PROMPT_NEW)
                return pam_set_item(talk->pamh, PAM_AUTHTOK, text);
        if (strcmp(prompt->id, "password") != 0)
                return PAM_SUCCESS;
        return pam_set_item(talk->pamh, talk->is_change ? PAM_OLDAUTHTOK : PAM_AUTHTOK, text);
}

static int
send_answer(PamTalk *talk, const iam_prompt *prompt, const char *text, const char *again) {
        int r;

        if (is_password(talk, prompt, text))
                return give_up_unserved(talk->pamh, talk->client, talk->items);
        /* Nothing chosen is no choice: as passwd has it, it leaves everything as it was. */
        if (prompt->kind == IAM_PROMPT_NEW && text[0] == '\0') {
                (void) iam_login_abandon(talk->client, "cancelled");
                return PAM_AUTHTOK_ERR;
        }
        r = keep_password(talk, prompt, text);
        if (r != PAM_SUCCESS)
                return r;
        r = iam_login_answer_new(talk->client, prompt->id, text, again);
        if (r != 0)
                return pam_code(talk->is_change ? ENTRY_PASSWORD : ENTRY_AUTH, r);
        talk->was_answered = true;
        return PAM_SUCCESS;
}

static int ask_round(PamTalk *talk) {
        const iam_prompt *lent;
        iam_prompt prompts[PAM_ANSWERS_MAX];
        char ids[PAM_ANSWERS_MAX][33];
        CLEANUP(pam_answers_clear) PamAnswers answers = {};
        size_t n = iam_login_prompts(talk->client, &lent);
        int r;

        if (n == 0 || n > PAM_ANSWERS_MAX)
                return PAM_SYSTEM_ERR;
        memcpy(prompts, lent, n * sizeof(*lent));
        r = pam_ask(talk->pamh, talk->no_warn ? NULL : iam_login_notice(talk->client), prompts, n,
                    &answers);
        if (r != PAM_SUCCESS)
                return give_up(talk, r);
        /* The first answer replaces the step that the ids belong to. */
        for (size_t i = 0; i < n; i++) {
                if (strlen(prompts[i].id) >= sizeof(ids[i]))
                        return PAM_SYSTEM_ERR;
                memcpy(ids[i], prompts[i].id, strlen(prompts[i].id) + 1);
                prompts[i].id = ids[i];
        }
        for (size_t i = 0; i < n; i++) {
                if (answers.text[i] == NULL)
                        continue;
                r = send_answer(talk, &prompts[i], answers.text[i], answers.again[i]);
                if (r != PAM_SUCCESS)
                        return r;
        }
        return PAM_SUCCESS;
}

static bool asks_for_new(const iam_client *client) {
        const iam_prompt *prompts;
        size_t n = iam_login_prompts(client, &prompts);

        return n > 0 && prompts[n - 1].kind == IAM_PROMPT_NEW;
}

int pam_rounds(PamTalk *talk, bool stops_at_new) {
        for (int round = 0; iam_login_outcome(talk->client) == IAM_LOGIN_ASK; round++) {
                int r;

                if (stops_at_new && asks_for_new(talk->client))
                        return PAM_SUCCESS;
                if (talk->options->debug)
                        pam_syslog(talk->pamh, LOG_DEBUG, "asking %s, round %d", talk->items->user,
                                   round);
                if (round == ROUNDS_MAX)
                        return PAM_MAXTRIES;
                r = ask_round(talk);
                if (r != PAM_SUCCESS)
                        return r;
        }
        return PAM_SUCCESS;
}

/*
 * iamd does not answer, and nobody gets in.  Somebody from the network is asked for the password
 * all the same: a name known nowhere is asked by pam_unix after us, and would be told from ours
 * (law 4) for as long as iamd is away.
 */
static void ask_in_vain(pam_handle_t *pamh, const PamItems *items) {
        const iam_prompt prompt = { .id = "password",
                                    .kind = IAM_PROMPT_SECRET,
                                    .label = "Password" };
        CLEANUP(pam_answers_clear) PamAnswers answers = {};

        if (str_is_empty(items->rhost))
                return;
        if (pam_ask(pamh, /* notice= */ NULL, &prompt, 1, &answers) == PAM_SUCCESS)
                (void) pam_set_item(pamh, PAM_AUTHTOK, answers.text[0]);
}

int pam_conclude(const PamTalk *talk) {
        const char *user = iam_login_user(talk->client);
        const char *reason = iam_login_reason(talk->client);

        if (iam_login_outcome(talk->client) == IAM_LOGIN_DONE) {
                /* Never anybody else than who was asked for. */
                if (user != NULL && strcmp(user, talk->items->user) == 0)
                        return PAM_SUCCESS;
                pam_syslog(talk->pamh, LOG_ERR, "iamd answered for another user than %s",
                           talk->items->user);
                return PAM_AUTH_ERR;
        }
        if (str_eq(reason, "unknown-user"))
                return PAM_USER_UNKNOWN;
        pam_syslog(talk->pamh, LOG_NOTICE, "%s of %s refused: %s",
                   talk->is_change ? "password change" : "authentication", talk->items->user,
                   str_or(reason, "did not match"));
        /* Never PAM_MAXTRIES: sshd would take its methods back with other words than after a wrong
         * password.  How many attempts there may be is the guess counters' matter. */
        return PAM_AUTH_ERR;
}

int pam_talk(pam_handle_t *pamh, const PamOptions *options, const PamItems *items, int flags) {
        CLEANUP(iam_client_freep) iam_client *client = NULL;
        PamTalk talk = {
                .pamh = pamh,
                .options = options,
                .items = items,
                .no_warn = options->no_warn || ((unsigned) flags & PAM_SILENT) != 0,
        };
        int r;

        r = pam_client_new(pamh, options, &client);
        if (r != PAM_SUCCESS)
                return r;
        talk.client = client;
        pam_client_name_parent(client);
        r = iam_login_start(client, items->user, items->service, items->tty, items->rhost);
        if (pam_code(ENTRY_AUTH, r) == PAM_AUTHINFO_UNAVAIL)
                ask_in_vain(pamh, items);
        if (r != 0) {
                pam_syslog(pamh, LOG_ERR, "iamd cannot authenticate %s: %s", items->user,
                           r > 0 ? reason_message(r) : strerrordesc_np(-r));
                return pam_code(ENTRY_AUTH, r);
        }
        r = pam_rounds(&talk, /* stops_at_new= */ false);
        if (r == PAM_SUCCESS)
                r = pam_conclude(&talk);
        if (r == PAM_SUCCESS)
                pam_client_keep(pamh, TAKE(client));
        return r;
}
