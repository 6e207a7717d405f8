/* SPDX-License-Identifier: Apache-2.0 */
#include "sudo_plugin/plugin.h"

const char *const plugin_public_dir = PAM_PLACE "/public";
const char *const plugin_auth_socket = PAM_PLACE "/run/auth.socket";
const char *const plugin_local_passwd = PAM_PLACE "/passwd";
