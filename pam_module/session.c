/* SPDX-License-Identifier: Apache-2.0 */
/* Host sessions: a login is known by the boot, the process that leads it, and its start time. */
#include <fcntl.h>
#include <security/pam_ext.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/reason.h"
#include "base/str.h"
#include "pam_module/module.h"

#define KEPT_NAME "iam_client"
#define BOOT_ID_SIZE 33
#define STAT_MAX 1024
#define STAT_START_FIELD 22

static void kept_free(pam_handle_t *pamh, void *data, int status) {
        (void) pamh;
        (void) status;
        iam_client_free(data);
}

void pam_client_keep(pam_handle_t *pamh, iam_client *client) {
        /* Not kept, the session will not know how, and that is all. */
        if (pam_set_data(pamh, KEPT_NAME, client, kept_free) != PAM_SUCCESS)
                iam_client_free(client);
}

iam_client *pam_client_kept(pam_handle_t *pamh) {
        const void *data = NULL;

        if (pam_get_data(pamh, KEPT_NAME, &data) != PAM_SUCCESS)
                return NULL;
        return (iam_client *) (uintptr_t) data; /* ours, lent as const */
}

static int read_small(const char *path, char *ret, size_t size) {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        ssize_t n;

        if (fd < 0)
                return -errno;
        do
                n = read(fd, ret, size - 1);
        while (n < 0 && errno == EINTR);
        if (n < 0) {
                int error = errno;

                close(fd);
                return -error;
        }
        close(fd);
        ret[n] = '\0';
        return 0;
}

/* The kernel's id of this boot, without dashes. */
static int boot_id(char ret[BOOT_ID_SIZE]) {
        char text[64] = "";
        size_t n = 0;
        int r = read_small("/proc/sys/kernel/random/boot_id", text, sizeof(text));

        if (r < 0)
                return r;
        for (const char *p = text; *p != '\0' && *p != '\n'; p++) {
                if (*p == '-')
                        continue;
                if (n == BOOT_ID_SIZE - 1)
                        return -EBADMSG;
                ret[n++] = *p;
        }
        ret[n] = '\0';
        return n == BOOT_ID_SIZE - 1 ? 0 : -EBADMSG;
}

/* The second field, the program's name, may hold anything: count from its last parenthesis. */
static int start_of(const char *path, unsigned long long *ret) {
        char text[STAT_MAX] = "";
        char *at;
        char *end;
        uint64_t start;
        int r = read_small(path, text, sizeof(text));

        if (r < 0)
                return r;
        at = strrchr(text, ')');
        for (int field = 2; at != NULL && field < STAT_START_FIELD; field++) {
                at = strchr(at, ' ');
                at = at != NULL ? at + 1 : NULL;
        }
        end = at != NULL ? strchr(at, ' ') : NULL;
        if (end == NULL)
                return -EBADMSG;
        *end = '\0';
        if (str_to_u64(at, &start) < 0)
                return -EBADMSG;
        *ret = start;
        return 0;
}

void pam_client_name_parent(iam_client *client) {
        unsigned long long start;
        char boot[BOOT_ID_SIZE];
        char path[64];
        pid_t parent = getppid();

        if (parent <= 0) /* in another PID namespace */
                return;
        (void) snprintf(path, sizeof(path), "/proc/%d/stat", (int) parent);
        if (boot_id(boot) == 0 && start_of(path, &start) == 0 && getppid() == parent)
                (void) iam_client_set_parent(client, boot, parent, start);
}

int pam_session(pam_handle_t *pamh, const PamOptions *options, const PamItems *items, bool opens) {
        CLEANUP(iam_client_freep) iam_client *fresh = NULL;
        iam_client *client = pam_client_kept(pamh);
        char boot[BOOT_ID_SIZE];
        iam_session session = {
                .user = items->user,
                .service = items->service,
                .tty = items->tty,
                .rhost = items->rhost,
                .boot_id = boot,
                .leader_pid = getpid(),
        };
        int r;

        r = boot_id(boot);
        if (r == 0)
                r = start_of("/proc/self/stat", &session.leader_start);
        if (r == 0 && client == NULL) {
                r = pam_client_new(pamh, options, &fresh) == PAM_SUCCESS ? 0 : -ENOMEM;
                client = fresh;
        }
        if (r == 0)
                r = (opens ? iam_session_open : iam_session_close)(client, &session);
        if (r == 0)
                return PAM_SUCCESS;
        if (r == IAM_E_UNKNOWN_USER)
                return PAM_IGNORE;
        pam_syslog(pamh, LOG_WARNING, "iamd did not note the %s of %s's session: %s",
                   opens ? "begin" : "end", items->user,
                   r > 0 ? reason_message(r) : strerrordesc_np(-r));
        return pam_code(ENTRY_SESSION, r);
}
