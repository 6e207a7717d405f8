/* SPDX-License-Identifier: Apache-2.0 */
#include "nss_module/pack.h"

#include <string.h>

/* With `x` pam_unix's account phase would look for a shadow entry, and refuse the user. */
#define NO_PASSWORD "*"

/*
 * The lengths were checked; the bytes may change at any time (a hostile publisher), so it is the
 * copy that is held to the rules, also to that of a NUL behind each text.
 */
static char *put(char *at, const char *text, size_t len) {
        memcpy(at, text, len);
        at[len] = '\0';
        return at + len + 1;
}

static void copy_texts(char *buffer, const DirectoryUserView *user, DirectoryUserView *copy) {
        size_t len = (size_t) user->name_len + user->gecos_len + user->home_len + user->shell_len +
                     4;
        char *gecos = buffer + user->name_len + 1;
        char *home = gecos + user->gecos_len + 1;
        char *shell = home + user->home_len + 1;

        if (user->shell + user->shell_len + 1 == user->name + len) {
                memcpy(buffer, user->name, len); /* as they lie in a record, with their NULs */
        } else {
                (void) put(buffer, user->name, user->name_len);
                (void) put(gecos, user->gecos, user->gecos_len);
                (void) put(home, user->home, user->home_len);
                (void) put(shell, user->shell, user->shell_len);
        }
        copy->name = buffer;
        copy->gecos = gecos;
        copy->home = home;
        copy->shell = shell;
}

int pack_passwd(const DirectoryUserView *user, struct passwd *ret, char *buffer, size_t len) {
        size_t texts = (size_t) user->name_len + user->gecos_len + user->home_len +
                       user->shell_len + 4;
        DirectoryUserView copy = *user;

        if (len < texts + sizeof(NO_PASSWORD))
                return -ERANGE;
        copy_texts(buffer, user, &copy);
        memcpy(buffer + texts, NO_PASSWORD, sizeof(NO_PASSWORD));
        if (!directory_user_is_acceptable(&copy))
                return -EBADMSG;
        *ret = (struct passwd){
                .pw_name = buffer,
                .pw_passwd = buffer + texts,
                .pw_uid = user->uid,
                .pw_gid = user->gid,
                .pw_gecos = buffer + (copy.gecos - copy.name),
                .pw_dir = buffer + (copy.home - copy.name),
                .pw_shell = buffer + (copy.shell - copy.name),
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
