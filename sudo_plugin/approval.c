/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sudo's approval plugin: where a rule wants a fresh factor, iamd asks for it.  sudo calls it after
 * its own policy has agreed, for each command, whatever NOPASSWD or a timestamp says.  For a realm
 * user everything that is not a yes is a no; root and local accounts are never asked.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "base/str.h"
#include "sudo_plugin/plugin.h"

#define DEADLINE_MS 5000 /* iamd may be busy with other people's passwords */
#define ANSWER_MS 35000 /* for its judgement of an answer */
#define ROUNDS_MAX 16 /* iamd ends an attempt sooner; a hostile one must not ask for ever */
#define BUSY_TRIES 30
#define BUSY_MS 100
#define TEXT_MAX 1100 /* bytes of a label or a notice */

/* sudo loads a plugin once and runs one command, or with `intercept` several. */
static struct State {
        PluginUser user;
        sudo_conv_t converse;
        bool is_noninteractive; /* -n: nobody may be asked */
        bool has_options; /* there are options, and none are known */
} state;

static void say(int kind, const char *text) {
        char harmless[TEXT_MAX];
        const char *const parts[] = { kind == SUDO_CONV_ERROR_MSG ? "sudo: " : "", harmless, "\n" };
        struct sudo_conv_message messages[ELEMENTSOF(parts)];
        struct sudo_conv_reply replies[ELEMENTSOF(parts)] = {};

        plugin_text(harmless, sizeof(harmless), text);
        for (size_t i = 0; i < ELEMENTSOF(parts); i++)
                messages[i] = (struct sudo_conv_message){ .msg_type = kind, .msg = parts[i] };
        if (state.converse != NULL)
                (void) state.converse(ELEMENTSOF(parts), messages, replies, NULL);
}

/* sudo itself prints nothing when a plugin refuses. */
static int refuse(const char *why, const char **errstr) {
        say(SUDO_CONV_ERROR_MSG, why);
        if (errstr != NULL)
                *errstr = why;
        return 0;
}

/* 0 and an answer of the person's, the caller's to wipe; -ECANCELED: there is none. */
static int ask(const iam_prompt *prompt, struct sudo_conv_reply *ret) {
        char harmless[TEXT_MAX];
        char label[TEXT_MAX + 2];
        struct sudo_conv_message message = {
                .msg_type = prompt->kind == IAM_PROMPT_TEXT ? SUDO_CONV_PROMPT_ECHO_ON
                                                            : SUDO_CONV_PROMPT_ECHO_OFF,
                .msg = label,
        };

        plugin_text(harmless, sizeof(harmless), prompt->label);
        (void) snprintf(label, sizeof(label), "%s: ", harmless);
        if (state.converse == NULL || state.converse(1, &message, ret, NULL) != 0 ||
            ret->reply == NULL)
                return -ECANCELED;
        return 0;
}

static void reply_clear(struct sudo_conv_reply *reply) {
        if (reply->reply == NULL)
                return;
        explicit_bzero(reply->reply, strlen(reply->reply));
        free(reply->reply);
        reply->reply = NULL;
}

/* One prompt of the step that stands; its answer brings the next step. */
static int answer(iam_client *client, const iam_prompt *lent) {
        CLEANUP(reply_clear) struct sudo_conv_reply reply = {};
        iam_prompt prompt = *lent;
        char id[33];
        int r;

        if (strlen(prompt.id) >= sizeof(id))
                return -EBADMSG;
        memcpy(id, prompt.id, strlen(prompt.id) + 1);
        r = prompt.kind == IAM_PROMPT_NEW ? -ECANCELED : ask(&prompt, &reply);
        if (r < 0) {
                (void) iam_login_abandon(client, "cancelled");
                return r;
        }
        return iam_login_answer(client, id, reply.reply);
}

static int round_of(iam_client *client) {
        const iam_prompt *prompts;
        size_t n = iam_login_prompts(client, &prompts);

        if (!str_is_empty(iam_login_notice(client)))
                say(SUDO_CONV_INFO_MSG, iam_login_notice(client));
        for (size_t i = 0; i < n; i++) {
                if (prompts[i].kind != IAM_PROMPT_INFO)
                        return answer(client, &prompts[i]);
                say(SUDO_CONV_INFO_MSG, prompts[i].label);
        }
        return -EBADMSG;
}

