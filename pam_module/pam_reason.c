/* SPDX-License-Identifier: Apache-2.0 */
/* The one map from what iamd answered, and from what went wrong on the way, to PAM codes. */
#include "base/reason.h"
#include "pam_module/module.h"

typedef struct CodeRow {
        int auth;
        int account;
} CodeRow;

/* clang-format off */
#define REFUSED     { PAM_AUTH_ERR, PAM_PERM_DENIED }
#define NOBODY      { PAM_USER_UNKNOWN, PAM_USER_UNKNOWN }
#define EXPIRED     { PAM_AUTH_ERR, PAM_ACCT_EXPIRED }
#define UNREACHABLE { PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL }
#define BROKEN      { PAM_SYSTEM_ERR, PAM_SYSTEM_ERR }

/* A row for every reason; what is missing here would be zero, and the test forbids that. */
static const CodeRow rows[_IAM_E_MAX] = {
        [IAM_E_NOT_FOUND] = NOBODY,
        [IAM_E_UNKNOWN_USER] = NOBODY,
        [IAM_E_NOT_POSIX] = NOBODY,
        [IAM_E_SETUP_REQUIRED] = UNREACHABLE,
        [IAM_E_BUSY] = UNREACHABLE,
        [IAM_E_UNAVAILABLE] = UNREACHABLE,
        [IAM_E_CONFLICT] = UNREACHABLE,
        [IAM_E_USER_DISABLED] = EXPIRED,
        [IAM_E_REALM_DISABLED] = EXPIRED,
        [IAM_E_DENIED] = REFUSED,
        [IAM_E_HOST_DENIED] = REFUSED,
        [IAM_E_WRONG_CREDENTIALS] = REFUSED,
        [IAM_E_WRONG_PASSWORD] = REFUSED,
        [IAM_E_WRONG_CODE] = REFUSED,
        [IAM_E_CODE_REPLAYED] = REFUSED,
        [IAM_E_NO_PASSWORD] = REFUSED,
        [IAM_E_USER_LOCKED] = REFUSED,
        [IAM_E_SOURCE_LOCKED] = REFUSED,
        [IAM_E_FACTOR_NOT_SERVED] = REFUSED,
        [IAM_E_ATTEMPT_GONE] = REFUSED,
        [IAM_E_SESSION_GONE] = REFUSED,
        [IAM_E_LOGIN_REQUIRED] = REFUSED,
        [IAM_E_INTERACTION_REQUIRED] = REFUSED,
        [IAM_E_PASSWORD_EXPIRED] = { PAM_AUTH_ERR, PAM_NEW_AUTHTOK_REQD },
        [IAM_E_WEAK_PASSWORD] = REFUSED,
        [IAM_E_SAME_PASSWORD] = REFUSED,
        [IAM_E_PASSWORDS_DIFFER] = REFUSED,
        [IAM_E_FRESH_FACTOR] = REFUSED,
        [IAM_E_EXISTS] = BROKEN,
        [IAM_E_INVALID] = BROKEN,
        [IAM_E_TOO_LARGE] = REFUSED, /* a name or an answer beyond what anybody can have */
        [IAM_E_MISSING] = BROKEN,
        [IAM_E_UNKNOWN_FIELD] = BROKEN,
        [IAM_E_UNKNOWN_METHOD] = BROKEN,
        [IAM_E_NOT_EMPTY] = BROKEN,
        [IAM_E_LIMIT] = BROKEN,
        [IAM_E_CLIENT_UNKNOWN] = BROKEN,
        [IAM_E_CLIENT_DISABLED] = BROKEN,
        [IAM_E_CLIENT_AUTH_FAILED] = BROKEN,
        [IAM_E_REDIRECT_MISMATCH] = BROKEN,
        [IAM_E_REQUEST_INVALID] = BROKEN,
        [IAM_E_RESPONSE_TYPE] = BROKEN,
        [IAM_E_RESPONSE_MODE] = BROKEN,
        [IAM_E_GRANT_TYPE] = BROKEN,
        [IAM_E_GRANT_INVALID] = BROKEN,
        [IAM_E_SCOPE_INVALID] = BROKEN,
        [IAM_E_PKCE_REQUIRED] = BROKEN,
        [IAM_E_REQUEST_OBJECT] = BROKEN,
        [IAM_E_REQUEST_URI] = BROKEN,
        [IAM_E_TOKEN_INVALID] = BROKEN,
        [IAM_E_TOKEN_SCOPE] = BROKEN,
        [IAM_E_UNAUTHORIZED_CLIENT] = BROKEN,
        [IAM_E_CSRF] = BROKEN,
        [IAM_E_WEAK_KEY] = BROKEN,
        [IAM_E_BAD_KEY] = BROKEN,
};
/* clang-format on */

static int code_of_errno(int error) {
        if (error == ENOMEM)
                return PAM_BUF_ERR;
        if (error == EILSEQ)
                return PAM_AUTH_ERR; /* an answer that is not text */
        return PAM_AUTHINFO_UNAVAIL;
}

int pam_code(PamEntry entry, int result) {
        int code;

        if (result == 0)
                return PAM_SUCCESS;
        if (result < 0)
                code = code_of_errno(-result);
        else if (result >= _IAM_E_MAX)
                code = PAM_SYSTEM_ERR;
        else
                code = entry == ENTRY_ACCOUNT ? rows[result].account : rows[result].auth;
        if (code == PAM_SUCCESS || code == PAM_IGNORE)
                return PAM_SYSTEM_ERR;
        if (entry == ENTRY_SESSION)
                return PAM_SESSION_ERR;
        if (entry == ENTRY_PASSWORD && code == PAM_AUTHINFO_UNAVAIL)
                return PAM_TRY_AGAIN;
        return code;
}
