/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks for a login on the terminal and says whether it is good: the whole of libiam that most
 * programs need.
 *
 *     cc check-login.c -o check-login $(pkg-config --cflags --libs libiam)
 *     ./check-login alice
 *
 * Root may ask about anybody; anybody else only about himself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <iam.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *what, int r) {
        fprintf(stderr, "%s: %s\n", what, r > 0 ? iam_reason_name(r) : strerror(-r));
        return 1;
}

/* Puts the first question to the person; iamd asks the next one when it has the answer. */
static int answer_one(iam_client *client) {
        const iam_prompt *prompts;
        char *answer;
        int r;

        if (iam_login_notice(client) != NULL)
                fprintf(stderr, "%s\n", iam_login_notice(client));
        if (iam_login_prompts(client, &prompts) == 0)
                return -EPROTO;
        /* Hidden whatever the kind is: this is an example.  It is for IAM_PROMPT_SECRET and _CODE.
         * A server would show prompts[0].label in a form of its own. */
        answer = getpass(prompts[0].label);
        if (answer == NULL)
                return iam_login_abandon(client, "cancelled");
        r = iam_login_answer(client, prompts[0].id, answer);
        explicit_bzero(answer, strlen(answer));
        return r;
}

int main(int argc, char **argv) {
        const struct passwd *service = getpwnam("iam");
        iam_client *client;
        int r;

        if (argc != 2) {
                fprintf(stderr, "usage: %s USER\n", argv[0]);
                return 2;
        }
        r = iam_client_new(IAM_AUTH_SOCKET, &client);
        if (r != 0)
                return fail("iam_client_new", r);
        if (service != NULL)
                iam_client_trust(client, service->pw_uid);

        r = iam_login_start(client, argv[1], "check-login", NULL, NULL);
        while (r == 0 && iam_login_outcome(client) == IAM_LOGIN_ASK)
                r = answer_one(client);
        if (r != 0)
                r = fail("login", r);
        else if (iam_login_outcome(client) != IAM_LOGIN_DONE)
                r = printf("refused\n") > 0;
        else
                printf("welcome, %s\n", iam_login_user(client));
        iam_client_free(client);
        return r;
}
