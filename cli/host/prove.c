/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/prove.h"

#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "base/secret_bytes.h"
#include "base/str.h"
#include "cli/host/command.h"
#include "local/accounts.h"

#define GETENT "/usr/bin/getent"
/* No file of that name in /etc/pam.d: PAM takes `other`, which on Debian is common-*. */
#define SERVICE "iamctl"
#define LOCAL_USERS "/etc/passwd"
#define LOCAL_UID_MIN 1000
#define LOCAL_UID_MAX 59999
#define QUESTION_MAX 128
#define PERSON_SIZE 64

/* A person of the host's own, from the file and not by NSS; "" when it has none but root. */
static int local_person(char *ret, size_t size) {
        CLEANUP(local_accounts_done) LocalAccounts users = {};
        int r = local_users_load(LOCAL_USERS, &users);

        ret[0] = '\0';
        for (size_t i = 0; i < users.n && ret[0] == '\0'; i++)
                if (users.by_uid[i].uid >= LOCAL_UID_MIN && users.by_uid[i].uid <= LOCAL_UID_MAX &&
                    strlen(users.by_uid[i].name) < size)
                        (void) snprintf(ret, size, "%s", users.by_uid[i].name);
        return r;
}

static int converse_silently(
                int n, const struct pam_message **messages, struct pam_response **ret,
                void *context) {
        (void) n;
        (void) messages;
        (void) ret;
        (void) context;
        return PAM_CONV_ERR;
}

static int account_code(const char *user) {
        struct pam_conv silent = { .conv = converse_silently };
        pam_handle_t *pamh = NULL;
        int code = pam_start(SERVICE, user, &silent, &pamh);

        if (code == PAM_SUCCESS)
                code = pam_acct_mgmt(pamh, PAM_SILENT);
        if (pamh != NULL)
                (void) pam_end(pamh, code);
        return code;
}

/* A new process reads nsswitch.conf anew, as all that are started from now on. */
static int facts_of(const char *user, Buf *ret) {
        const char *const passwd[] = { GETENT, "passwd", user, NULL };
        const char *const groups[] = { GETENT, "initgroups", user, NULL };
        int r;

        r = command_run(passwd, NULL, ret);
        buf_printf(ret, "status %d\n", r);
        if (r >= 0)
                r = command_run(groups, NULL, ret);
        buf_printf(ret, "status %d\naccount %d\n", r, account_code(user));
        return r < 0 ? r : buf_error(ret);
}

int prove_facts(Buf *ret) {
        char person[PERSON_SIZE];
        int r;

        r = facts_of("root", ret);
        if (r == 0)
                r = local_person(person, sizeof(person));
        if (r == 0 && person[0] != '\0')
                r = facts_of(person, ret);
        return r;
}

/* PAM's question as ours are asked: without its colon. */
static int question_ask(const HostPorts *ports, const char *text, char **ret) {
        CLEANUP(secret_clear) Secret answer = {};
        char question[QUESTION_MAX];
        size_t len;
        int r;

        (void) snprintf(question, sizeof(question), "%s", text);
        len = strlen(question);
        while (len > 0 && (question[len - 1] == ' ' || question[len - 1] == ':'))
                question[--len] = '\0';
        r = ports->ask(ports->context, question, &answer);
        if (r != 0)
                return PAM_CONV_ERR;
        *ret = strndup((const char *) secret_bytes(&answer), answer.len);
        return *ret == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

static int message_answer(const HostPorts *ports, const struct pam_message *message, char **ret) {
        switch (message->msg_style) {
        case PAM_PROMPT_ECHO_OFF:
        case PAM_PROMPT_ECHO_ON:
                return question_ask(ports, message->msg, ret);
        case PAM_TEXT_INFO:
        case PAM_ERROR_MSG:
                (void) fprintf(stderr, "%s\n", message->msg);
                return PAM_SUCCESS;
        default:
                return PAM_CONV_ERR;
        }
}

static void responses_free(struct pam_response *responses, int n) {
        for (int i = 0; i < n; i++)
                if (responses[i].resp != NULL) {
                        explicit_bzero(responses[i].resp, strlen(responses[i].resp));
                        free(responses[i].resp);
                }
        free(responses);
}

static int
converse(int n, const struct pam_message **messages, struct pam_response **ret, void *context) {
        struct pam_response *responses;
        int code = PAM_SUCCESS;

        if (n <= 0 || n > PAM_MAX_NUM_MSG)
                return PAM_CONV_ERR;
        responses = calloc((size_t) n, sizeof(*responses));
        if (responses == NULL)
                return PAM_BUF_ERR;
        for (int i = 0; i < n && code == PAM_SUCCESS; i++)
                code = message_answer(context, messages[i], &responses[i].resp);
        if (code != PAM_SUCCESS) {
                responses_free(responses, n);
                return code;
        }
        *ret = responses;
        return PAM_SUCCESS;
}

/* pam_unix must not be who let him in: the name must be one that only iamd knows. */
static int check_not_local(const char *user) {
        CLEANUP(local_accounts_done) LocalAccounts users = {};
        int r = local_users_load(LOCAL_USERS, &users);

        if (r < 0) {
                (void) fprintf(stderr, "iamctl: " LOCAL_USERS ": %s\n", strerrordesc_np(-r));
                return r;
        }
        if (!local_accounts_have_name(&users, user))
                return 0;
        (void) fprintf(stderr, "iamctl: %s is a local account, whom iamd does not serve\n", user);
        return IAM_E_DENIED;
}

int prove_login(const char *user, const HostPorts *ports) {
        struct pam_conv conversation = { converse, (void *) (uintptr_t) ports };
        pam_handle_t *pamh = NULL;
        const char *what = "begins no login";
        int code;
        int r = check_not_local(user);

        if (r != 0)
                return r;
        code = pam_start(SERVICE, user, &conversation, &pamh);
        if (code == PAM_SUCCESS) {
                what = "does not believe the answers";
                code = pam_authenticate(pamh, 0);
        }
        if (code == PAM_SUCCESS) {
                what = "does not let the account in";
                code = pam_acct_mgmt(pamh, 0);
        }
        if (code != PAM_SUCCESS)
                (void) fprintf(stderr, "iamctl: %s: PAM %s: %s\n", user, what,
                               pam_strerror(pamh, code));
        if (pamh != NULL)
                (void) pam_end(pamh, code);
        return code == PAM_SUCCESS ? 0 : IAM_E_DENIED;
}
