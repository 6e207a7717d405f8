/* SPDX-License-Identifier: Apache-2.0 */
/* Host sessions: a login is known by the boot, the process that leads it, and its start time. */
#include <security/pam_ext.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/reason.h"
#include "client_lib/process.h"
#include "pam_module/module.h"

#define KEPT_NAME "iam_client"
#define LEADER_NAME "iam_leader"

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

void pam_client_name_parent(iam_client *client) {
        char boot[PROCESS_BOOT_ID_SIZE];
        pid_t parent = getppid();
        ProcessStat stat;

        if (parent <= 0) /* in another PID namespace */
                return;
        if (process_boot_id(boot) == 0 && process_stat(parent, &stat) == 0 && getppid() == parent)
                (void) iam_client_set_parent(client, boot, parent, stat.start);
}

static void leader_free(pam_handle_t *pamh, void *data, int status) {
        (void) pamh;
        (void) status;
        free(data);
}

/* The process that opens, which need not be the one that closes: systemd forks one for that. */
static int leader_read(pam_handle_t *pamh, bool opens, iam_session *ret) {
        const void *data = NULL;
        ProcessStat self;
        int r;

        if (!opens && pam_get_data(pamh, LEADER_NAME, &data) == PAM_SUCCESS && data != NULL) {
                const iam_process *leader = data;

                ret->leader_pid = leader->pid;
                ret->leader_start = leader->start;
                return 0;
        }
        r = process_stat(getpid(), &self);
        ret->leader_pid = getpid();
        ret->leader_start = r == 0 ? self.start : 0;
        return r;
}

static void leader_keep(pam_handle_t *pamh, const iam_session *session) {
        iam_process *leader = malloc(sizeof(*leader));

        if (leader == NULL)
                return;
        *leader = (iam_process){ .pid = session->leader_pid, .start = session->leader_start };
        /* Not kept, who closes takes himself for it. */
        if (pam_set_data(pamh, LEADER_NAME, leader, leader_free) != PAM_SUCCESS)
                free(leader);
}

int pam_session(pam_handle_t *pamh, const PamOptions *options, const PamItems *items, bool opens) {
        CLEANUP(iam_client_freep) iam_client *fresh = NULL;
        iam_client *client = pam_client_kept(pamh);
        char boot[PROCESS_BOOT_ID_SIZE];
        iam_session session = {
                .user = items->user,
                .service = items->service,
                .tty = items->tty,
                .rhost = items->rhost,
                .boot_id = boot,
        };
        int r;

        r = process_boot_id(boot);
        if (r == 0)
                r = leader_read(pamh, opens, &session);
        if (r == 0 && client == NULL) {
                r = pam_client_new(pamh, options, &fresh) == PAM_SUCCESS ? 0 : -ENOMEM;
                client = fresh;
        }
        if (r == 0)
                r = (opens ? iam_session_open : iam_session_close)(client, &session);
        if (r == 0 && opens)
                leader_keep(pamh, &session);
        if (r == 0)
                return PAM_SUCCESS;
        if (r == IAM_E_UNKNOWN_USER)
                return PAM_IGNORE;
        pam_syslog(pamh, LOG_WARNING, "iamd did not note the %s of %s's session: %s",
                   opens ? "begin" : "end", items->user,
                   r > 0 ? reason_message(r) : strerrordesc_np(-r));
        return pam_code(ENTRY_SESSION, r);
}