/* 0 when the person has proven the factor; IAM_E_WRONG_CREDENTIALS; or what went wrong. */
static int confirm(iam_client *client) {
        const PluginUser *user = &state.user;
        int r;

        iam_client_set_invoker(client, user->name);
        r = iam_login_start_for(
                        client, IAM_PURPOSE_CONFIRM, user->name, "sudo", user->tty,
                        /* rhost= */ NULL);
        for (int i = 0; r == 0 && iam_login_outcome(client) == IAM_LOGIN_ASK; i++)
                r = i < ROUNDS_MAX ? round_of(client) : -EBADMSG;
        if (r != 0)
                return r;
        return iam_login_outcome(client) == IAM_LOGIN_DONE &&
                                               str_eq(iam_login_user(client), user->name)
                               ? 0
                               : IAM_E_WRONG_CREDENTIALS;
}

static const char *words_of(int r) {
        if (r == -ECANCELED)
                return "a fresh factor is needed, and nobody can be asked";
        if (r == IAM_E_WRONG_CREDENTIALS)
                return "that did not match";
        return r > 0 ? reason_message(r) : "iamd does not answer, so nothing is approved";
}

/* Of one user's commands iamd looks at a few at once; the others wait for a moment. */
static int approve(iam_client *client, const iam_sudo *sudo, int *ret_decision) {
        int r = iam_sudo_approve(client, sudo, ret_decision);

        for (int i = 0; r == IAM_E_BUSY && i < BUSY_TRIES; i++) {
                (void) poll(NULL, 0, BUSY_MS);
                r = iam_sudo_approve(client, sudo, ret_decision);
        }
        return r;
}

static int decide(iam_client *client, const iam_sudo *sudo, const char **errstr) {
        int decision = IAM_SUDO_DENIED;
        int r;

        r = approve(client, sudo, &decision);
        if (r == IAM_E_UNKNOWN_USER && state.user.owner == OWNER_UNKNOWN)
                return 1; /* iamd is there, and says that it is not its own */
        if (r == 0 && decision == IAM_SUDO_FACTOR) {
                if (state.is_noninteractive)
                        return refuse("a fresh factor is needed, and -n lets nobody be asked",
                                      errstr);
                r = confirm(client);
                if (r == 0)
                        r = approve(client, sudo, &decision);
        }
        if (r != 0)
                return refuse(words_of(r), errstr);
        return decision == IAM_SUDO_ALLOWED ? 1 : refuse("not approved", errstr);
}

/* NOLINTBEGIN(readability-function-size): the signature is sudo's */
/* Never 0: sudo would go on without the plugin. */
static int
approval_open(unsigned int version, sudo_conv_t conversation, sudo_printf_t print,
              char *const settings[], char *const user_info[], int submit_optind,
              char *const submit_argv[], char *const submit_envp[], char *const options[],
              const char **errstr) {
        (void) print, (void) submit_optind, (void) submit_argv, (void) submit_envp;
        state = (struct State){ .converse = conversation };
        if (SUDO_API_VERSION_GET_MAJOR(version) != SUDO_API_VERSION_MAJOR ||
            plugin_user_read(user_info, &state.user) < 0) {
                (void) refuse("iam_approval does not understand this sudo", errstr);
                return -1;
        }
        state.is_noninteractive = str_eq(plugin_value(settings, "noninteractive"), "true");
        state.has_options = options != NULL && options[0] != NULL;
        return 1;
}
/* NOLINTEND(readability-function-size) */

static int
approval_check(char *const command_info[], char *const argv[], char *const envp[],
               const char **errstr) {
        CLEANUP(iam_client_freep) iam_client *client = NULL;
        PluginCommand command;
        iam_sudo sudo;

        (void) envp;
        if (!plugin_user_is_ours(&state.user))
                return 1;
        if (state.has_options)
                return refuse("iam_approval has options in sudo.conf, and knows none", errstr);
        if (plugin_client_new(DEADLINE_MS, &client) < 0)
                return refuse("not enough memory", errstr);
        iam_client_set_deadlines(client, DEADLINE_MS, ANSWER_MS);
        plugin_command_read(command_info, argv, &command);
        sudo = plugin_sudo(&state.user, &command);
        return decide(client, &sudo, errstr);
}

static int approval_show_version(int verbose) {
        (void) verbose;
        return 1;
}

extern _public_ struct approval_plugin iam_approval;
struct approval_plugin iam_approval = {
        .type = SUDO_APPROVAL_PLUGIN,
        .version = SUDO_API_VERSION,
        .open = approval_open,
        .check = approval_check,
        .show_version = approval_show_version,
};
