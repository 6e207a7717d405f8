/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sudo's audit plugin: tells iamd what realm users did.  It never keeps sudo from anything: while
 * iamd is away a line in the system's log is all, and no call is waited for longer than
 * DEADLINE_MS.
 */
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>

#include "base/reason.h"
#include "base/str.h"
#include "sudo_plugin/plugin.h"

#define DEADLINE_MS 500
#define MESSAGE_MAX 256

/* sudo loads a plugin once and runs one command. */
static struct State {
        PluginUser user;
        PluginCommand command;
        char *const *submitted; /* what was asked for, while nobody has said what runs */
        bool is_ours;
        bool was_accepted;
        bool is_unanswered; /* iamd did not answer: it is not waited for again */
} state;

static void report(int event, int status, const char *message) {
        CLEANUP(iam_client_freep) iam_client *client = NULL;
        const iam_sudo sudo = plugin_sudo(&state.user, &state.command);
        char text[MESSAGE_MAX];
        int r;

        if (state.is_unanswered)
                return;
        plugin_text(text, sizeof(text), message);
        r = plugin_client_new(DEADLINE_MS, &client);
        if (r == 0)
                r = iam_sudo_report(client, &sudo, event, status, text[0] != '\0' ? text : NULL);
        if (r == 0 || r == IAM_E_UNKNOWN_USER)
                return;
        state.is_unanswered = r < 0;
        syslog(LOG_AUTHPRIV | LOG_WARNING, "iamd did not note sudo of %s: %s", state.user.name,
               r > 0 ? reason_message(r) : strerrordesc_np(-r));
}

/* NOLINTBEGIN(readability-function-size): the signature is sudo's */
static int
audit_open(unsigned int version, sudo_conv_t conversation, sudo_printf_t say,
           char *const settings[], char *const user_info[], int submit_optind,
           char *const submit_argv[], char *const submit_envp[], char *const options[],
           const char **errstr) {
        (void) conversation, (void) say, (void) settings, (void) submit_envp, (void) options;
        (void) errstr;
        state = (struct State){};
        if (SUDO_API_VERSION_GET_MAJOR(version) != SUDO_API_VERSION_MAJOR ||
            plugin_user_read(user_info, &state.user) < 0)
                return 0; /* sudo goes on without us */
        state.is_ours = plugin_user_is_ours(&state.user);
        if (!state.is_ours)
                return 0;
        state.submitted = submit_argv + submit_optind;
        return 1;
}
/* NOLINTEND(readability-function-size) */

static int
audit_accept(const char *plugin, unsigned int type, char *const command_info[], char *const argv[],
             char *const envp[], const char **errstr) {
        (void) plugin, (void) envp, (void) errstr;
        if (type != SUDO_FRONT_END) /* it says so once all have agreed */
                return 1;
        plugin_command_read(command_info, argv, &state.command);
        state.was_accepted = true;
        report(IAM_SUDO_ACCEPTED, 0, NULL);
        return 1;
}

static int refused(int event, char *const command_info[], const char *message) {
        plugin_command_read(command_info, state.submitted, &state.command);
        report(event, 0, message);
        return 1;
}

static int
audit_reject(const char *plugin, unsigned int type, const char *message, char *const command_info[],
             const char **errstr) {
        (void) plugin, (void) type, (void) errstr;
        return refused(IAM_SUDO_REJECTED, command_info, message);
}

static int
audit_error(const char *plugin, unsigned int type, const char *message, char *const command_info[],
            const char **errstr) {
        (void) plugin, (void) type, (void) errstr;
        return refused(IAM_SUDO_FAILED, command_info, message);
}

static void audit_close(int kind, int status) {
        int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);

        if (!state.was_accepted)
                return;
        if (kind == SUDO_PLUGIN_WAIT_STATUS)
                report(IAM_SUDO_FINISHED, code, NULL);
        else if (kind == SUDO_PLUGIN_EXEC_ERROR || kind == SUDO_PLUGIN_SUDO_ERROR)
                report(IAM_SUDO_FAILED, 0, str_or(strerrordesc_np(status), "unknown error"));
}

static int audit_show_version(int verbose) {
        (void) verbose;
        return 1;
}

extern _public_ struct audit_plugin iam_audit;
struct audit_plugin iam_audit = {
        .type = SUDO_AUDIT_PLUGIN,
        .version = SUDO_API_VERSION,
        .open = audit_open,
        .close = audit_close,
        .accept = audit_accept,
        .reject = audit_reject,
        .error = audit_error,
        .show_version = audit_show_version,
};
