/* SPDX-License-Identifier: Apache-2.0 */
#include "pam_module/module.h"

const char *const pam_public_dir = IAM_PUBLIC_DIR;
const char *const pam_auth_socket = IAM_RUNTIME_DIR "/auth.socket";
const char *const pam_local_passwd = "/etc/passwd";
