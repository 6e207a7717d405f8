/* SPDX-License-Identifier: Apache-2.0 */
#include "nss_module/source.h"

const char *const nss_public_dir = IAM_PUBLIC_DIR;
const char *const nss_lookup_socket = IAM_RUNTIME_DIR "/lookup.socket";
