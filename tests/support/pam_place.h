/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pam_iam as programs meet it: loaded by libpam from a configuration of the test's own, with a
 * snapshot, a passwd file and a socket in a place of its own.  Needs to be root, as sshd and sudo
 * are.
 */
#pragma once

#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/support/publish.h"
#include "tests/support/test.h"

#define PLACE_SOCKET PAM_PLACE "/run/auth.socket"

static inline void place_file(const char *path, const char *text) {
        FILE *file = fopen(path, "we");

        ASSERT_TRUE(file != NULL);
        ASSERT_TRUE(fputs(text, file) >= 0);
        ASSERT_OK(fclose(file));
}

/* Users of the snapshot, or none at all for no snapshot. */
static inline void place_publish(const char *const *names, size_t n) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT((size_t) 16 << 20);
        DirectoryUser users[8];
        DirectoryInput input = { .generation = 1, .is_complete = true };
        DirectoryImage image;

        (void) remove(PAM_PLACE "/public/" DIRECTORY_FILE);
        if (n == 0)
                return;
        ASSERT_TRUE(n <= ELEMENTSOF(users));
        for (size_t i = 0; i < n; i++)
                users[i] = (DirectoryUser){ .name = names[i],
                                            .home = "/home/x",
                                            .shell = "/bin/sh",
                                            .uid = 70000 + (uint32_t) i,
                                            .gid = 70000 + (uint32_t) i };
        input.base = (DirectoryEntries){ .users = users, .user_count = n };
        ASSERT_OK(directory_build(&arena, &input, &image));
        ASSERT_OK(publish_bytes(PAM_PLACE "/public", image.bytes, image.len));
}

static inline void place_init(const char *options) {
        char text[512];

        ASSERT_EQ(geteuid(), 0);
        (void) mkdir(PAM_PLACE, 0755);
        (void) mkdir(PAM_PLACE "/public", 0755);
        (void) mkdir(PAM_PLACE "/run", 0755);
        (void) mkdir(PAM_PLACE "/pam.d", 0755);
        (void) chmod(PAM_PLACE "/run", 0755);
        (void) unlink(PLACE_SOCKET);
        place_file(PAM_PLACE "/passwd",
                   "root:x:0:0::/root:/bin/sh\nlocal:x:1000:1000::/:/bin/sh\n");
        /* pam_permit behind: an "ignore" of ours would show as success. */
        text[0] = '\0';
        for (int i = 0; i < 4; i++) {
                static const char *const kinds[] = { "auth", "account", "password", "session" };
                size_t at = strlen(text);

                (void) snprintf(text + at, sizeof(text) - at,
                                "%s required " PAM_MODULE " %s\n%s required pam_permit.so\n",
                                kinds[i], options, kinds[i]);
        }
        place_file(PAM_PLACE "/pam.d/door", text);
        place_file(PAM_PLACE "/pam.d/sshd", text);
}

static inline int place_listen(void) {
        struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = PLACE_SOCKET };
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        _Static_assert(sizeof(PLACE_SOCKET) <= sizeof(address.sun_path), "build elsewhere");
        (void) unlink(PLACE_SOCKET);
        ASSERT_TRUE(fd >= 0);
        ASSERT_OK(bind(fd, (const struct sockaddr *) &address, sizeof(address)));
        ASSERT_OK(listen(fd, 16));
        return fd;
}

/* What the person says, in order; NULL: the program cannot ask. */
typedef struct Script {
        const char *answers[8];
        size_t at;
        char heard[2048]; /* all that was shown */
        unsigned delay_usec; /* asked for after a refusal, give or take what libpam varies */
} Script;

static inline int
script_conv(int n, const struct pam_message **messages, struct pam_response **ret, void *context) {
        struct pam_response *responses = calloc((size_t) n, sizeof(*responses));
        Script *script = context;

        for (int i = 0; i < n; i++) {
                size_t used = strlen(script->heard);

                if (strlen(messages[i]->msg) >= PAM_MAX_MSG_SIZE)
                        abort();
                (void) snprintf(script->heard + used, sizeof(script->heard) - used, "%s|",
                                messages[i]->msg);
                if (messages[i]->msg_style != PAM_PROMPT_ECHO_OFF &&
                    messages[i]->msg_style != PAM_PROMPT_ECHO_ON)
                        continue;
                if (script->at >= ELEMENTSOF(script->answers) ||
                    script->answers[script->at] == NULL) {
                        free(responses);
                        return PAM_CONV_ERR;
                }
                responses[i].resp = strdup(script->answers[script->at++]);
        }
        *ret = responses;
        return PAM_SUCCESS;
}

/* libpam would sleep that long after a refusal. */
static inline void script_delay(int result, unsigned usec, void *context) {
        Script *script = context;

        if (result != PAM_SUCCESS)
                script->delay_usec = usec;
}

static inline pam_handle_t *place_start(const char *user, Script *script) {
        const struct pam_conv conv = { script_conv, script };
        pam_handle_t *pamh;

        ASSERT_EQ(pam_start_confdir("door", user, &conv, PAM_PLACE "/pam.d", &pamh), PAM_SUCCESS);
        ASSERT_EQ(pam_set_item(pamh, PAM_RHOST, "192.0.2.1"), PAM_SUCCESS);
        ASSERT_EQ(pam_set_item(pamh, PAM_FAIL_DELAY, (const void *) script_delay), PAM_SUCCESS);
        return pamh;
}
