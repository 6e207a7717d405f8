/* SPDX-License-Identifier: Apache-2.0 */
#include "sudo_plugin/plugin.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "client_lib/directory_map.h"

#define PASSWD_BUFFER 4096

const char *plugin_value(char *const list[], const char *name) {
        size_t len = strlen(name);

        for (size_t i = 0; list != NULL && list[i] != NULL; i++)
                if (strncmp(list[i], name, len) == 0 && list[i][len] == '=')
                        return list[i] + len + 1;
        return NULL;
}

/* Adds what fits, whole characters only; false: it was cut. */
static bool text_add(char *ret, size_t size, const char *text) {
        size_t n = strlen(ret);

        while (*text != '\0') {
                size_t len = utf8_char_len(text, strlen(text));
                bool is_harmless = len > 1 || (len == 1 && *text >= 0x20 && *text != 0x7f);

                /* The C1 controls, which UTF-8 writes as C2 80..9F. */
                if (len == 2 && (uint8_t) text[0] == 0xc2 && (uint8_t) text[1] < 0xa0)
                        is_harmless = false;
                if (len == 0)
                        len = 1;
                if (n + (is_harmless ? len : 1) >= size)
                        return false;
                if (is_harmless)
                        memcpy(ret + n, text, len);
                else
                        ret[n] = '?';
                n += is_harmless ? len : 1;
                ret[n] = '\0';
                text += len;
        }
        return true;
}

void plugin_text(char *ret, size_t size, const char *text) {
        ret[0] = '\0';
        (void) text_add(ret, size, str_or(text, ""));
}

/* From sudo's parent up to the first process: one of them leads the login. */
static void processes_read(PluginUser *user) {
        pid_t pid = getppid();

        if (process_boot_id(user->boot_id) < 0) {
                user->boot_id[0] = '\0';
                return;
        }
        while (pid > 1 && user->n_processes < PLUGIN_PROCESSES_MAX) {
                ProcessStat stat;

                if (process_stat(pid, &stat) < 0)
                        return;
                user->processes[user->n_processes++] =
                                (iam_process){ .pid = pid, .start = stat.start };
                pid = stat.parent;
        }
}

int plugin_user_read(char *const user_info[], PluginUser *ret) {
        const char *name = plugin_value(user_info, "user");
        const char *uid = plugin_value(user_info, "uid");
        const OwnerPlaces places = { plugin_public_dir, plugin_local_passwd };
        uint32_t number;

        *ret = (PluginUser){};
        if (str_is_empty(name) || strlen(name) >= sizeof(ret->name) || uid == NULL ||
            str_to_u32(uid, &number) < 0)
                return -EINVAL;
        memcpy(ret->name, name, strlen(name) + 1);
        ret->uid = number;
        ret->owner = account_owner(&places, name, number);
        plugin_text(ret->tty, sizeof(ret->tty), plugin_value(user_info, "tty"));
        plugin_text(ret->cwd, sizeof(ret->cwd), plugin_value(user_info, "cwd"));
        if (plugin_user_is_ours(ret))
                processes_read(ret);
        return 0;
}

bool plugin_user_is_ours(const PluginUser *user) {
        return owner_may_be_iam(user->owner);
}

/* Whom the command runs as: the name that the rule was found by, for one number may have two; a
 * policy that does not say it tells the number. */
static void run_as_read(char *const command_info[], PluginCommand *ret) {
        const char *name = plugin_value(command_info, "runas_user");
        const char *uid = plugin_value(command_info, "runas_uid");
        char buffer[PASSWD_BUFFER];
        struct passwd entry;
        struct passwd *found = NULL;
        uint32_t number;

        if (!str_is_empty(name)) {
                plugin_text(ret->run_as, sizeof(ret->run_as), name);
                return;
        }
        if (uid == NULL || str_to_u32(uid, &number) < 0)
                return;
        if (getpwuid_r(number, &entry, buffer, sizeof(buffer), &found) != 0 || found == NULL) {
                plugin_text(ret->run_as, sizeof(ret->run_as), "#");
                (void) text_add(ret->run_as, sizeof(ret->run_as), uid);
                return;
        }
        plugin_text(ret->run_as, sizeof(ret->run_as), found->pw_name);
}

void plugin_command_read(char *const command_info[], char *const argv[], PluginCommand *ret) {
        const char *path = plugin_value(command_info, "command");

        *ret = (PluginCommand){};
        if (path != NULL && !text_add(ret->path, sizeof(ret->path), path))
                ret->path[0] = '\0';
        plugin_text(ret->text, sizeof(ret->text),
                    path != NULL                      ? path
                    : argv != NULL && argv[0] != NULL ? argv[0]
                                                      : "");
        for (size_t i = 1; argv != NULL && argv[0] != NULL && argv[i] != NULL; i++)
                if (!text_add(ret->text, sizeof(ret->text), " ") ||
                    !text_add(ret->text, sizeof(ret->text), argv[i]))
                        break;
        run_as_read(command_info, ret);
        plugin_text(ret->cwd, sizeof(ret->cwd), plugin_value(command_info, "cwd"));
}

iam_sudo plugin_sudo(const PluginUser *user, const PluginCommand *command) {
        return (iam_sudo){
                .user = user->name,
                .command = command->text,
                .path = command->path[0] != '\0' ? command->path : NULL,
                .run_as = command->run_as[0] != '\0' ? command->run_as : NULL,
                .cwd = command->cwd[0] != '\0' ? command->cwd : user->cwd,
                .tty = user->tty,
                .boot_id = user->boot_id[0] != '\0' ? user->boot_id : NULL,
                .processes = user->processes,
                .n_processes = user->n_processes,
        };
}

int plugin_client_new(int deadline_ms, iam_client **ret) {
        int r = iam_client_new(plugin_auth_socket, ret);

        if (r < 0)
                return r;
        iam_client_trust(*ret, directory_owner(plugin_public_dir));
        iam_client_set_deadlines(*ret, deadline_ms, deadline_ms);
        return 0;
}
