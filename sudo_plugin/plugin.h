/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sudo's two plugins share.  Guests in a set-user-ID program: no environment, no fork, no
 * signal; whatever sudo's user wrote is made harmless before it goes on.
 */
#pragma once

#include <sudo_plugin.h>

#include "base/macro.h"
#include "client_lib/iam.h"
#include "client_lib/owner.h"
#include "client_lib/process.h"

/* Paths of this build; tests bring their own. */
extern const char *const plugin_public_dir;
extern const char *const plugin_auth_socket;
extern const char *const plugin_local_passwd;

#define PLUGIN_COMMAND_MAX 1024
#define PLUGIN_TEXT_MAX 512
#define PLUGIN_PROCESSES_MAX 32

/* Who runs sudo and from where; filled when a plugin is opened. */
typedef struct PluginUser {
        char name[256];
        char tty[64];
        char cwd[PLUGIN_TEXT_MAX];
        uid_t uid;
        NameOwner owner;
        char boot_id[PROCESS_BOOT_ID_SIZE]; /* "": not known */
        iam_process processes[PLUGIN_PROCESSES_MAX];
        size_t n_processes;
} PluginUser;

/* One command under sudo, in texts of its own. */
typedef struct PluginCommand {
        char text[PLUGIN_COMMAND_MAX + 1];
        char path[PLUGIN_COMMAND_MAX + 1]; /* "": not known, or too long */
        char run_as[64];
        char cwd[PLUGIN_TEXT_MAX];
} PluginCommand;

/* The value of NAME=VALUE in sudo's lists; NULL: not there. */
const char *plugin_value(char *const list[], const char *name);
/* Copies at most size - 1 bytes as printable UTF-8, other characters as '?'. */
void plugin_text(char *ret, size_t size, const char *text);

/* -EINVAL: sudo does not say who runs it. */
int plugin_user_read(char *const user_info[], PluginUser *ret);
/* True when iamd is to be asked: neither root, nor an account of this machine, nor nobody's. */
bool plugin_user_is_ours(const PluginUser *user);
/* argv NULL: not known. */
void plugin_command_read(char *const command_info[], char *const argv[], PluginCommand *ret);

/* Lends from both. */
iam_sudo plugin_sudo(const PluginUser *user, const PluginCommand *command);
int plugin_client_new(int deadline_ms, iam_client **ret);
