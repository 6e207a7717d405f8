/* SPDX-License-Identifier: Apache-2.0 */
#include "sudo_plugin/plugin.h"

const char *const plugin_public_dir = IAM_PUBLIC_DIR;
const char *const plugin_auth_socket = IAM_RUNTIME_DIR "/auth.socket";
const char *const plugin_local_passwd = "/etc/passwd";
