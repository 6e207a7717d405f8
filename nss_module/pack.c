/* SPDX-License-Identifier: Apache-2.0 */
#include "nss_module/pack.h"

#include <string.h>

/* With `x` pam_unix's account phase would look for a shadow entry, and refuse the user. */
#define NO_PASSWORD "*"

/*
 * The lengths were checked; the bytes may have changed since (a hostile publisher), so every copy
 * is ended by us, and the name is looked at again where it lies now.
 */
static char *put(char *at, const char *text, size_t len) {
        memcpy(at, text, len);
        at[len] = '\0';
        return at + len + 1;
}

int pack_passwd(const DirectoryUserView *user, struct passwd *ret, char *buffer, size_t len) {
        size_t need = (size_t) user->name_len + user->gecos_len + user->home_len + user->shell_len +
                      4 + sizeof(NO_PASSWORD);
        char *name = buffer, *gecos, *home, *shell, *password;

        if (len < need)
                return -ERANGE;
        gecos = put(name, user->name, user->name_len);
        home = put(gecos, user->gecos, user->gecos_len);
        shell = put(home, user->home, user->home_len);
        password = put(shell, user->shell, user->shell_len);
        memcpy(password, NO_PASSWORD, sizeof(NO_PASSWORD));
        if (!directory_name_is_acceptable(name, user->name_len))
                return -EBADMSG;
        *ret = (struct passwd){
                .pw_name = name,
                .pw_passwd = password,
                .pw_uid = user->uid,
                .pw_gid = user->gid,
                .pw_gecos = gecos,
                .pw_dir = home,
                .pw_shell = shell,
        };
        return 0;
}

/* Makes gr_mem point at the names in members, leaving out what must not be believed. */
static void point_members(const DirectoryGroupView *copy, char **ret) {
        uint32_t offset = 0;
        const char *name;
        size_t n = 0, len;

        while (n < copy->member_count &&
               (name = directory_member_next(copy, &offset, &len)) != NULL)
                ret[n++] = (char *) (uintptr_t) name; /* into the caller's own buffer */
        ret[n] = NULL;
}

int pack_group(const DirectoryGroupView *group, struct group *ret, char *buffer, size_t len) {
        size_t misplaced = (uintptr_t) buffer % _Alignof(char *);
        size_t padding = misplaced == 0 ? 0 : _Alignof(char *) - misplaced;
        uint64_t need = padding + ((uint64_t) group->member_count + 1) * sizeof(char *) +
                        group->name_len + 1 + group->members_len + sizeof(NO_PASSWORD);
        DirectoryGroupView copy = *group;
        char *name, *members, *password;
        char **list;

        if (len < need)
                return -ERANGE;
        list = (char **) (void *) (buffer + padding);
        name = (char *) (list + group->member_count + 1);
        members = put(name, group->name, group->name_len);
        memcpy(members, group->members, group->members_len);
        if (group->members_len > 0)
                members[group->members_len - 1] = '\0';
        password = members + group->members_len;
        memcpy(password, NO_PASSWORD, sizeof(NO_PASSWORD));
        if (!directory_name_is_acceptable(name, group->name_len))
                return -EBADMSG;
        copy.members = members;
        point_members(&copy, list);
        *ret = (struct group){
                .gr_name = name,
                .gr_passwd = password,
                .gr_gid = group->gid,
                .gr_mem = list,
        };
        return 0;
}
