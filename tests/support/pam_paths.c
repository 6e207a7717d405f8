/* SPDX-License-Identifier: Apache-2.0 */
/* Where the test's copy of pam_iam looks: a place in the build directory. */
#include "pam_module/module.h"

const char *const pam_public_dir = PAM_PLACE "/public";
const char *const pam_auth_socket = PAM_PLACE "/run/auth.socket";
const char *const pam_local_passwd = PAM_PLACE "/passwd";
