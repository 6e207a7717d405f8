/* SPDX-License-Identifier: Apache-2.0 */
/* Logins as a program does them, from pam_start() to pam_end(): `pam_logins SERVICE USER N` reads
 * the password from standard input and prints the milliseconds of each. */
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char password[256];

static double now_ms(void) {
        struct timespec at;

        (void) clock_gettime(CLOCK_MONOTONIC, &at);
        return (double) at.tv_sec * 1e3 + (double) at.tv_nsec / 1e6;
}

static int
answer(int n, const struct pam_message **messages, struct pam_response **ret, void *context) {
        struct pam_response *answers = calloc((size_t) n, sizeof *answers);

        if (answers == NULL)
                return PAM_BUF_ERR;
        for (int i = 0; i < n; i++)
                if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
                        answers[i].resp = strdup(password);
        *ret = answers;
        return PAM_SUCCESS;
}

static int login(const char *service, const char *user) {
        const struct pam_conv conversation = { .conv = answer };
        pam_handle_t *pamh = NULL;
        int r;

        r = pam_start(service, user, &conversation, &pamh);
        if (r != PAM_SUCCESS)
                return r;
        r = pam_authenticate(pamh, 0);
        if (r == PAM_SUCCESS)
                r = pam_acct_mgmt(pamh, 0);
        if (r == PAM_SUCCESS)
                r = pam_open_session(pamh, 0);
        if (r == PAM_SUCCESS)
                r = pam_close_session(pamh, 0);
        (void) pam_end(pamh, r);
        return r;
}

int main(int argc, char **argv) {
        long n = argc == 4 ? strtol(argv[3], NULL, 10) : 0;

        if (n <= 0 || fgets(password, sizeof password, stdin) == NULL) {
                (void) fprintf(stderr, "usage: pam_logins SERVICE USER N <password\n");
                return 2;
        }
        password[strcspn(password, "\n")] = '\0';
        for (long i = 0; i < n; i++) {
                double began = now_ms();
                int r = login(argv[1], argv[2]);

                if (r != PAM_SUCCESS) {
                        (void) fprintf(stderr, "pam_logins: %s\n", pam_strerror(NULL, r));
                        return 1;
                }
                (void) printf("%.3f\n", now_ms() - began);
        }
        return 0;
}
