/* SPDX-License-Identifier: Apache-2.0 */
/* passwd, and the change that an expired password asks for: iamd's prompts for a new one. */
#include <security/pam_ext.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/reason.h"
#include "base/str.h"
#include "pam_module/module.h"

/* As pam_unix has it: root changes somebody's password without knowing it, but nobody does who has
 * just logged in, whatever the uid of the program that serves him. */
static int purpose_of(int flags) {
        if (getuid() == 0 && ((unsigned) flags & PAM_CHANGE_EXPIRED_AUTHTOK) == 0)
                return IAM_PURPOSE_SET_PASSWORD;
        return IAM_PURPOSE_CHANGE_PASSWORD;
}

static int start(PamTalk *talk, int purpose) {
        const PamItems *items = talk->items;

        return iam_login_start_for(
                        talk->client, purpose, items->user, items->service, items->tty,
                        items->rhost);
}

/* The client of the login before, whose proof counts, or one of its own. */
static int take_client(PamTalk *talk) {
        iam_client *fresh;
        int r;

        talk->client = pam_client_kept(talk->pamh);
        if (talk->client != NULL)
                return PAM_SUCCESS;
        r = pam_client_new(talk->pamh, talk->options, &fresh);
        if (r != PAM_SUCCESS)
                return r;
        pam_client_keep(talk->pamh, fresh);
        talk->client = pam_client_kept(talk->pamh);
        return talk->client != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int prove(PamTalk *talk, int flags) {
        int purpose = purpose_of(flags);
        int r;

        r = take_client(talk);
        if (r != PAM_SUCCESS)
                return r;
        r = start(talk, purpose);
        if (r == IAM_E_ATTEMPT_GONE) /* the login was too long ago: everything is asked for */
                r = start(talk, purpose);
        if (r != 0) {
                pam_syslog(talk->pamh, LOG_ERR, "iamd cannot change the password of %s: %s",
                           talk->items->user, r > 0 ? reason_message(r) : strerrordesc_np(-r));
                return pam_code(ENTRY_PASSWORD, r);
        }
        r = pam_rounds(talk, /* stops_at_new= */ true);
        if (r != PAM_SUCCESS)
                return r;
        /* Still asking: for the new password. */
        return iam_login_outcome(talk->client) == IAM_LOGIN_ASK ? PAM_SUCCESS : pam_conclude(talk);
}

static int choose(PamTalk *talk) {
        const char *notice;
        int r;

        talk->client = pam_client_kept(talk->pamh);
        if (talk->client == NULL || iam_login_outcome(talk->client) != IAM_LOGIN_ASK)
                return PAM_AUTHTOK_ERR;
        r = pam_rounds(talk, /* stops_at_new= */ false);
        if (r != PAM_SUCCESS)
                return r;
        notice = iam_login_notice(talk->client);
        if (iam_login_outcome(talk->client) == IAM_LOGIN_REFUSED && notice != NULL &&
            !talk->no_warn)
                pam_error(talk->pamh, "%s", notice);
        return pam_conclude(talk) == PAM_SUCCESS ? PAM_SUCCESS : PAM_AUTHTOK_ERR;
}

int pam_change(pam_handle_t *pamh, const PamOptions *options, const PamItems *items, int flags) {
        PamTalk talk = {
                .pamh = pamh,
                .options = options,
                .items = items,
                .is_change = true,
                .no_warn = options->no_warn || ((unsigned) flags & PAM_SILENT) != 0,
        };

        if (((unsigned) flags & PAM_PRELIM_CHECK) != 0)
                return prove(&talk, flags);
        if (((unsigned) flags & PAM_UPDATE_AUTHTOK) != 0)
                return choose(&talk);
        return PAM_SYSTEM_ERR;
}
