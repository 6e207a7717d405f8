/* SPDX-License-Identifier: Apache-2.0 */
/* The six entries.  Each begins with a failure and says success in one place. */
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <string.h>
#include <syslog.h>

#include "base/reason.h"
#include "base/str.h"
#include "pam_module/module.h"

typedef struct Entry {
        PamOptions options;
        PamItems items;
        NameOwner owner;
} Entry;

/* PAM_SUCCESS, or what to return at once. */
static int enter(pam_handle_t *pamh, int argc, const char **argv, Entry *ret) {
        const char *user = NULL;
        int r;

        r = pam_options_read(pamh, argc, argv, &ret->options);
        if (r != PAM_SUCCESS)
                return r;
        r = pam_get_user(pamh, &user, NULL);
        if (r != PAM_SUCCESS)
                return r == PAM_IGNORE ? PAM_SYSTEM_ERR : r;
        if (str_is_empty(user))
                return PAM_USER_UNKNOWN;
        pam_items_read(pamh, user, &ret->items);
        ret->owner = name_owner(&(OwnerPlaces){ pam_public_dir, pam_local_passwd }, user);
        if (ret->options.debug)
                pam_syslog(pamh, LOG_DEBUG, "%s is %s", user,
                           ret->owner == OWNER_IAM       ? "a realm user"
                           : ret->owner == OWNER_UNKNOWN ? "iamd's to know"
                                                         : "not ours");
        return PAM_SUCCESS;
}

/* As pam_unix asks for: a name known nowhere is refused there, and must not be told from one of
 * ours by the time it took. */
#define FAIL_DELAY_USEC 2000000

/* Ours by the snapshot: "no such user" (deleted a moment ago) must not let the stack go on. */
static int settle_unknown(const Entry *entry, int code, int instead) {
        return code == PAM_USER_UNKNOWN && entry->owner == OWNER_IAM ? instead : code;
}

_public_ int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        Entry entry;
        int r;

        r = enter(pamh, argc, argv, &entry);
        if (r != PAM_SUCCESS)
                return r;
        if (entry.owner == OWNER_LOCAL)
                return PAM_USER_UNKNOWN;
        (void) pam_fail_delay(pamh, FAIL_DELAY_USEC);
        r = pam_talk(pamh, &entry.options, &entry.items, flags);
        /* A name known nowhere went through the same steps (law 4), and that is all. */
        if (entry.owner == OWNER_NOBODY)
                return PAM_USER_UNKNOWN;
        return settle_unknown(&entry, r, PAM_AUTH_ERR);
}

static int ask_account(pam_handle_t *pamh, const Entry *entry) {
        CLEANUP(iam_client_freep) iam_client *client = NULL;
        const PamItems *items = &entry->items;
        int r;

        r = pam_client_new(pamh, &entry->options, &client);
        if (r != PAM_SUCCESS)
                return r;
        r = iam_account_check(client, items->user, items->service, items->tty, items->rhost);
        if (r == 0)
                return PAM_SUCCESS;
        if (r != IAM_E_UNKNOWN_USER || entry->owner == OWNER_IAM)
                pam_syslog(pamh, LOG_NOTICE, "account of %s refused: %s", items->user,
                           r > 0 ? reason_message(r) : strerrordesc_np(-r));
        return settle_unknown(entry, pam_code(ENTRY_ACCOUNT, r), PAM_ACCT_EXPIRED);
}

_public_ int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        Entry entry;
        int r;

        (void) flags;
        r = enter(pamh, argc, argv, &entry);
        if (r != PAM_SUCCESS)
                return r;
        if (entry.owner == OWNER_LOCAL || entry.owner == OWNER_NOBODY)
                return PAM_USER_UNKNOWN;
        return ask_account(pamh, &entry);
}

/* Holds no state: success where authenticate can be one.  Without a snapshot iamd says whose the
 * user is. */
_public_ int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        Entry entry;
        int r;

        (void) flags;
        r = enter(pamh, argc, argv, &entry);
        if (r != PAM_SUCCESS)
                return r;
        if (entry.owner == OWNER_LOCAL || entry.owner == OWNER_NOBODY)
                return PAM_USER_UNKNOWN;
        if (entry.owner == OWNER_IAM)
                return PAM_SUCCESS;
        r = ask_account(pamh, &entry);
        return r == PAM_SUCCESS || r == PAM_USER_UNKNOWN ? r : PAM_CRED_UNAVAIL;
}

static int session(pam_handle_t *pamh, int argc, const char **argv, bool opens) {
        Entry entry;
        int r;

        r = enter(pamh, argc, argv, &entry);
        if (r != PAM_SUCCESS)
                return r;
        if (entry.owner == OWNER_LOCAL || entry.owner == OWNER_NOBODY)
                return PAM_IGNORE;
        r = pam_session(pamh, &entry.options, &entry.items, opens);
        return r == PAM_IGNORE && entry.owner == OWNER_IAM ? PAM_SESSION_ERR : r;
}

_public_ int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        (void) flags;
        return session(pamh, argc, argv, /* opens= */ true);
}

_public_ int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        (void) flags;
        return session(pamh, argc, argv, /* opens= */ false);
}

_public_ int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        Entry entry;
        int r;

        r = enter(pamh, argc, argv, &entry);
        if (r != PAM_SUCCESS)
                return r;
        if (entry.owner == OWNER_LOCAL || entry.owner == OWNER_NOBODY)
                return PAM_USER_UNKNOWN;
        r = pam_change(pamh, &entry.options, &entry.items, flags);
        return settle_unknown(&entry, r, PAM_AUTHTOK_ERR);
}
